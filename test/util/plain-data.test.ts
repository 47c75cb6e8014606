/** YAML and JSON that people write, and the sentence for each mistake. */
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/util/errors.ts';
import { jsonValue, yamlValue } from '../../src/util/plain-data.ts';

const mistake = (text: string): string => {
  try {
    yamlValue(text, 'Experiment x');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'none';
};

describe('yamlValue', () => {
  test('gives plain values, whole numbers as numbers', () => {
    expect(yamlValue('a: 1\nb: [1.5, -2, yes, null, "x"]\nc: {d: 9007199254740991}\n', 'x')).toEqual({
      a: 1,
      b: [1.5, -2, 'yes', null, 'x'],
      c: { d: 9007199254740991 },
    });
    expect(yamlValue('{"a": [true, 1e3]}', 'x')).toEqual({ a: [true, 1000] });
  });

  test.each([
    ['seed: 9007199254740993', 'at /seed: the whole number 9007199254740993 is beyond'],
    ['a:\n  - 1\n  - -99999999999999999999', 'at /a/1: the whole number -99999999999999999999 is beyond'],
    ['seed: 0xFFFFFFFFFFFFFFFF', 'at /seed: the whole number 18446744073709551615 is beyond'],
  ])('runs A8: %j is refused, not rounded', (text, sentence) => expect(mistake(text)).toContain(sentence));

  test.each([
    ['seed: !!js/function "x"', 'Unresolved tag'],
    ['seed: !number 3', 'Unresolved tag'],
    ['a: [1', 'is neither YAML nor JSON'],
    ['a: 1\na: 2', 'is neither YAML nor JSON'],
    ['a: *nobody', 'Unresolved alias'],
    [`a: ${'['.repeat(200)}`, 'are nested more than 100 deep'],
    ['x'.repeat(5 * 2 ** 20), 'is too large'],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${Array(9).fill('*a')}]\nc: &c [${Array(9).fill('*b')}]\nd: [${Array(9).fill('*c')}]`,
      'Excessive alias count',
    ],
  ])('%.40j: one sentence', (text, sentence) => {
    const said = mistake(text);
    expect(said).toMatch(/^Experiment x/);
    expect(said).toContain(sentence);
    expect(said).not.toContain('\n');
  });
});

test('jsonValue says what the parser says, and begins with the file', () => {
  expect(jsonValue('{"a": 1}', 'Run x')).toEqual({ a: 1 });
  expect(() => jsonValue('{', 'Run x')).toThrow(UserError);
  expect(() => jsonValue('{', 'Run x')).toThrow(/^Run x is not valid JSON: /);
});
