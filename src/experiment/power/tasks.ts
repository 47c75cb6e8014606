/** One strategy of a power experiment, in a worker thread: executes every capability, and fills the capacity for hidden targets. */

import {
  compareHeads,
  type LogKeys,
  logKeys,
  type MerkleLog,
  merkleLog,
  type TreeHead,
} from '../../crypto/merkle-log.ts';
import { sodium } from '../../crypto/sodium.ts';
import type { StrategyResult } from '../../harness/scenario/strategy-task.ts';
import type { Connect } from '../../role/connection.ts';
import { utf8 } from '../../util/bytes.ts';
import { sha256Hex } from '../../util/digest.ts';
import { seededRng } from '../../util/rng.ts';
import { baselineRun, executeCapabilities } from './capabilities.ts';
import { hiddenCapacityOf } from './capacity.ts';
import type { AnyPowerRow, AuditRow, CapabilityName, GossipRow } from './rows.ts';
import { type CapabilityTask, readSetup, type Setup } from './setup.ts';
import { compromiseWindows } from './windows.ts';

export { hashOriginal, workOnPicture } from '../../harness/scenario/picture-task.ts';
export { trainHead } from '../../train/target-head.ts';
export { playGhost, playGroup } from './groups.ts';

/** Executes every capability on one strategy. */
export const tryCapabilities = async (task: CapabilityTask, connect?: Connect): Promise<StrategyResult> => ({
  rows: await executeAll({ ...(await readSetup(task)), connect }),
});

/** The rows of one strategy. */
export async function executeAll(setup: Setup): Promise<AnyPowerRow[]> {
  const baseline = await baselineRun(setup);
  const { cell, strategy } = setup.task;
  const outcomes = await executeCapabilities(setup, baseline);
  const rows = (Object.keys(outcomes) as CapabilityName[]).map((power): AnyPowerRow => {
    const outcome = outcomes[power];
    return 'why' in outcome
      ? { row: 'no-power', cell, strategy, power, ...outcome }
      : { row: 'power', cell, strategy, power, ...outcome };
  });
  const windows = await compromiseWindows(setup, baseline);
  return [...rows, ...windows, { row: 'room', cell, strategy, ...(await hiddenCapacityOf(baseline)) }];
}

// Simulation of a split view: clients compare the signed heads of a list log that shows some of them another history.

/** One share of clients that get the other log, one number of clients that compare. */
export interface GossipTask {
  readonly seed: number;
  readonly share: number;
  readonly clients: number;
  readonly stale: number;
  readonly trials: number;
}

/** Versions of the list before the split, and after it. */
const [common, later] = [5, 3];

/** A head with the log that signed it: whoever compares can ask that log for a proof. */
interface Held {
  readonly log: MerkleLog;
  readonly head: TreeHead;
  /** Unique to log and size. */
  readonly name: string;
}

/** Runs the trials. In each, it is drawn for every client whether it gets the other log, and whether its head is older than the split. */
export async function simulateGossip({ seed, share, clients, stale, trials }: GossipTask): Promise<GossipRow> {
  await sodium.ready;
  const rng = seededRng(seed, `power/gossip/${share}/${clients}/${stale}`);
  const keys = logKeys((length) => rng.bytes(length));
  const honest = history('everybody', keys);
  const other = history('some', keys);
  const known = new Map<string, boolean>();
  const contradict = (a: Held, b: Held): boolean => {
    const name = [a.name, b.name].sort().join(' ');
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = contradicts(a, b, keys.publicKey);
    known.set(name, found);
    return found;
  };
  let [monitored, among] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const held = Array.from({ length: clients }, (): Held => {
      const given = rng.next() < share ? other : honest;
      const old = rng.next() < stale;
      return given[old ? rng.int(common) : common + rng.int(later)]!;
    });
    const distinct = [...new Map(held.map((each) => [each.name, each])).values()];
    if (distinct.some((each) => contradict(each, honest.at(-1)!))) monitored++;
    if (distinct.some((a, i) => distinct.slice(i + 1).some((b) => contradict(a, b)))) among++;
  }
  return { row: 'gossip', share, clients, stale, trials, monitored, among, comparisons: known.size };
}

/** The heads of a log at every size. Two logs have the same first versions; after them, every version differs. */
function history(name: string, keys: LogKeys): Held[] {
  const log = merkleLog(keys);
  return Array.from({ length: common + later }, (_, i): Held => {
    const which = i < common ? 'list' : `list for ${name}`;
    log.append({ name: 'list', version: i + 1, root: sha256Hex(utf8(`${which} ${i + 1}`)) });
    return { log, head: log.head(), name: i < common ? `${i + 1}` : `${name} ${i + 1}` };
  });
}

/** Whether two heads are evidence: the same size and other roots, or sizes between which neither log can prove that one grew into the other. */
function contradicts(a: Held, b: Held, publicKey: Uint8Array): boolean {
  const [first, second] = a.head.size <= b.head.size ? [a, b] : [b, a];
  const proofs = [first, second].flatMap(({ log }) =>
    first.head.size < second.head.size ? [log.consistency(first.head.size, second.head.size)] : [],
  );
  const outcomes = (proofs.length === 0 ? [[]] : proofs).map((proof) =>
    compareHeads(first.head, second.head, publicKey, proof),
  );
  if (outcomes.includes('unsigned')) throw new Error('A head of the log is not signed by it');
  return !outcomes.includes('consistent');
}

// Simulation of an auditor who holds the originals of some randomly drawn entries of a readable list.

/** One list. */
export interface AuditTask {
  readonly seed: number;
  readonly entries: number;
  readonly planted: number;
  readonly audited: number;
  readonly trials: number;
}

/** Draws the audited entries of every trial without replacement; the planted ones are the first, without loss of generality. */
export function simulateAudit({ seed, entries, planted, audited, trials }: AuditTask): AuditRow {
  const rng = seededRng(seed, `power/audit/${entries}/${planted}/${audited}`);
  let found = 0;
  for (let trial = 0; trial < trials; trial++) {
    const drawn = new Set<number>();
    let hit = false;
    while (drawn.size < audited && !hit) {
      const entry = rng.int(entries);
      if (drawn.has(entry)) continue;
      drawn.add(entry);
      hit = entry < planted;
    }
    if (hit) found++;
  }
  return { row: 'audit', entries, planted, audited, trials, found };
}
