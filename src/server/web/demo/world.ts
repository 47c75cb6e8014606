/** The small world of the demo: two people, a curator's list, and a reviewer who knows what the pictures are called. */
import { systemRandom } from '../../../crypto/sodium.ts';
import { type HashList, hashList } from '../../../match/hash-list.ts';
import type { HashUse, People, Scanner, World } from '../../../role/world.ts';
import { sha256Hex } from '../../../util/digest.ts';
import { UserError } from '../../../util/errors.ts';
import { seededRng } from '../../../util/rng.ts';
import { hashFor } from './hashes.ts';
import type { DemoPicture } from './pictures.ts';

/** Who writes, and to whom. */
export const accounts = ['you', 'friend'] as const;

/** Entries beside the pictures shown: random numbers that no picture has, so that the list has a size. */
const fillers = 250;

/** Smallest score that is reported: what experiments/tradeoff chooses on 120 generated pictures. */
const thresholdScore = 0.378;

/** What the demo's people know and do. */
export class DemoPeople implements People {
  readonly #target = new Set<string>();
  /** Whether the recipient reports what comes next. */
  reporting = false;

  /** Notes what a picture is, edits included: a reviewer who sees it sees that. */
  note(picture: Uint8Array, called: DemoPicture['called']): void {
    if (called !== 'innocent') this.#target.add(sha256Hex(picture));
  }
  confirms(picture: Uint8Array): boolean {
    return this.#target.has(sha256Hex(picture));
  }
  reports(): boolean {
    return this.reporting;
  }
  aborts(): boolean {
    return false;
  }
}

/** The world in which a strategy is deployed. A UserError where a listed picture has no hash. */
export async function demoWorld(pictures: readonly DemoPicture[], scanner: Scanner, people: People): Promise<World> {
  const listed = pictures.filter(({ called }) => called === 'listed');
  const listFor = async (use: HashUse): Promise<HashList> => {
    const { name: algorithm, bits } = hashFor[use];
    const rng = seededRng(1, `fillers/${use}`);
    const entries = await Promise.all(
      listed.map(async ({ id, bytes }) => {
        const outcome = await scanner.hash(bytes, use);
        if (outcome.state === 'refused')
          throw new UserError(`The picture ${id} has no ${algorithm}: ${outcome.reason}`);
        return { id, hash: outcome.hash };
      }),
    );
    const others = Array.from({ length: fillers }, (_, i) => ({ id: `entry ${i + 1}`, hash: rng.bytes(bits / 8) }));
    return hashList({ name: 'demo', algorithm, bits }, [...entries, ...others]);
  };
  return {
    accounts,
    list: await listFor('near'),
    equality: { list: await listFor('equality'), thresholdBits: 0 },
    second: { list: await listFor('second'), thresholdBits: hashFor.second.threshold },
    thresholdBits: hashFor.near.threshold,
    thresholdScore,
    paddingBytes: 65_536,
    prefixBits: 8,
    settings: {
      matchThreshold: 3,
      syntheticShare: 0.1,
      syntheticBudget: 8,
      filterBits: 32,
      bucketBits: 16,
      bucketNoise: 0.05,
      bucketRadius: 4,
      bucketMemo: true,
      escrowHolders: 3,
      escrowQuorum: 2,
    },
    scanner,
    people,
    random: systemRandom,
  };
}
