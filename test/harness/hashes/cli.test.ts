/** Benchmarks on the command line: validated, described, run, reported; what does not fit is said in one sentence. */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { schemaText } from '../../../src/cli/schema.ts';
import { checkAny, readExperiment } from '../../../src/experiment/experiment-file.ts';
import { exitCodes } from '../../../src/util/errors.ts';
import { presend } from '../../cli/presend.ts';
import { testFolder } from '../tiny.ts';
import { copies, tail } from './rows.ts';

describe('experiment files', () => {
  test.each(['hash-benchmark', 'false-positive-tail', 'experiments/false-positive-tail/photographs.yaml'])(
    '%s is valid, and says how much work it asks for',
    async (name) => {
      const { experiment } = await readExperiment(name);
      const { code, out } = await presend('validate', name, '--json');
      expect(code).toBe(exitCodes.done);
      expect(JSON.parse(out)).toMatchObject({
        name: experiment.name,
        kind: 'kind' in experiment && experiment.kind,
      });
    },
  );

  test.each(['copy-detection', 'false-positive-tail'])(
    'experiments/%s.schema.json is what the command prints',
    (kind) => {
      const file = readFileSync(join(import.meta.dirname, '../../../experiments', `${kind}.schema.json`), 'utf8');
      expect(file, `run: npx presend schema ${kind} > experiments/${kind}.schema.json`).toBe(`${schemaText(kind)}\n`);
    },
  );

  const small = copies.sets[0]!;
  test.each([
    [{ ...copies, kind: 'copy-detecton' }, "Unknown kind of experiment 'copy-detecton'. Did you mean copy-detection?"],
    [{ ...copies, thresholds: {} }, 'unknown key thresholds'],
    [{ ...copies, hashes: ['dha'] }, "Unknown perceptual hash 'dha'"],
    [{ ...copies, sets: [small, small] }, "there are two sets called 'small'"],
    [{ ...copies, sets: [{ ...small, edits: [{ name: 'none' }] }] }, "holds 'none', which is the original itself"],
    [
      { ...copies, sets: [{ ...small, edits: [{ name: 'flip' }, { name: 'flip', axis: 0 }] }] },
      "'flip(axis=0)' is in set 'small' twice",
    ],
    [{ ...copies, deep: { hash: 'neural', pictures: 20 } }, "Unknown deep hash 'neural'"],
    [{ ...tail, thresholds: { phash: [3] } }, "'phash' is not in /hashes"],
    [{ ...tail, thresholds: { dhash: [65] } }, '65 bits is more than the 64 bits of the hash'],
    [{ ...tail, kinds: ['photos'] }, 'miniatures have no kinds'],
  ])('a mistake is named %#', (experiment, sentence) => {
    expect(() => checkAny(experiment, 'Experiment x')).toThrow(sentence);
  });
});

test('run, then report: the same numbers on stdout, files beside', async () => {
  const folder = await testFolder();
  const [file, out] = [join(folder, 'tail.yaml'), join(folder, 'run')];
  await writeFile(file, stringify({ ...tail, dataset: { name: 'miniatures', pictures: 100 } }));
  const run = await presend('run', file, '--out', out, '--json');
  expect(run.code, run.err).toBe(exitCodes.done);
  expect(JSON.parse(run.out)).toEqual(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')));
  const page = await readFile(join(out, 'report.html'), 'utf8');
  const again = await presend('report', out);
  expect(again.code, again.err).toBe(exitCodes.done);
  expect(again.out).toContain("False positives per query, at the authors' thresholds");
  expect(await readFile(join(out, 'report.html'), 'utf8')).toBe(page);
});

test('--edits takes presets where copies are compared, and only there', async () => {
  const folder = await testFolder();
  const pictures = join(folder, 'empty');
  await mkdir(pictures);
  const wrong = await presend('run', 'false-positive-tail', '--edits', 'phaser', '--out', join(folder, 'run'));
  expect(wrong.code).toBe(exitCodes.input);
  expect(wrong.err).toContain("--edits is only for experiments that compare copies; 'false-positive-tail' does not");
  const missing = await presend(
    'run',
    'hash-benchmark',
    '--edits',
    'thorn',
    '--dataset',
    pictures,
    '--out',
    join(folder, 'run'),
  );
  expect(missing.code).toBe(exitCodes.missing);
  expect(missing.err).toContain("No preset 'thorn'");
});
