/** What a worker thread of a run on orders does: sends all messages under a strategy, serves an order of each kind for every account, and reads the court's view. */
import { hashList } from '../../match/hash-list.ts';
import { covers, type Order } from '../../role/court.ts';
import { CourtReader, orderId, type Produced } from '../../role/court-reader.ts';
import { deploy } from '../../role/deployment.ts';
import type { Message, World } from '../../role/world.ts';
import { Demand } from '../../schema/packet.ts';
import { strategyByName } from '../../strategy/index.ts';
import { sha256Hex } from '../../util/digest.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import { type OrdersExperiment, toTime } from './experiment.ts';
import type { OrderRow } from './rows.ts';

/** A strategy at one retention. */
export interface OrdersTask {
  readonly experiment: OrdersExperiment;
  readonly strategy: string;
  readonly retentionDays: number;
}

/** An order with its time of service. */
interface TimedOrder extends Order {
  readonly demand: Demand;
  readonly served: number;
}

/** Hash of a content: its SHA-256, as long as PDQ. Contents are random, so that none is near another. */
const hashed = (content: Uint8Array): Uint8Array => fromHex(sha256Hex(content));

/** The accounts and what they send: the same under every strategy. */
export function messagesOf({ seed, accounts: count, messages, contentBytes }: OrdersExperiment): Message[] {
  const accounts = accountsOf(count);
  const [rng, contents] = [seededRng(seed, 'orders/messages'), seededRng(seed, 'orders/contents')];
  const sequences = new Map<string, number>();
  return Array.from({ length: messages }, (_, sentAt): Message => {
    const sender = rng.pick(accounts);
    const recipient = rng.pick(accounts.filter((account) => account !== sender));
    const pair = `${sender} ${recipient}`;
    const sequence = sequences.get(pair) ?? 0;
    sequences.set(pair, sequence + 1);
    return { id: `m${sentAt}`, sender, recipient, sequence, sentAt, picture: contents.bytes(contentBytes) };
  });
}

const accountsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `account-${i + 1}`);

/** An order of each kind for every account, the three at one time, drawn so that both parts of the period lie in the run as far as they can. */
export function ordersOf(experiment: OrdersExperiment): TimedOrder[] {
  const { seed, accounts, messages, orders } = experiment;
  const [back, ahead] = [toTime(experiment, orders.backDays), toTime(experiment, orders.aheadDays)];
  const rng = seededRng(seed, 'orders/service');
  const earliest = Math.min(back, Math.floor(messages / 2));
  const latest = Math.max(earliest, messages - ahead - 1);
  return accountsOf(accounts).flatMap((account) => {
    const served = earliest + rng.int(latest - earliest + 1);
    return Demand.enum.map(
      (demand): TimedOrder => ({
        id: orderId(account, demand),
        account,
        demand,
        served,
        from: Math.max(0, served - back),
        to: served + ahead,
      }),
    );
  });
}

/** Runs the strategy, and counts for every order what reached the court. */
export async function serveOrders(task: OrdersTask): Promise<OrderRow[]> {
  const { experiment } = task;
  const messages = messagesOf(experiment);
  const orders = ordersOf(experiment);
  const deployment = await deploy(worldOf(task), strategyByName(task.strategy).design);
  const court = new CourtReader(deployment, new Map(messages.map((message) => [message.id, message])));
  for (const message of messages) {
    for (const { served, ...order } of orders) if (served === message.sentAt) await deployment.serve(order);
    court.read(message.sentAt);
    await deployment.send(message);
    await deployment.deliver();
    court.read(message.sentAt);
  }
  await deployment.review();
  court.read(messages.length);
  await deployment.close();
  if (deployment.rejected.length > 0) throw new Error(`An honest packet was rejected: ${deployment.rejected[0]}`);
  return orders.map((order) => rowOf(task, order, messages, court.of(order)));
}

function worldOf({ experiment, strategy, retentionDays }: OrdersTask): World {
  const { seed, accounts, listEntries, protocols, paddingBytes, prefixBits } = experiment;
  const [keys, listed] = [seededRng(seed, `orders/keys/${strategy}`), seededRng(seed, 'orders/list')];
  const list = hashList(
    { name: 'random', algorithm: 'pdq', bits: 256 },
    Array.from({ length: listEntries }, (_, i) => ({ id: `entry-${i}`, hash: listed.bytes(32) })),
  );
  return {
    accounts: accountsOf(accounts),
    list,
    equality: { list, thresholdBits: 0 },
    second: { list, thresholdBits: 31 },
    settings: protocols,
    scanner: { hash: async (content) => ({ state: 'hashed', hash: hashed(content) }), score: async () => 0 },
    // Whom a court or a recipient would report is no matter here.
    people: { confirms: () => false, reports: () => false, aborts: () => false },
    random: (length) => keys.bytes(length),
    thresholdBits: 31,
    thresholdScore: 1,
    paddingBytes,
    prefixBits,
    retention: toTime(experiment, retentionDays),
  };
}

function rowOf(
  { strategy, retentionDays }: OrdersTask,
  order: TimedOrder,
  messages: readonly Message[],
  { answer, opened, recorded, produced, bytes }: Produced,
): OrderRow {
  const { demand, account, served, from, to } = order;
  const covered = messages.filter((message) => covers(order, message));
  const ids = new Set(covered.map(({ id }) => id));
  const before = covered.filter(({ sentAt }) => sentAt < served);
  const after = covered.filter(({ sentAt }) => sentAt >= served);
  const got = new Map([...recorded, ...opened]);
  const named = messages.filter(({ id }) => produced.has(id) || recorded.has(id));
  const times = named.flatMap(({ id, sentAt }) => {
    const at = got.get(id);
    return at === undefined ? [] : [{ at, delay: at - sentAt }];
  });
  return {
    row: 'order',
    ...{ strategy, retentionDays, demand, account, served, from, to },
    ...answer,
    sentBefore: before.length,
    sentAfter: after.length,
    openedBefore: before.filter(({ id }) => opened.has(id)).length,
    openedAfter: after.filter(({ id }) => opened.has(id)).length,
    records: recorded.size,
    sealed: [...produced].filter((id) => !opened.has(id)).length,
    outside: [...got.keys()].filter((id) => !ids.has(id)).length,
    bystanders: new Set(
      named.flatMap(({ sender, recipient }) => [sender, recipient]).filter((each) => each !== account),
    ).size,
    bytes,
    delays: times.map(({ delay }) => delay),
    first: times.length > 0 ? Math.min(...times.map(({ at }) => at)) - served : null,
  };
}
