/** `presend ls`, `dataset`, `validate` and `schema`. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { experimentSchema } from '../../src/cli/experiment-schema.ts';
import { listings } from '../../src/cli/ls.ts';
import { schemaText } from '../../src/cli/schema.ts';
import { table } from '../../src/cli/table.ts';
import { schemas } from '../../src/experiment/json-schema.ts';
import { hashes } from '../../src/hash/index.ts';
import { image, presend, root, scratch } from './presend.ts';

const folder = scratch();
const tradeoff = readFileSync(join(root, 'experiments/tradeoff/experiment.yaml'), 'utf8');

describe('ls', () => {
  test.each(Object.keys(listings))('%s: a table, and the same as JSON', async (what) => {
    const text = await presend('ls', what);
    const json = await presend('ls', what, '--json');
    expect([text.code, json.code, text.err]).toEqual([0, 0, '']);
    const rows = JSON.parse(json.out) as { name: string }[];
    expect(rows.length).toBeGreaterThan(0);
    expect(text.lines).toHaveLength(rows.length + 1);
    rows.forEach(({ name }, i) => {
      expect(text.lines[i + 1]!.startsWith(`${name}  `)).toBe(true);
    });
  });

  test('columns are aligned, and the last one breaks between words on a narrow terminal', async () => {
    expect(table(['name', 'summary'], [['a', 'one two three four five six seven eight']], 36)).toBe(
      'name  summary\na     one two three four five six\n      seven eight',
    );
    const narrow = table(['name', 'bits', 'summary'], [['a-long-name', 64, 'one two three four five']], 24);
    expect(narrow).toBe('name         bits\n    summary\na-long-name  64\n    one two three four\n    five');
    expect(table(['name', 'parameters', 'summary'], [['a', 'one two three four five', 'six']], 24)).toBe(
      'a\n    parameters  one two\n                three\n                four\n                five\n    summary     six',
    );
    const { lines } = await presend('ls', 'hashes');
    const column = lines[0]!.indexOf('summary');
    for (const [i, { summary }] of Object.values(hashes).entries()) expect(lines[i + 1]!.slice(column)).toBe(summary);
  });
});

describe('dataset', () => {
  test('make: the same seed and size give the same pictures; info describes them', async () => {
    const args = ['dataset', 'make', 'generated', '--pictures', '3', '--seed', '5', '--out', folder, '--json'];
    const first = JSON.parse((await presend(...args)).out) as { folder: string; sha256: string };
    expect(await presend(...args)).toMatchObject({ code: 0, out: `${JSON.stringify(first)}\n` });
    const info = await presend('dataset', 'info', first.folder, '--json');
    expect(JSON.parse(info.out)).toMatchObject({ pictures: 3, sha256: first.sha256, refused: { count: 0, first: [] } });
    expect((await presend('dataset', 'info', first.folder)).out).toMatch(/\ntopic +pictures +groups\n/);
  });

  test('info of a folder with pictures that cannot be read', async () => {
    const pictures = join(folder, 'pictures');
    mkdirSync(pictures);
    copyFileSync(image('meme.png'), join(pictures, 'a.png'));
    for (let i = 0; i < 7; i++) writeFileSync(join(pictures, `empty\n${i}.png`), '');
    const { out, code } = await presend('dataset', 'info', pictures);
    expect(code).toBe(0);
    expect(out).toContain('7, the first 5 of them:');
    expect(out.match(/empty file/g)).toHaveLength(5);
    expect(out).toContain('"empty\\n0.png"');
  });

  test('what is not there exits with 3 and says what gets it', async () => {
    const corpus = await presend('dataset', 'info', 'generated', '--pictures', '4', '--seed', '99');
    expect(corpus.code).toBe(3);
    expect(corpus.err).toContain('presend dataset make generated --pictures 4 --seed 99');
    expect((await presend('dataset', 'info', join(folder, 'nothing'))).code).toBe(3);
    expect((await presend('dataset', 'make', 'photographs')).code).toBe(2);
  });
});

describe('validate', () => {
  test('counts the cells and kinds of message of the tradeoff experiment', async () => {
    const { code, out } = await presend('validate', 'tradeoff', '--json');
    expect(code).toBe(0);
    const { grid, messages } = parse(tradeoff) as { grid: Record<string, unknown[]>; messages: { edits: unknown[] } };
    const match = grid.hash!.length * grid.transform!.length;
    const strategy = grid.strategy!.length;
    const classify = 1 + messages.edits.length;
    expect(JSON.parse(out)).toMatchObject({
      name: 'tradeoff',
      cells: { match, classify, strategy, total: match + classify + strategy },
    });
    expect((await presend('validate', 'tradeoff')).out).toContain(`cells     ${match + classify + strategy}:`);
  });

  test.each([
    ['an unknown key', tradeoff.replace('seed:', 'sed:'), /unknown key sed|seed/],
    ['an unknown hash', tradeoff.replace('hash: [pdq,', 'hash: [pdqq,'), /Did you mean pdq\?/],
    ['an impossible edit', tradeoff.replace('quality: 30', 'quality: 300'), /from 1 to 100/],
    ['a broken file', 'a: [', /neither YAML nor JSON/],
  ])('%s: exit 2 and one sentence', async (_, text, sentence) => {
    const path = join(folder, 'experiment.yaml');
    writeFileSync(path, text);
    const { code, out, err } = await presend('validate', path);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
    expect(err.split('\n')).toHaveLength(2);
  });

  test('a dataset that is not there is said, with the sentence of a run; the file is valid', async () => {
    const path = join(folder, 'experiment.yaml');
    const nowhere = join(folder, 'nowhere');
    writeFileSync(path, tradeoff.replace(/name: generated\n {2}pictures: \d+/, `name: ${nowhere}`));
    const { code, out } = await presend('validate', path);
    expect(code).toBe(0);
    expect(out).toContain(`not there: No dataset '${nowhere}': expected `);
    expect(JSON.parse((await presend('validate', path, '--json')).out)).toMatchObject({
      dataset: { missing: expect.stringContaining(nowhere) },
    });
    expect((await presend('validate', 'tradeoff')).out).not.toContain('not there');
  });

  test('no such experiment: exit 3', async () => expect((await presend('validate', 'nope')).code).toBe(3));
});

describe('schema', () => {
  test('experiments/experiment.schema.json is what the command prints', async () => {
    const file = readFileSync(join(root, 'experiments/experiment.schema.json'), 'utf8');
    expect(file, 'run: npx presend schema > experiments/experiment.schema.json').toBe(`${schemaText('experiment')}\n`);
    expect((await presend('schema')).out).toBe(file);
  });

  test.each(Object.keys(schemas))('%s is JSON Schema', async (what) => {
    const { code, out } = await presend('schema', what);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
  });

  test('the experiment’s takes tradeoff, and knows names and bounds', () => {
    const schema = experimentSchema();
    const takes = (text: string): boolean => Value.Check(schema as never, parse(text));
    expect(takes(tradeoff)).toBe(true);
    expect(takes(tradeoff.replace('hash: [pdq,', 'hash: [pdqq,'))).toBe(false);
    expect(takes(tradeoff.replace('quality: 30', 'quality: 300'))).toBe(false);
    expect(takes(tradeoff.replace('name: flip', 'name: flop'))).toBe(false);
    expect(takes(tradeoff.replace('name: flip', 'name: flip, degrees: 3'))).toBe(false);
    const withInput = (name: string): string =>
      `${tradeoff}\nmodel:\n  ${name}: { value: 20, source: 'assumed: a test' }\n`;
    expect(takes(withInput('secondsPerReview'))).toBe(true);
    expect(takes(withInput('secondsPerView'))).toBe(false);
  });

  test('an unknown one', async () => expect((await presend('schema', 'tips')).err).toContain('Did you mean tip?'));
});
