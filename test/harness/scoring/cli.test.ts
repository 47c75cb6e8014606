/** Experiments on scores on the command line: validated, described by a schema; mistakes are named in one sentence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { checkAny } from '../../../src/experiment/experiment-file.ts';
import { exitCodes } from '../../../src/util/errors.ts';
import { presend } from '../../cli/presend.ts';
import { smallBaseRate, smallDrift, smallNewContent } from './rows.ts';

test.each([
  'new-content',
  'experiments/new-content/photographs.yaml',
  'experiments/new-content/animals.yaml',
  'base-rate',
  'experiments/base-rate/photographs.yaml',
  'score-drift',
  'experiments/score-drift/photographs.yaml',
])('%s is valid', async (name) => {
  const { code, out, err } = await presend('validate', name, '--json');
  expect(code, err).toBe(exitCodes.done);
  expect(JSON.parse(out).kind).toMatch(/new-content|base-rate|score-drift/);
});

test.each(['new-content', 'base-rate', 'score-drift'] as const)(
  'experiments/%s.schema.json is what the command prints',
  (kind) => {
    const file = readFileSync(join(import.meta.dirname, '../../../experiments', `${kind}.schema.json`), 'utf8');
    expect(file, `run: npx presend schema ${kind} > experiments/${kind}.schema.json`).toBe(`${schemaText(kind)}\n`);
  },
);

describe('a mistake is named', () => {
  const alarm = { name: 'x', labels: ['Cats'] };
  test.each([
    [{ ...smallBaseRate, alarms: [alarm] }, "'x' needs 'Cats', but nsfwjs-mobilenet-v2 has Drawing, Hentai"],
    [{ ...smallBaseRate, classifiers: [{ name: 'nsfwjs' }] }, "Unknown classifier 'nsfwjs'"],
    [
      { ...smallBaseRate, classifiers: [{ name: 'nsfwjs-mobilenet-v2' }, { name: 'nsfwjs-mobilenet-v2' }] },
      "'nsfwjs-mobilenet-v2' occurs twice",
    ],
    [{ ...smallBaseRate, edits: [{ name: 'none' }] }, "remove 'none'"],
    [{ ...smallBaseRate, thresholds: [1] }, 'at /thresholds/0'],
    [{ ...smallBaseRate, claim: 1 }, 'unknown key claim'],
    [{ ...smallDrift, backends: ['gpu'] }, "cpu, onnx but received 'gpu'"],
    [{ ...smallDrift, alarms: [{ ...alarm, threshold: 0.5 }] }, "'x' needs 'Cats'"],
    [{ ...smallDrift, sets: [{ name: 'a', edits: [{ name: 'none' }] }] }, "holds 'none'"],
    [{ ...smallNewContent, sources: { drawing: ['drawing'] } }, 'name at least two'],
    [{ ...smallNewContent, secondHash: 'dhash' }, "'dhash' is the first hash too"],
    [{ ...smallNewContent, hash: 'dha' }, "Unknown perceptual hash 'dha'"],
    [{ ...smallNewContent, label: 'Cats' }, "not 'Cats'"],
    [{ ...smallNewContent, innocent: ['chart'] }, "the label 'chart' occurs twice"],
    [{ ...smallNewContent, shares: { training: 0.6, calibration: 0.4, listed: 0.5 } }, 'leave nothing for evaluation'],
  ])('%#', (experiment, sentence) => {
    expect(() => checkAny(experiment, 'Experiment x')).toThrow(sentence);
  });
});
