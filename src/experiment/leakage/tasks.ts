/** One strategy of a leakage run, in a worker thread: it is run on the messages, then all views are read, recorded and attacked. */

import { accountNames } from '../../harness/scenario/plan.ts';
import {
  type DeploymentRun,
  ordersOf,
  runDeployment,
  type StrategyTask,
} from '../../harness/scenario/run-deployment.ts';
import type { StrategyResult } from '../../harness/scenario/strategy-task.ts';
import { type Sent, truthOf } from '../../harness/scenario/view-reader.ts';
import { distanceBits } from '../../hash/hamming.ts';
import { type Searcher, searcher } from '../../match/search.ts';
import { sample, sampledBits } from '../../role/bucket.ts';
import type { Connect } from '../../role/connection.ts';
import { prefixOf } from '../../role/prefix.ts';
import type { World } from '../../role/world.ts';
import type { Row } from '../../schema/row.ts';
import { fromHex } from '../../util/hex.ts';
import { attackRows, type Known } from './attacks.ts';
import { membershipRows } from './membership.ts';
import { fileName, handedToAnybody, type Observed, observe } from './observe.ts';
import { Adversary, type LeakMessageRow, type LeakOutcomesRow, type LeakViewRow, type Moment } from './rows.ts';
import { asSent, galleryAccount } from './run.ts';
import { columnOf } from './score-information.ts';

export { hashOriginal, workOnPicture } from '../../harness/scenario/picture-task.ts';
export { trainHead } from '../../train/target-head.ts';

/** What the worker is told: the first `real` messages are those of people, the others those of the adversary's own accounts. */
export interface LeakageTask extends StrategyTask {
  readonly real: number;
}

/** Plays a strategy and measures what everybody learnt. */
export async function measureLeakage(task: LeakageTask, connect?: Connect): Promise<StrategyResult> {
  const { scenario, messages, real } = task;
  const gallery = [...new Set(messages.slice(real).map(({ picture }) => picture))].map(galleryAccount);
  const orders = ordersOf(scenario, real);
  const run = await runDeployment(task, { accounts: [...accountNames(scenario), ...gallery], orders, connect });
  const { strategy, deployment, world, sent } = run;
  if (!strategy.prospective) for (const order of orders) await deployment.serve(order);
  const about = { cell: task.cell, strategy: strategy.name };
  const rows: Row[] = [
    // The truth is the same under every strategy: the first one writes it down.
    ...(task.strategy === scenario.strategies[0] ? messageRows(run, real) : []),
    outcomesRow(run, real, about),
    ...membershipRows(run, sent.slice(0, real), { row: 'leak-membership', ...about }, scenario.seed),
    ...Adversary.enum.flatMap((adversary) => viewRows(run, task, adversary, 'end')),
  ];
  if (strategy.declares.court?.content === 'ordered' && !strategy.prospective) {
    // What the escrow key is worth to whoever holds it: use it on everything that is kept.
    for (const account of world.accounts)
      await deployment.serve({ id: `all/${account}`, account, from: 0, to: messages.length });
    rows.push(...viewRows(run, task, 'court', 'key-used-on-all'));
  }
  await deployment.close();
  return { rows, millis: run.millis };
}

function messageRows({ sent, world }: DeploymentRun, real: number): LeakMessageRow[] {
  const list = searcher(world.list);
  return sent.slice(0, real).map(({ planned, picture, bytes, hex, equalityHex }) => ({
    row: 'leak-message',
    message: planned.id,
    picture: picture.id,
    group: picture.group,
    topic: picture.topic,
    content: picture.content,
    split: picture.split,
    transform: planned.key,
    sender: planned.sender,
    pictureBytes: bytes.length,
    file: fileName(bytes),
    hash: hex ?? null,
    equalityHash: equalityHex ?? null,
    nearBits: hex === undefined ? null : (list.nearest(fromHex(hex))?.distanceBits ?? null),
  }));
}

/**
 * Whether a message truly matches. Where nobody looks it is whether the list has it: what an observer of the message would like to know.
 */
function matchedBy(run: DeploymentRun): (each: Sent) => boolean {
  const { strategy, world } = run;
  if (strategy.detector !== 'people') return truthOf(run);
  const list = searcher(world.list);
  return ({ hex }) =>
    hex !== undefined && (list.nearest(fromHex(hex))?.distanceBits ?? Infinity) <= world.thresholdBits;
}

function outcomesRow(
  run: DeploymentRun,
  real: number,
  about: Pick<LeakOutcomesRow, 'cell' | 'strategy'>,
): LeakOutcomesRow {
  const { deployment, sent, reported, world } = run;
  const people = sent.slice(0, real);
  const matched = matchedBy(run);
  const tipped = new Set(deployment.tips.map(({ reportId }) => reportId.slice(reportId.indexOf('/') + 1)));
  const outcomes = people.map(({ planned }) => deployment.outcome(planned.id));
  return {
    row: 'leak-fates',
    ...about,
    matched: people.map((each) => Number(matched(each))),
    detected: people.map(({ planned: { id } }, i) => {
      const { scanned, dismissed } = outcomes[i]!;
      return Number((scanned === 'match' && !dismissed) || reported.has(id) || tipped.has(id));
    }),
    aborted: outcomes.map(({ aborted }) => Number(aborted)),
    sampled: usesBuckets(run) ? [...sampledBits(world)] : [],
    thresholdBits: world.thresholdBits,
  };
}

const usesBuckets = ({ strategy }: Pick<DeploymentRun, 'strategy'>): boolean =>
  strategy.declares.provider?.bucket !== undefined;

/** What one adversary saw, and all attacks on it; nothing where it saw nothing. */
function viewRows(run: DeploymentRun, task: LeakageTask, adversary: Adversary, when: Moment): Row[] {
  const { deployment, sent, store, strategy } = run;
  const bucket = usesBuckets(run) ? sampledBits(run.world) : undefined;
  const matched = matchedBy(run);
  const verdict = verdictOf(run.world, adversary, bucket);
  const known = sent.map((each, index): Known => {
    const { planned, picture } = each;
    const seen = observe(adversary, deployment.views, planned.id, store);
    const { embedding, facts } = store.file(planned.picture, planned.key);
    const near = facts.hashed.near;
    const hash = near.state === 'hashed' ? fromHex(near.hex) : undefined;
    return {
      index,
      key: planned.key,
      picture: picture.id,
      group: picture.group,
      topic: picture.topic,
      content: picture.content,
      split: picture.split,
      sender: planned.sender,
      matched: matched(each),
      // A key that opens everything leaves nobody's word to wait for.
      handed: when === 'end' && handedToAnybody(deployment.views, planned.id),
      seen: seen && bucket ? inBucketBits(seen, bucket) : seen,
      verdict: seen ? verdict(seen) : '',
      own: { bits: hash && bucket ? sample(hash, bucket) : hash, bitsLength: hash && bucket?.length, embedding },
    };
  });
  const people = known.slice(0, task.real);
  if (people.every(({ seen }) => seen === undefined)) return [];
  const about = { cell: task.cell, strategy: strategy.name, adversary, when };
  return [
    viewRow(people, { row: 'leak-view', ...about }),
    ...attackRows({
      about: { row: 'leak-attack', ...about },
      seed: task.scenario.seed,
      real: people,
      gallery: known.slice(task.real),
    }),
  ];
}

/** Bits of whole hashes, as reports carry them, cut down to those that bucket queries sample: else the two could not be compared. */
function inBucketBits(seen: Observed, positions: readonly number[]): Observed {
  const { bits, bitsLength } = seen.features;
  if (!bits || bitsLength !== undefined) return seen;
  return { ...seen, features: { ...seen.features, bits: sample(bits, positions), bitsLength: positions.length } };
}

/** What somebody who has the list makes of the bits in a view. */
function verdictOf(
  world: World,
  adversary: Adversary,
  bucket: readonly number[] | undefined,
): (seen: Observed) => string {
  if (!(['provider', 'curator', 'joined'] as const).some((each) => each === adversary)) return () => '';
  const list: Searcher = searcher(world.list);
  const hashes = [...world.list.entries].map(({ hash }) => hash);
  const prefixes = new Set(hashes.map((hash) => prefixOf(hash, world.prefixBits).join()));
  const samples = bucket ? hashes.map((hash) => sample(hash, bucket)) : [];
  return ({ features: { bits, bitsLength } }) => {
    if (!bits) return '';
    if (bitsLength === undefined) {
      const hit = list.nearest(bits);
      return hit !== undefined && hit.distanceBits <= world.thresholdBits ? 'near' : 'far';
    }
    if (bucket) return samples.some((each) => distanceBits(each, bits) <= world.settings.bucketRadius) ? 'near' : 'far';
    return prefixes.has(bits.join()) ? 'near' : 'far';
  };
}

function viewRow(
  people: readonly Known[],
  about: Pick<LeakViewRow, 'row' | 'cell' | 'strategy' | 'adversary' | 'when'>,
): LeakViewRow {
  const shown = people.filter(({ key }) => key === asSent);
  const column = (name: Exclude<keyof Observed, 'features'>) => columnOf(shown.map(({ seen }) => seen?.[name] ?? ''));
  return {
    ...about,
    messages: shown.map(({ index }) => index),
    shape: column('shape'),
    sizes: column('sizes'),
    bits: column('bits'),
    content: column('content'),
    outcome: column('outcome'),
    entry: column('entry'),
    sender: column('sender'),
    handed: shown.map(({ handed }) => Number(handed)),
  };
}
