/**
 * A run's scratch folder without pictures: every "file" is random bytes, and hashes, scores and embeddings are made up with it. Otherwise
 * everything is what a run has: tasks, plan, lists, and deployments of real strategies.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AssignedPicture, assign } from '../../../src/dataset/assign.ts';
import { type Experiment, scenarioOf } from '../../../src/experiment/tradeoff/experiment.ts';
import type { Hashed } from '../../../src/harness/detectors/hasher.ts';
import { type Cohort, cohortTask, everybody, planCohorts } from '../../../src/harness/scenario/cohorts.ts';
import { type SendableFacts, scratchFile } from '../../../src/harness/scenario/picture-task.ts';
import { messageHashes, type PictureTask, pictureTasks } from '../../../src/harness/scenario/plan.ts';
import type { StrategyTask } from '../../../src/harness/scenario/run-deployment.ts';
import { hashByName } from '../../../src/hash/index.ts';
import { binary } from '../../../src/match/format/binary.ts';
import { hashList } from '../../../src/match/hash-list.ts';
import type { HashUse } from '../../../src/role/world.ts';
import type { Scenario } from '../../../src/schema/scenario.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { frame } from '../../../src/util/framing.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { tiny } from '../tiny.ts';

const uses = ['near', 'equality', 'second'] as const;

/** So many pictures, one in four a drawing, some in bursts. */
export function madeUpPictures(count: number, experiment: Experiment = tiny): AssignedPicture[] {
  const all = Array.from({ length: count }, (_, i) => ({
    id: `p${String(i).padStart(4, '0')}.jpg`,
    location: `/nowhere/p${i}.jpg`,
    topic: i % 4 === 0 ? 'drawing' : 'scene',
    kind: 'test',
    group: i % 9 === 1 ? `p${i - 1}` : `p${i}`,
    sha256: sha256Hex(`picture ${i}`),
  }));
  return assign(all, { seed: experiment.seed, ...experiment.assignment }).pictures;
}

/** What strategies are run on. */
export interface MadeUp {
  readonly scenario: Scenario;
  readonly tasks: readonly PictureTask[];
  /** The task of a strategy on a cohort. */
  taskOf(strategy: string, cohort: Cohort): StrategyTask;
  /** Cohorts of at most so many messages, and all messages of the same plan as one cohort. */
  cohorts(most: number): { readonly cohorts: Cohort[]; readonly joined: Cohort };
}

/** Writes lists and files into a folder. */
export async function madeUpRun(experiment: Experiment, count: number, folder: string): Promise<MadeUp> {
  const scenario = scenarioOf(experiment);
  const tasks = pictureTasks(scenario, experiment.grid, madeUpPictures(count, experiment), folder).map((task) => ({
    ...task,
    // A few second copies are enough.
    sendables: task.sendables.filter(({ purpose }) => purpose === 'scored' || task.index % 5 === 0),
  }));
  const names = messageHashes(scenario);
  const rng = seededRng(1, 'made up');
  const entries: Record<HashUse, { id: string; hash: Uint8Array }[]> = { near: [], equality: [], second: [] };
  for (const { index, picture, sendables } of tasks) {
    const own = Object.fromEntries(uses.map((use) => [use, rng.bytes(hashByName(names[use]).bits / 8)])) as Record<
      HashUse,
      Uint8Array
    >;
    if (picture.content === 'listed') for (const use of uses) entries[use].push({ id: picture.id, hash: own[use] });
    const blobs: Record<string, Uint8Array> = {};
    const facts = sendables.map(({ key }, i): SendableFacts => {
      blobs[`file ${key}`] = rng.bytes(500 + rng.int(1000));
      if (key === 'none') blobs[`embedding ${key}`] = new Uint8Array(new Float32Array([rng.next(), rng.next()]).buffer);
      // An edit changes some bits of the near hash, and one of the equality hash.
      const hashOf = (use: HashUse): Hashed => {
        const bits = { near: 8, equality: 1, second: 4 }[use];
        const hash = own[use].map((byte, at) => (key !== 'none' && at < bits ? byte ^ 1 : byte));
        // Some pictures have no usable hash.
        if (index % 17 === 3) return { state: 'refused', reason: 'too flat' };
        return { state: 'hashed', hex: toHex(hash), quality: 100 };
      };
      const score = picture.content === 'innocent' ? 0.6 * rng.next() : 0.4 + 0.6 * rng.next();
      const hashed = { near: hashOf('near'), equality: hashOf('equality'), second: hashOf('second') };
      return { key, hashed, scores: [score, 1 - score], hashMillis: i, classifyMillis: i };
    });
    await writeFile(scratchFile(folder, index), frame({ sendables: facts }, blobs));
  }
  const listPaths = { near: '', equality: '', second: '' };
  for (const use of uses) {
    listPaths[use] = join(folder, `${use}.list`);
    const { bits } = hashByName(names[use]);
    const list = hashList({ name: 'made up', algorithm: names[use], bits }, entries[use]);
    await writeFile(listPaths[use], binary.write(list));
  }
  return {
    scenario,
    tasks,
    taskOf: (strategy, cohort) => ({
      ...{ scenario, strategy, cell: 'cell', listPaths, scratch: folder },
      thresholdBits: { near: 31, equality: 0, second: 10 },
      deciding: { by: 0, threshold: 0.5 },
      untrained: { by: 0, threshold: 0.5 },
      ...cohortTask(cohort, scenario, tasks),
    }),
    cohorts(most) {
      const cohorts = planCohorts(scenario, tasks, most);
      const messages = cohorts.flatMap((each) => each.messages).sort((a, b) => a.sentAt - b.sentAt);
      return { cohorts, joined: everybody(scenario, messages) };
    },
  };
}
