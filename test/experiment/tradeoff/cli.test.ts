/** `presend tradeoff` and `presend reproduce` on the command line. */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { schemaText } from '../../../src/cli/schema.ts';
import { takeLock } from '../../../src/disk/lock.ts';
import { checkExperiment } from '../../../src/experiment/tradeoff/check.ts';
import { exitCodes } from '../../../src/util/errors.ts';
import { presend, root } from '../../cli/presend.ts';
import { testFolder } from '../../harness/tiny.ts';

const inputs = parse(readFileSync(join(root, 'experiments/tradeoff/inputs.yaml'), 'utf8')) as Record<string, unknown>;

describe('tradeoff', () => {
  test('prints the answer, and leaves page, CSV, LaTeX and JSON', async () => {
    const out = join(await testFolder(), 'model');
    const { code, out: text } = await presend('tradeoff', '--draws', '200', '--out', out);
    expect(code).toBe(exitCodes.done);
    expect(text).toContain('client-list');
    expect((await readdir(out)).sort()).toEqual([
      'answer.json',
      'evidence.json',
      'index.html',
      'tradeoff.csv',
      'tradeoff.tex',
    ]);
    const again = await presend('tradeoff', '--draws', '200', '--out', out, '--json');
    expect(JSON.parse(again.out)).toEqual(JSON.parse(await readFile(join(out, 'answer.json'), 'utf8')));
  });

  test('writes its files in turn with another process in the same folder', async () => {
    const out = join(await testFolder(), 'model');
    await mkdir(out);
    const lock = await takeLock(join(out, 'lock'), out);
    const done = presend('tradeoff', '--draws', '200', '--out', out);
    expect(await Promise.race([done, pause(4000, 'waits')])).toBe('waits');
    expect(await readdir(out)).toEqual(['lock']);
    await lock.release();
    expect((await done).code).toBe(exitCodes.done);
    expect(await readdir(out)).toHaveLength(5);
  });

  test.each<[string, (file: Record<string, unknown>) => unknown, string]>([
    [
      'an unknown input',
      (file) => ({ ...file, inputs: { ...(file.inputs as object), repeatz: { value: 1, source: 'x' } } }),
      'Did you mean repeats?',
    ],
    [
      'two distributions',
      (file) => withInput(file, 'evasion', { value: 0.1, beta: [2, 18], uniform: [0, 1], source: 'x' }),
      'one distribution at most',
    ],
    [
      'a range upside down',
      (file) => withInput(file, 'evasion', { value: 0.1, uniform: [1, 0], source: 'x' }),
      'the lower end first',
    ],
    ['an input without source', (file) => withInput(file, 'evasion', { value: 0.1 }), 'source'],
    ['no offenders', (file) => ({ ...file, offenders: [] }), '/offenders'],
  ])('%s is said in one sentence', async (_, change, sentence) => {
    const path = join(await testFolder(), 'inputs.yaml');
    await writeFile(path, stringify(change(structuredClone(inputs))));
    const { code, err } = await presend('tradeoff', '--inputs', path);
    expect(code).toBe(exitCodes.input);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('what is not there exits with 3, what is no such run with 2', async () => {
    expect((await presend('tradeoff', '--inputs', '/nowhere.yaml')).code).toBe(exitCodes.missing);
    expect((await presend('tradeoff', '--run', '/nowhere')).code).toBe(exitCodes.missing);
    const folder = await testFolder();
    await writeFile(join(folder, 'metrics.json'), JSON.stringify({ kind: 'threshold' }));
    const { code, err } = await presend('tradeoff', '--run', folder);
    expect(code).toBe(exitCodes.input);
    expect(err).toContain('is not a trade-off between strategies');
    expect((await presend('tradeoff', '--offenders', 'saints')).err).toContain('geometric, mean 5');
    expect((await presend('tradeoff', '--draws', '5')).code).toBe(exitCodes.input);
  });
});

const withInput = (file: Record<string, unknown>, name: string, input: object) => ({
  ...file,
  inputs: { ...(file.inputs as object), [name]: input },
});

test('a run of tradeoff assumes what the command assumes: the file, and what an experiment says beside it', () => {
  const text = readFileSync(join(root, 'experiments/tradeoff/experiment.yaml'), 'utf8');
  const experiment = checkExperiment(parse(text), 'It');
  expect(experiment.model).toEqual(inputs.inputs);
  expect(experiment.offenders).toEqual(inputs.offenders);
  const model = { evasion: { value: 0.5, source: 'assumed: half' } };
  expect(checkExperiment({ ...experiment, model }, 'It').model).toEqual({ ...(inputs.inputs as object), ...model });
});

test('every input of the project has a URL, or says that it is assumed', () => {
  for (const [name, { source, url }] of Object.entries(
    inputs.inputs as Record<string, { source: string; url?: string }>,
  ))
    expect(url !== undefined || source.startsWith('assumed:'), name).toBe(true);
});

describe('reproduce', () => {
  test('one target as JSON', async () => {
    const out = join(await testFolder(), 'reproduced');
    const { code, out: text } = await presend('reproduce', 'letter-share', '--out', out, '--json');
    expect(code).toBe(exitCodes.done);
    expect(JSON.parse(text)).toMatchObject([{ target: { name: 'letter-share' }, verdict: { is: 'reproduced' } }]);
    expect((await readdir(out)).sort()).toEqual(['index.html', 'reproduction.json', 'reproduction.md']);
  });

  test('an unknown target is guessed', async () => {
    const { code, err } = await presend('reproduce', 'leter-share', '--out', join(await testFolder(), 'x'));
    expect(code).toBe(exitCodes.input);
    expect(err).toContain('Did you mean letter-share?');
  });
});

test.each(['tradeoff-inputs', 'public-record', 'reproduction'])(
  'experiments/%s.schema.json is what the command prints',
  (what) => {
    const file = readFileSync(join(root, 'experiments', `${what}.schema.json`), 'utf8');
    expect(file, `run: npx presend schema ${what} > experiments/${what}.schema.json`).toBe(`${schemaText(what)}\n`);
  },
);
