/**
 * A short play for the demo: three accounts write to each other, a court serves an order of each kind on one of them, and what it gets is read from its view. All roles run
 * where this is called. The orders experiment does the same with many accounts, and measures retention.
 */
import { hashList } from '../../match/hash-list.ts';
import { covers, type Order } from '../../role/court.ts';
import { CourtReader, orderId } from '../../role/court-reader.ts';
import { type Design, deploy } from '../../role/deployment.ts';
import type { Message, World } from '../../role/world.ts';
import { Demand } from '../../schema/packet.ts';
import { sha256 } from '../../util/sha256.ts';
import { hashFor } from './hashes.ts';
import { demoCommon, thresholdScore } from './world.ts';

const [you, friend, neighbour] = ['you', 'your friend', 'your neighbour'] as const;

/** Who writes to whom, one message at each time from 0. The orders name `you`. */
const letters: readonly (readonly [string, string])[] = [
  [you, friend],
  [friend, you],
  [you, neighbour],
  [you, friend],
  // Served here.
  [you, friend],
  [neighbour, you],
  [you, neighbour],
  // Expired here.
  [you, friend],
];

/** Time at which the orders are served, and the last one that they cover. */
const served = 4;
const expires = 6;

/** k of n messages. */
interface Count {
  readonly k: number;
  readonly n: number;
}

/** What came of one order. Counts are of messages in its period: opened as they were sent, or with a record. */
export interface PlayedOrder {
  readonly demand: Demand;
  /** The provider's words; undefined if it complies. */
  readonly refusal: string | undefined;
  /** Content of messages from before the service, and from then on. */
  readonly before: Count;
  readonly after: Count;
  /** Records without content, of messages from the service on. */
  readonly records: Count;
  /** Other accounts that the court reads of. */
  readonly bystanders: number;
  /** Messages outside the order that were opened or recorded. */
  readonly outside: number;
  /** Bytes that reached the court under the order, the answer included. */
  readonly bytes: number;
}

/** Plays an order of each kind under a strategy's design. `keeps`: the services keep a delivered message that an order can open. */
export async function playOrders(design: Design, keeps: boolean): Promise<PlayedOrder[]> {
  const messages = letters.map(
    ([sender, recipient], sentAt): Message => ({
      id: `m${sentAt}`,
      sender,
      recipient,
      sequence: letters.slice(0, sentAt).filter(([from, to]) => from === sender && to === recipient).length,
      sentAt,
      picture: demoCommon.random(64),
    }),
  );
  const orders = Demand.enum.map((demand): Order & { demand: Demand } => ({
    id: orderId(you, demand),
    account: you,
    demand,
    from: 0,
    to: expires,
  }));
  const deployment = await deploy(worldOf(keeps), design);
  const reader = new CourtReader(deployment, new Map(messages.map((message) => [message.id, message])));
  for (const message of messages) {
    if (message.sentAt === served) for (const order of orders) await deployment.serve(order);
    reader.read(message.sentAt);
    await deployment.send(message);
    await deployment.deliver();
    reader.read(message.sentAt);
  }
  await deployment.review();
  reader.read(messages.length);
  await deployment.close();
  return orders.map((order) => {
    const { answer, opened, recorded, bytes } = reader.of(order);
    const covered = messages.filter((message) => covers(order, message));
    const [before, after] = [
      covered.filter(({ sentAt }) => sentAt < served),
      covered.filter(({ sentAt }) => sentAt >= served),
    ];
    const count = (of: readonly Message[], has: ReadonlyMap<string, number>): Count => ({
      k: of.filter(({ id }) => has.has(id)).length,
      n: of.length,
    });
    const reached = messages.filter(({ id }) => opened.has(id) || recorded.has(id));
    return {
      demand: order.demand,
      refusal: answer.reason ?? undefined,
      before: count(before, opened),
      after: count(after, opened),
      records: count(after, recorded),
      bystanders: new Set(reached.map(({ recipient }) => recipient)).size,
      outside: reached.filter((message) => !covered.includes(message)).length,
      bytes,
    };
  });
}

/** A world in which nothing is listed: contents are random, and a content's hash is its SHA-256, so that none is near another. */
function worldOf(keeps: boolean): World {
  const listOf = (use: keyof typeof hashFor) =>
    hashList({ name: 'random', algorithm: hashFor[use].name, bits: hashFor[use].bits }, [
      ...Array.from({ length: 4 }, (_, i) => ({ id: `entry ${i}`, hash: demoCommon.random(hashFor[use].bits / 8) })),
    ]);
  const bytesOf = (use: keyof typeof hashFor): number => hashFor[use].bits / 8;
  return {
    ...demoCommon,
    accounts: [you, friend, neighbour],
    list: listOf('near'),
    equality: { list: listOf('equality'), thresholdBits: 0 },
    second: { list: listOf('second'), thresholdBits: hashFor.second.threshold },
    scanner: {
      hash: async (content, use = 'near') => ({ state: 'hashed', hash: hashedTo(content, bytesOf(use)) }),
      score: async () => 0,
    },
    people: { confirms: () => false, reports: () => false, aborts: () => false },
    thresholdScore,
    paddingBytes: 256,
    prefixBits: 8,
    // In the time of messages: longer than the play, or not at all.
    retention: keeps ? letters.length : 0,
  };
}

const hashedTo = (content: Uint8Array, bytes: number): Uint8Array => sha256(content).slice(0, bytes);
