/** One strategy of a power experiment, in a worker thread: every power executed, and the room for hidden targets filled. */

import {
  compareHeads,
  type LogKeys,
  logKeys,
  type MerkleLog,
  merkleLog,
  type TreeHead,
} from '../../crypto/merkle-log.ts';
import { sodium } from '../../crypto/sodium.ts';
import type { Connect } from '../../role/connection.ts';
import { utf8 } from '../../util/bytes.ts';
import { sha256Hex } from '../../util/digest.ts';
import { seededRng } from '../../util/rng.ts';
import { roomOf } from './capacity.ts';
import { executePowers, ordinary } from './powers.ts';
import type { AnyPowerRow, AuditRow, GossipRow, PowerName } from './rows.ts';
import { type PowerTask, type Stage, setStage } from './stage.ts';

export { hashOriginal, workOnPicture } from '../../harness/scenario/picture-task.ts';

/** Executes every power on one strategy. */
export const runPower = async (task: PowerTask, connect?: Connect): Promise<AnyPowerRow[]> =>
  executeAll({ ...(await setStage(task)), connect });

/** The rows of one strategy, on a stage that is set. */
export async function executeAll(stage: Stage): Promise<AnyPowerRow[]> {
  const usual = await ordinary(stage);
  const { cell, strategy } = stage.task;
  const outcomes = await executePowers(stage, usual);
  const rows = (Object.keys(outcomes) as PowerName[]).map((power): AnyPowerRow => {
    const outcome = outcomes[power];
    return 'why' in outcome
      ? { row: 'no-power', cell, strategy, power, ...outcome }
      : { row: 'power', cell, strategy, power, ...outcome };
  });
  return [...rows, { row: 'room', cell, strategy, ...(await roomOf(usual)) }];
}

// Clients that compare the signed heads of a list log, where the log shows some of them another history: a split view, simulated.

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

/** Runs the trials. In each, every client draws by itself whether it is given the other log, and whether its head is older than the split. */
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

/** The heads of a log at every size. Two logs share their first versions, and then say something else about each version. */
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

// An auditor who holds the originals of some entries of a list that can be read, drawn at random: simulated.

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
