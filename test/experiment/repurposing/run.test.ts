/** Re-purposing experiments: what they choose, and a run that repeats byte by byte, goes on after an interruption and is derived anew. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset, Picture } from '../../../src/dataset/dataset.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import type { RepurposingExperiment } from '../../../src/experiment/repurposing/experiment.ts';
import { headSets } from '../../../src/experiment/repurposing/heads.ts';
import { checkRepurposing, repurposing } from '../../../src/experiment/repurposing/kind.ts';
import { RepurposingMetrics } from '../../../src/experiment/repurposing/metrics.ts';
import { choosePictures } from '../../../src/experiment/repurposing/run.ts';
import { hiddenAt } from '../../../src/experiment/repurposing/score-facts.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { check } from '../../../src/schema/check.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { scratch } from '../../harness/tiny.ts';
import { slowTest } from '../../helpers/slow.ts';
import { smallRepurposing as small } from './rows.ts';

const options = (
  out: string,
  more: Partial<RunOptions<RepurposingExperiment>> = {},
): RunOptions<RepurposingExperiment> => ({
  experiment: small,
  asPassed: JSON.stringify(small),
  out,
  resume: false,
  threads: 1,
  command: 'presend run repurposing',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

test.each([
  [{ ...small, hashes: ['dha'] }, "Unknown hash 'dha'"],
  [{ ...small, thresholds: { pdq: [31] } }, "'pdq' is not in /hashes"],
  [{ ...small, thresholds: { dhash: [65] } }, '65 bits is more than the 64 bits of the hash'],
  [{ ...small, list: { ...small.list, reference: 0.1 } }, 'the reference 0.1 is not among the poisoned shares'],
  [{ ...small, list: { ...small.list, poisoned: [0.01, 0.2] } }, '0.01 of 20 entries is less than one'],
  [{ ...small, robustness: { ...small.robustness, edits: [{ name: 'none' }] } }, "'none' is the picture itself"],
])('a mistake is named %#', (experiment, sentence) =>
  expect(() => checkRepurposing(experiment, 'Experiment x')).toThrow(sentence),
);

const picture = (i: number, topic: string, kind = 'photos'): Picture => ({
  id: `${topic}/${String(i).padStart(2, '0')}`,
  location: '/nowhere',
  topic,
  kind,
  group: topic === 'pair' ? `pair-${i >> 1}` : `${topic}-${i}`,
  sha256: `${topic}-${i}`,
});
const folder = (pictures: Picture[]): Dataset => ({
  name: 'folder',
  root: '/nowhere',
  pictures,
  refused: [],
  notices: [],
  sha256: '',
  card: { source: '', licence: '', notes: '' },
});
const made = (topic: string, count: number, kind?: string): Picture[] =>
  Array.from({ length: count }, (_, i) => picture(i, topic, kind));

describe('what is chosen of a dataset with labels', () => {
  const dataset = folder([
    ...['a', 'b', 'c', 'd'].flatMap((label) => made(label, 10)),
    ...made('pair', 60),
    ...made('single', 30).map((each, i) => ({ ...each, topic: `single-${i}` })),
    ...made('few', 5),
  ]);
  const labels = {
    ...small,
    locations: { ...small.locations, labelled: { labels: ['a', 'b', 'c', 'd'], leastPhotographs: 6 } },
  };
  const chosen = choosePictures(dataset, labels);

  test('labels with pictures enough are locations, some of each are held out', () => {
    expect(new Set(chosen.photographs.map(({ part }) => part.location))).toEqual(new Set(['a', 'b', 'c', 'd']));
    for (const label of ['a', 'b', 'c', 'd']) {
      const here = chosen.photographs.filter(({ part }) => part.location === label);
      expect(here.filter(({ part }) => part.use === 'held-out')).toHaveLength(4);
      expect(new Set(here.map(({ part }) => part.split)).size).toBe(1);
    }
    expect(chosen.drawn).toEqual([]);
  });

  test('no group has two uses, one picture a group is listed, and bystanders are split by group', () => {
    const uses = new Map<string, Set<string>>();
    for (const { group, part } of [...chosen.ordinary, ...chosen.photographs])
      uses.set(group, (uses.get(group) ?? new Set()).add(`${part.use} ${part.split}`));
    for (const found of uses.values()) expect(found.size).toBe(1);
    const listed = chosen.ordinary.filter(({ part }) => part.use === 'listed');
    expect(listed).toHaveLength(20);
    expect(new Set(listed.map(({ group }) => group)).size).toBe(20);
    expect(chosen.ordinary.some(({ topic }) => 'abcd'.includes(topic))).toBe(false);
  });

  test('too little is said in one sentence', () => {
    expect(() => choosePictures(folder(made('a', 50)), labels)).toThrow(
      'has 1 locations of at least 6 photographs, and 4 are needed',
    );
    expect(() => choosePictures(folder(['a', 'b', 'c', 'd'].flatMap((label) => made(label, 8))), labels)).toThrow(
      '0 groups of ordinary pictures, too few for a list of 20',
    );
  });
});

describe('hidden targets', () => {
  const pictures = ['drawing', 'chart', 'map'].flatMap((label) =>
    made(label, 40).map(({ id, group }) => ({ id, group, label })),
  );
  const locations = ['x', 'y'].map((name) => ({ name, insertable: [`${name}1`, `${name}2`], heldOut: [`${name}3`] }));
  const spec = { ...small.classifier!, mostLabels: 2, repeats: 2 };

  test('no picture of the target is an honest one, and none is in two sets', () => {
    const sets = headSets(pictures, locations, spec, 3);
    expect(sets.map(({ target, repeat }) => `${target} ${repeat}`)).toEqual([
      ...['chart 0', 'map 0', 'x 0', 'y 0'],
      ...['chart 1', 'map 1', 'x 1', 'y 1'],
    ]);
    for (const each of sets) {
      const all = [
        ...each.training.declared,
        ...each.training.others,
        ...each.calibration,
        ...each.declared,
        ...each.others,
        ...each.hidden,
        ...each.trainable,
      ];
      expect(new Set(all).size).toBe(all.length);
      expect(
        [...each.training.others, ...each.others, ...each.calibration].some((id) => id.startsWith(each.target)),
      ).toBe(false);
      expect(each.training.declared.every((id) => id.startsWith('drawing'))).toBe(true);
      expect(each.elsewhere.some((id) => each.hidden.includes(id))).toBe(false);
    }
  });

  test('a dataset without the declared label is told what it has', () =>
    expect(() => headSets(pictures, [], { ...spec, declared: ['cat'] }, 3)).toThrow(
      'No picture is labelled cat: choose /classifier/declared among chart, drawing, map',
    ));

  test('a share of the training counts what is added', () => {
    expect([hiddenAt(0.02, 400), hiddenAt(0.5, 10), hiddenAt(0.0001, 100)]).toEqual([8, 10, 1]);
  });
});

describe('a run', () => {
  let place: Awaited<ReturnType<typeof scratch>>;
  let unbroken: Finished<RepurposingMetrics>;
  const text = (of: string, name: string): Promise<string> => readFile(join(of, name), 'utf8');

  beforeAll(async () => {
    place = await scratch();
    unbroken = await runKind(repurposing, options(join(place.path, 'unbroken'), { threads: 2 }));
  }, 400_000);
  afterAll(() => place.remove());

  test('leaves its files, each as its schema says, and no embedding', async () => {
    const { folder: out, metrics, record } = unbroken;
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    expect(check(RepurposingMetrics, JSON.parse(await text(out, 'metrics.json')), 'metrics')).toEqual(metrics);
    for (const [i, row] of (await readObservations(out, repurposing.rows)).entries())
      check(schemas.observation, row, `Row ${i + 1}`);
    expect(record.models).toMatchObject([{ name: 'nsfwjs-mobilenet-v2' }]);
  });

  test('knows every location, and one head of each target and share', () => {
    const { locations, hashes, classifier } = unbroken.metrics;
    expect(locations).toMatchObject({ drawn: true, calibration: 1, evaluation: 4, heldOut: 8 });
    expect(hashes.map(({ name }) => name)).toEqual(small.hashes);
    for (const { controls } of hashes) for (const { inserted } of controls) expect(inserted.estimate).toBe(1);
    expect(classifier!.cells.map(({ targetKind, poisoned }) => `${targetKind} ${poisoned}`)).toEqual([
      ...['label 0', 'label 0.05', 'label 0.1'],
      ...['location 0', 'location 0.05', 'location 0.1'],
    ]);
  });

  test('gives the same metrics when they are derived anew from what it left', async () =>
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics));

  slowTest(
    'interrupted before its heads and resumed on another number of threads, it has the same bytes',
    async () => {
      const out = join(place.path, 'broken');
      const stop = new AbortController();
      const onProgress = (phase: string, done: number): void => {
        if (phase === 'hidden targets' && done === 0) stop.abort();
      };
      await expect(runKind(repurposing, options(out, { signal: stop.signal, onProgress }))).rejects.toThrow(
        InterruptedError,
      );
      const { record } = await runKind(repurposing, options(out, { resume: true }));
      expect(record.resumed).toBe(true);
      await expectSame(out, unbroken.folder);
    },
    400_000,
  );
});
