/**
 * A setup without pictures: a "picture" is random bytes, and what a scanner makes of it is made up with it. Otherwise everything is what a
 * run has: the timeline, the lists, and deployments of real strategies.
 */

import type { PowerExperiment } from '../../../src/experiment/power/experiment.ts';
import { type CapabilityTask, type Setup, setupOf } from '../../../src/experiment/power/setup.ts';
import { type HiddenTarget, insiderCopy, pictureTasksOf, timelineOf } from '../../../src/experiment/power/timeline.ts';
import type { MessageStore, StoredFile } from '../../../src/harness/scenario/message-store.ts';
import type { PictureTask } from '../../../src/harness/scenario/plan.ts';
import { hashList } from '../../../src/match/hash-list.ts';
import type { HashUse } from '../../../src/role/world.ts';
import type { Content } from '../../../src/schema/vocabulary.ts';
import { byteKey } from '../../../src/util/bytes.ts';
import { fromHex, toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { tiny } from '../../harness/tiny.ts';
import { protocolSettings } from '../../helpers/world.ts';

/** A power experiment of a few pictures; those of the tests without pictures never open its dataset. */
export const smallPower: PowerExperiment = {
  version: 1,
  kind: 'power',
  name: 'power-small',
  question: 'What does it open?',
  seed: 2019,
  dataset: { name: 'generated', pictures: 60 },
  assignment: tiny.assignment,
  strategies: ['e2ee', 'escrow', 'client-list', 'threshold-psi'],
  operatingPoint: tiny.operatingPoint,
  messages: {
    ...tiny.messages,
    edits: [],
    accounts: 4,
    userReport: 0.3,
    falseReport: 0,
    abort: 0,
    protocols: { ...protocolSettings, matchThreshold: 2, bucketRadius: 2, bucketNoise: 0.02 },
  },
  hidden: { pictures: 3, messagesPerHour: { value: 10, source: 'prior: made up for a test' } },
  gossip: { shares: [0.1], clients: [1, 10], stale: [0, 0.5], trials: 60 },
  audit: { lists: [{ entries: 100, planted: 5, audited: 10 }], trials: 60 },
  groups: { members: [3], devices: 1, messages: 12, loss: 0.1, rotateAfter: 4, checkEvery: [4] },
};

const bytesOf: Record<HashUse, number> = { near: 16, equality: 12, second: 8 };
const contents: readonly Content[] = [
  ...new Array<'listed'>(5).fill('listed'),
  ...new Array<'new'>(2).fill('new'),
  ...new Array<'innocent'>(11).fill('innocent'),
];
/** Innocent ones that are not sent: thresholds are chosen on them. */
const calibration: readonly number[] = [7, 8];

/** Sets the setup for a strategy. The classifier scores target content high, and the innocent pictures with a number in `mistaken`. */
export function smallSetup(strategy: string, mistaken: readonly number[] = []): Setup {
  const rng = seededRng(1, 'power setup');
  const files = new Map<string, StoredFile>();
  const byBytes = new Map<string, StoredFile>();
  const hashes = contents.map(() => ({
    near: toHex(rng.bytes(bytesOf.near)),
    equality: toHex(rng.bytes(bytesOf.equality)),
    second: toHex(rng.bytes(bytesOf.second)),
  }));
  const pictures = contents.map((content, index): PictureTask['picture'] => ({
    id: `picture ${index}`,
    location: '',
    kind: 'picture',
    sha256: '',
    topic: content,
    group: `group ${index}`,
    content,
    split: calibration.includes(index) ? 'calibration' : 'evaluation',
  }));
  const hidden = hashes
    .map((each, index): HiddenTarget => ({ id: `picture ${index}`, hashes: each }))
    .slice(-smallPower.hidden.pictures);
  const tasks = pictureTasksOf(smallPower, pictures, hidden, '');
  for (const { index, sendables } of tasks)
    for (const { key } of sendables) {
      const { near, equality, second } = hashes[index]!;
      const hashed = (hex: string) => ({ state: 'hashed', hex, quality: 100 }) as const;
      const file: StoredFile = {
        bytes: rng.bytes(500 + rng.int(300)),
        facts: {
          key,
          hashed: { near: hashed(near), equality: hashed(equality), second: hashed(second) },
          scores: [contents[index] === 'innocent' && !mistaken.includes(index) ? 0.1 : 0.9],
          hashMillis: 0,
          classifyMillis: 0,
        },
        // Every picture lies in a direction of its own; the insider's copy in that of its original.
        embedding: Float32Array.from({ length: contents.length }, (_, i) => (i === index ? 1 : 0.01)),
        headScore: undefined,
      };
      files.set(`${index} ${key}`, file);
      if (key !== insiderCopy) byBytes.set(byteKey(file.bytes), file);
    }
  const store = {
    file: (index: number, key: string) => files.get(`${index} ${key}`)!,
    recognise: (bytes: Uint8Array) => byBytes.get(byteKey(bytes)),
    scanner: (label: number) => ({
      async hash(bytes: Uint8Array, use: HashUse = 'near') {
        const hashed = byBytes.get(byteKey(bytes))!.facts.hashed[use];
        return hashed.state === 'hashed' ? { state: 'hashed', hash: fromHex(hashed.hex) } : hashed;
      },
      score: async (bytes: Uint8Array) => byBytes.get(byteKey(bytes))!.facts.scores![label],
    }),
  } as unknown as MessageStore;
  const listOf = (use: HashUse) =>
    hashList(
      { name: 'small', algorithm: use, bits: 8 * bytesOf[use] },
      contents.flatMap((content, index) =>
        content === 'listed' ? [{ id: `entry ${index}`, hash: fromHex(hashes[index]![use]) }] : [],
      ),
    );
  const task: CapabilityTask = {
    cell: 'cell',
    strategy,
    scenario: smallPower,
    timeline: timelineOf(smallPower, tasks, hidden),
    hidden,
    thresholdBits: { near: 4, equality: 0, second: 0 },
    deciding: { by: 0, threshold: 0.5 },
    untrained: { by: 0, threshold: 0.5 },
    listPaths: { near: '', equality: '', second: '' },
    scratch: '',
    pictures: Object.fromEntries(pictures.map(({ id, content, split }, index) => [index, { id, content, split }])),
  };
  return setupOf(task, store, { near: listOf('near'), equality: listOf('equality'), second: listOf('second') });
}
