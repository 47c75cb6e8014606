import { beforeAll, describe, expect, test } from 'vitest';
import { loadClassifier } from '../../src/classify/index.ts';
import { writeScratch } from '../../src/disk/write.ts';
import type { HeadPicture, HeadResult, HeadTask } from '../../src/harness/scenario/head-phase.ts';
import { readHeadScores } from '../../src/harness/scenario/head-scores.ts';
import { MessageStore } from '../../src/harness/scenario/message-store.ts';
import { type SendableFacts, scratchFile } from '../../src/harness/scenario/picture-task.ts';
import { auc } from '../../src/metric/roc.ts';
import { check } from '../../src/schema/check.ts';
import type { ClassifyRow } from '../../src/schema/observation.ts';
import { TrainedHeadRow } from '../../src/schema/trained-head.ts';
import type { Content, Split } from '../../src/schema/vocabulary.ts';
import { headParts } from '../../src/score/head-split.ts';
import { trainHead } from '../../src/train/target-head.ts';
import { frame } from '../../src/util/framing.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';
import { testFolder } from '../harness/tiny.ts';

const network = 'nsfwjs-mobilenet-v2';
let length = 0;
beforeAll(async () => {
  length = (await loadClassifier(network)).embeddingLength;
});

/** Pictures in both splits; every third shows target content, and one in four is also sent as a copy. */
const pictures = Array.from({ length: 120 }, (_, index): HeadPicture => {
  const content: Content = index % 3 > 0 ? 'innocent' : index % 2 > 0 ? 'listed' : 'new';
  const split: Split = Math.floor(index / 3) % 2 === 0 ? 'calibration' : 'evaluation';
  const copy = index % 4 === 0 ? [{ key: 'copy', purpose: 'attack' as const }] : [];
  const id = `p${index}`;
  return { index, id, group: id, topic: 't', content, split, sendables: [{ key: 'none', purpose: 'scored' }, ...copy] };
});

/** A scratch folder with noise for embeddings; target content stands out from it by so much in its first numbers. */
async function taskWith(shift: number, draw = 0): Promise<HeadTask> {
  const scratch = await testFolder();
  for (const { index, content, sendables } of pictures) {
    const rng = seededRng(index, `embedding ${draw}`);
    const blobs: Record<string, Uint8Array> = {};
    for (const { key } of sendables) {
      const floats = Float32Array.from(
        { length },
        (_, i) => normalVariate(rng) + (content !== 'innocent' && i < 100 ? shift : 0),
      );
      blobs[`file ${key}`] = new TextEncoder().encode(`${index} ${key}`);
      blobs[`${key === 'none' ? 'embedding' : 'features'} ${key}`] = new Uint8Array(floats.buffer);
    }
    const hashed = { state: 'refused', reason: 'made up' } as const;
    const facts = sendables.map(
      ({ key }): SendableFacts => ({
        key,
        hashed: { near: hashed, equality: hashed, second: hashed },
        scores: [0.25],
        hashMillis: 0,
        classifyMillis: 0,
      }),
    );
    await writeScratch(scratchFile(scratch, index), frame({ sendables: facts }, blobs));
  }
  return {
    name: `${network}:head`,
    network,
    kind: 'logistic',
    seed: 7,
    scratch,
    parts: headParts(pictures, { trainingShare: 0.5, seed: 7 }),
    cells: { none: 'cell', copy: 'cell of copies' },
    headCell: 'cell of the head',
  };
}

const classified = ({ rows }: HeadResult) => rows.filter((row): row is ClassifyRow => row.row === 'classify');
const areaOf = (rows: readonly ClassifyRow[]) => {
  const scores = (target: boolean) =>
    rows.flatMap(({ content, split, outcome }) =>
      split === 'evaluation' && (content !== 'innocent') === target && outcome.state === 'scored'
        ? [outcome.scores[0]!]
        : [],
    );
  return auc(scores(true), scores(false))!;
};

describe('a head', () => {
  test('tells target content that it has not seen where there is something to tell', async () => {
    const result = await trainHead(await taskWith(3));
    expect(areaOf(classified(result)).estimate).toBeGreaterThan(0.95);
  });

  test('is at chance on noise: only if it had seen the pictures it is scored on could it do better', async () => {
    const task = await taskWith(0);
    const areas: number[] = [];
    for (let draw = 0; draw < 8; draw++)
      areas.push(areaOf(classified(await trainHead(await taskWith(0, draw)))).estimate);
    // Each area has a standard deviation of about 0.08 under chance: 0.09 is three of their mean.
    expect(Math.abs(areas.reduce((sum, each) => sum + each, 0) / areas.length - 0.5)).toBeLessThan(0.09);
    // The control: the same pictures under other names in the training part, which the guard cannot notice, are found.
    const renamed = pictures
      .filter(({ split }) => split === 'evaluation')
      .map((each) => ({ ...each, group: `copy of ${each.group}` }));
    const leaking = { ...task, parts: { ...task.parts, training: [...task.parts.training, ...renamed] } };
    const scored = classified(await trainHead(leaking));
    expect(areaOf(scored).estimate).toBeGreaterThan(0.9);
  });

  test.each(['training', 'validation'] as const)(
    'with a source of the evaluation among those of the %s it is not trained',
    async (part) => {
      const task = await taskWith(0);
      for (const unseen of [task.parts.scored[0]!, task.parts.threshold[0]!]) {
        const parts = { ...task.parts, [part]: [...task.parts[part], unseen] };
        await expect(trainHead({ ...task, parts })).rejects.toThrow(`learnt the source picture '${unseen.group}'`);
      }
    },
  );

  test('the same bytes twice; rows of what it has not seen, scores for every file that is sent', async () => {
    const [task, other] = [await taskWith(1), await taskWith(1)];
    const result = await trainHead(task);
    expect(await trainHead(other)).toEqual(result);
    const [head, ...rows] = result.rows;
    const row = check(TrainedHeadRow, head, 'row');
    expect(row).toMatchObject({ ...result.memo.head, threshold: { split: 'calibration', target: 0, innocent: 20 } });
    expect(row.scored).toEqual({ split: 'evaluation', target: 20, innocent: 40, sources: 60 });
    expect(row.training.target + row.validation.target).toBe(20);
    expect(row.learnt).toHaveLength(row.training.sources + row.validation.sources);
    const shown = new Set(rows.map((each) => (each as ClassifyRow).group));
    expect(row.learnt.filter((group) => shown.has(group))).toEqual([]);
    expect(shown.size).toBe(row.threshold.sources + row.scored.sources);
    expect(new Set(classified(result).map(({ transform }) => transform))).toEqual(new Set(['none']));

    const scores = await readHeadScores(
      task.scratch,
      pictures.map(({ index }) => index),
    );
    for (const { index, sendables } of pictures)
      expect([...scores.get(index)!].filter((score) => !Number.isNaN(score))).toHaveLength(sendables.length);
    // The rows say what each picture's own score is.
    const rowsById = new Map(
      classified(result).map(({ picture, outcome }) => [
        picture,
        outcome.state === 'scored' ? outcome.scores[0] : undefined,
      ]),
    );
    const placed = pictures.filter(({ id }) => rowsById.has(id));
    expect(new Set(placed.map(({ index }) => scores.get(index)![0])).size).toBeGreaterThan(10);
    for (const { id, index, sendables } of placed)
      expect(scores.get(index)![sendables.findIndex(({ key }) => key === 'none')]).toBe(rowsById.get(id));
    await expect(readHeadScores(task.scratch, [pictures.length])).rejects.toThrow('ends before the scores');
    const store = await MessageStore.open(task.scratch, [0, 3], { head: true });
    const { bytes } = store.file(0, 'copy');
    expect(await store.scanner('head').score(bytes)).toBe(
      scores.get(0)![pictures[0]!.sendables.findIndex(({ key }) => key === 'copy')],
    );
    expect(await store.scanner(0).score(bytes)).toBe(0.25);
    const without = await MessageStore.open(task.scratch, [0]);
    await expect(without.scanner('head').score(bytes)).rejects.toThrow('no score of the file copy');
  });
});
