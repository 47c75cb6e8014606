/** The small world of the demo: inputs of the devices in the page, and the lists of the services on the server. */
import { systemRandom } from '../../crypto/sodium.ts';
import { type HashList, hashList } from '../../match/hash-list.ts';
import type { DeviceWorld, HashUse, Lists, People, Scanner, ServiceWorld } from '../../role/world.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { hashFor } from './hashes.ts';
import type { DemoPicture } from './picture.ts';

/** Sender and recipient. */
export const accounts = ['you', 'friend'] as const;

/** Additional list entries: random hashes that no picture has, so that the list has a realistic size. */
const fillers = 96;

/** Smallest score that the classifier flags: the value that experiments/tradeoff chooses on 120 generated pictures. */
export const thresholdScore = 0.378;

/** Settings that both sides know. */
export const demoCommon = {
  thresholdBits: hashFor.near.threshold,
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
  random: systemRandom,
} as const;

/** Inputs of the phones. `reports` decides whether the recipient reports a message. */
export const demoDevices = (scanner: Scanner, reports: () => boolean): DeviceWorld => ({
  ...demoCommon,
  accounts,
  scanner,
  people: { reports, aborts: () => false },
  thresholdScore,
  paddingBytes: 65_536,
  prefixBits: 8,
});

/** Inputs of the services. `confirms` decides for a reviewer who sees a picture. */
export const demoServices = (
  lists: Lists,
  scanner: ServiceWorld['scanner'],
  confirms: People['confirms'],
): ServiceWorld => ({ ...demoCommon, ...lists, scanner, people: { confirms } });

/** The curator's lists under every hash. Throws a UserError if a listed picture has no hash. */
export async function demoLists(pictures: readonly DemoPicture[], scanner: ServiceWorld['scanner']): Promise<Lists> {
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
    list: await listFor('near'),
    equality: { list: await listFor('equality'), thresholdBits: 0 },
    second: { list: await listFor('second'), thresholdBits: hashFor.second.threshold },
  };
}
