/** The steps of the pictures on a pool without threads, of which one task fails: what is written, what is thrown, and going on. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDetectors } from '../../../src/harness/detectors/detectors.ts';
import type { Pool } from '../../../src/harness/pool.ts';
import type { PictureTask } from '../../../src/harness/scenario/plan.ts';
import { pictureStep, strategyStep } from '../../../src/harness/scenario/steps.ts';
import { pictureStep as scoringStep } from '../../../src/harness/scoring/steps.ts';
import { Spool } from '../../../src/harness/spool.ts';
import { runPhase } from '../../../src/harness/step-run.ts';
import type { Row } from '../../../src/schema/row.ts';
import { MissingError, UserError } from '../../../src/util/errors.ts';
import { unfinishedRows } from '../finished-rows.ts';
import { options, testFolder, tiny } from '../tiny.ts';

const tasks = Array.from({ length: 6 }, (_, index) => ({ index, picture: { id: `p${index}` } })) as PictureTask[];

/** Every picture is refused, but for one whose task throws. */
const poolThat = (throws?: { readonly at: number; readonly error: Error }): Pool => ({
  threads: 2,
  async run<R>(_: string, task: unknown): Promise<R> {
    const { index } = task as PictureTask;
    if (index === throws?.at) throw throws.error;
    return { state: 'refused', index, reason: `reason ${index}` } as R;
  },
  close: async () => undefined,
});

async function run(out: string, pool: Pool): Promise<void> {
  const spool = await Spool.open<Row>(join(out, 'partial'));
  const detectors = await openDetectors([], 1);
  const prepared = { lists: new Map(), detectors, cell: () => 'cell', noted: new Set<string>() };
  const steps = tasks.map((task) => pictureStep(task, prepared));
  await runPhase({ name: 'pictures', steps }, [], { ...options(tiny, out), spool, pool });
}

const newFolder = async (): Promise<string> => {
  const out = await testFolder();
  await mkdir(join(out, 'partial'));
  return out;
};
const system = (code: string): Error => Object.assign(new Error(`${code}: made up`), { code });

test.each<[string, Error]>([
  ['a full disk', system('ENOSPC')],
  ['a disk that fails', system('EIO')],
  ['too many open files', system('EMFILE')],
  ['too little memory', system('ENOMEM')],
  ['a classifier that is gone', new MissingError('there is no file')],
  ['a picture that changed', new UserError('has other bytes now')],
  ['a bug', new TypeError('no function')],
])(
  'cases A9, runs A2, audit H2: %s ends the run, is no row, and going on gives the unbroken bytes',
  async (_, error) => {
    const unbroken = await newFolder();
    await run(unbroken, poolThat());
    const out = await newFolder();
    await expect(run(out, poolThat({ at: 3, error }))).rejects.toBe(error);
    expect(await unfinishedRows(out)).toMatchObject(['p0', 'p1', 'p2'].map((picture) => ({ picture })));
    await run(out, poolThat());
    expect(await unfinishedRows(out)).toEqual(await unfinishedRows(unbroken));
    const spool = (folder: string) => readFile(join(folder, 'partial', 'run.steps'));
    expect((await spool(out)).equals(await spool(unbroken))).toBe(true);
  },
);

test('runs A2: the same for the pictures of experiments on scores', async () => {
  const error = system('ENOSPC');
  const picture = { id: 'p', location: '/p', sha256: '', group: 'p', topic: 't', kind: 'k' };
  await expect(scoringStep(picture, () => Promise.reject(error)).work(poolThat())).rejects.toBe(error);
});

test('a slow strategy is started first, unless there are several cohorts: its results would wait for those of all others', () => {
  const step = (number: number, of: number) => strategyStep('work', 'private-membership', () => ({}), { number, of });
  expect(step(1, 1).weight).toBeGreaterThan(strategyStep('work', 'e2ee', () => ({})).weight ?? 1);
  expect([step(1, 3), step(3, 3)].map(({ name, weight }) => [name, weight])).toEqual([
    ['strategy private-membership', 1],
    ['strategy private-membership cohort 3', 1],
  ]);
});
