/** What a worker thread of a run on metadata does: hashes pictures, judges a graph, or sends a sample of messages and reads the relay's view. */
import { ViewReader } from '../../harness/scenario/view-reader.ts';
import { hashList } from '../../match/hash-list.ts';
import { deploy } from '../../role/deployment.ts';
import { decoded, type Packet } from '../../role/wire.ts';
import type { Message, World } from '../../role/world.ts';
import { bytesBaseline } from '../../strategy/index.ts';
import { seededRng } from '../../util/rng.ts';
import type { MetadataExperiment } from './experiment.ts';
import type { RelayRow } from './rows.ts';

export { hashEdits } from '../../harness/hashes/tasks.ts';
export { judgeGraph } from './judge.ts';

/** The messages of the sample: each account writes to a few others, small messages and large ones. */
export function sampleOf({ seed, relay, ordinary }: MetadataExperiment): Message[] {
  const accounts = accountsOf(relay.accounts);
  const [rng, contents] = [seededRng(seed, 'metadata/sample'), seededRng(seed, 'metadata/contents')];
  const contacts = accounts.map((own) =>
    rng
      .shuffle(accounts.filter((each) => each !== own))
      .slice(0, Math.max(1, Math.round(Math.min(ordinary.contacts.value, relay.accounts - 1)))),
  );
  const sequences = new Map<string, number>();
  return Array.from({ length: relay.messages }, (_, sentAt): Message => {
    const from = rng.int(accounts.length);
    const [sender, recipient] = [accounts[from]!, rng.pick(contacts[from]!)];
    const pair = `${sender} ${recipient}`;
    const sequence = sequences.get(pair) ?? 0;
    sequences.set(pair, sequence + 1);
    const size = rng.next() < ordinary.largeShare.value ? relay.largeBytes : relay.smallBytes;
    return { id: `m${sentAt}`, sender, recipient, sequence, sentAt, picture: contents.bytes(size) };
  });
}

const accountsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `account-${i + 1}`);

/** Sends the sample under end-to-end encryption, and counts what the relay's view has of it. */
export async function readRelay({ experiment }: { readonly experiment: MetadataExperiment }): Promise<RelayRow> {
  const { paddingBytes, largeBytes } = experiment.relay;
  const sample = sampleOf(experiment);
  const deployment = await deploy(worldOf(experiment), bytesBaseline.design);
  for (const message of sample) await deployment.send(message);
  await deployment.deliver();
  await deployment.review();
  await deployment.close();
  if (deployment.rejected.length > 0) throw new Error(`An honest packet was rejected: ${deployment.rejected[0]}`);
  const reader = new ViewReader(deployment.views);
  const fields = new Set<string>();
  const edges = new Set<string>();
  let [endpoints, sizes, contents] = [0, 0, 0];
  for (const { id, sender, recipient, sentAt, picture } of sample) {
    const got = reader.about(['relay'], id).find(({ type }) => type === 'envelope');
    if (!got) continue;
    const { header } = decoded(got.bytes) as Packet<'envelope'>;
    for (const field of Object.keys(header)) fields.add(field);
    edges.add(JSON.stringify([header.sender, header.recipient]));
    endpoints += Number(header.sender === sender && header.recipient === recipient && header.sentAt === sentAt);
    // Half of the padded size of a large message divides large from small.
    const isLarge = got.bytes.length > paddingBytes * Math.ceil(largeBytes / paddingBytes / 2);
    sizes += Number(isLarge === (picture.length === largeBytes));
    contents += Number(reader.holdsContent(['relay'], id, picture));
  }
  const n = sample.length;
  const pairs = new Set(sample.map(({ sender, recipient }) => JSON.stringify([sender, recipient])));
  return {
    row: 'relay',
    fields: [...fields].sort(),
    endpoints: { k: endpoints, n },
    sizes: { k: sizes, n },
    edges: { k: [...pairs].filter((pair) => edges.has(pair)).length, n: pairs.size },
    contents: { k: contents, n },
  };
}

/** Where nothing is scanned, list, thresholds and protocols play no part. */
function worldOf({ seed, relay }: MetadataExperiment): World {
  const keys = seededRng(seed, 'metadata/keys');
  const list = hashList({ name: 'none', algorithm: 'pdq', bits: 256 }, []);
  return {
    accounts: accountsOf(relay.accounts),
    list,
    equality: { list, thresholdBits: 0 },
    second: { list, thresholdBits: 0 },
    settings: {
      matchThreshold: 2,
      syntheticShare: 0,
      syntheticBudget: 0,
      filterBits: 32,
      bucketBits: 16,
      bucketNoise: 0,
      bucketRadius: 0,
      bucketMemo: false,
      escrowHolders: 3,
      escrowQuorum: 2,
    },
    scanner: { hash: async () => ({ state: 'refused', reason: 'nobody scans' }), score: async () => undefined },
    people: { confirms: () => false, reports: () => false, aborts: () => false },
    random: (length) => keys.bytes(length),
    thresholdBits: 0,
    thresholdScore: 1,
    paddingBytes: relay.paddingBytes,
    prefixBits: 8,
  };
}
