/** Clients that compare the signed heads of a list log, where the log shows some of them another history: a split view, simulated. */
import {
  compareHeads,
  type LogKeys,
  logKeys,
  type MerkleLog,
  merkleLog,
  type TreeHead,
} from '../../crypto/merkle-log.ts';
import { sodium } from '../../crypto/sodium.ts';
import type { GossipRow } from '../../schema/power-rows.ts';
import { utf8 } from '../../util/bytes.ts';
import { sha256Hex } from '../../util/digest.ts';
import { seededRng } from '../../util/rng.ts';

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
