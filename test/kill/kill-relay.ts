/**
 * The kill campaign: a relay under load is killed with SIGKILL, at seeded moments and between a commit and its answer, and started again on
 * the same store. Senders post until they are answered; recipients fetch, and acknowledge what they fetched. Afterwards every message that
 * was answered for must have been delivered, with the same bytes, and none again after its acknowledgement was answered.
 */

import { Refusal, ServiceClient } from '../../src/client/service-client.ts';
import { signingKeys } from '../../src/client/signature.ts';
import type { Packet } from '../../src/role/wire.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { seededRng } from '../../src/util/rng.ts';
import { type Aim, aims, type FallCounts, Falls, turns } from './falls.ts';
import type { RelayOrder } from './relay-child.ts';
import { RelayProcess } from './relay-process.ts';
import { roleKey } from './role-key.ts';

/** What a campaign is to do. */
export interface KillOptions extends RelayOrder {
  readonly kills: number;
  readonly seed: number;
  /** Told after every kill. */
  readonly progress?: (killed: number) => void;
}

/** What came of it. */
export interface KillReport {
  readonly kills: number;
  /** Kills while posts or acknowledgements were under way. */
  readonly killsUnderLoad: number;
  /** Kills by what they were aimed at. */
  readonly aimed: Readonly<Record<Aim, number>>;
  /** Kills by where they fell. */
  readonly fell: FallCounts;
  /** Messages whose post was answered. */
  readonly answered: number;
  /** Of these, messages that no recipient got. */
  readonly lost: number;
  /** Messages that came again after their acknowledgement was answered, or twice in a page. */
  readonly doubled: number;
  /** Messages that came with other bytes, or that nobody sent. */
  readonly changed: number;
  /** Messages that came again because the relay died before it could answer the acknowledgement; a recipient knows them by their id. */
  readonly seenAgain: number;
  /** Posts that were made again because the relay died before it answered. */
  readonly retries: number;
  /** Reports by senders' devices that were answered; of these, those that the curator has not, and those that it has twice. */
  readonly flagged: number;
  readonly unreported: number;
  readonly twice: number;
  /** Messages still in mailboxes at the end. */
  readonly left: number;
}

const senders = ['alice', 'bob', 'carol', 'dave'];
const recipients = ['erin', 'frank'];
const wait = (millis: number): Promise<void> => new Promise((done) => setTimeout(done, millis));

/** Runs a campaign. */
export async function killRelay({ place, mutant, strategy, kills, seed, progress }: KillOptions): Promise<KillReport> {
  const rng = seededRng(seed, 'kill relay');
  const keys = new Map([...senders, ...recipients].map((name) => [name, signingKeys((length) => rng.bytes(length))]));
  for (const role of ['provider', 'curator'] as const) keys.set(role, roleKey(role));
  const relay = new RelayProcess({ place, mutant, strategy });
  await relay.start();

  let killed = 0;
  let busy = 0;
  let answers = 0;
  let stopping = false;
  const count = { retries: 0, seenAgain: 0, doubled: 0, changed: 0, killsUnderLoad: 0 };
  const aimed = Object.fromEntries(aims.map((aim) => [aim, 0])) as Record<Aim, number>;
  const falls = new Falls();
  const answered = new Set<string>();
  const delivered = new Set<string>();
  const closed = new Set<string>();
  const sent = new Map<string, string>();
  /** Messages whose report by the sender's device was answered. */
  const flagged = new Set<string>();

  /** Does something until the relay answers, and which kills cut it off. A refusal is a fault, of the relay or of the campaign. */
  const insist = async <T>(who: string, act: (client: ServiceClient) => Promise<T>) => {
    const cut = new Set<number>();
    for (;;) {
      const base = await relay.address();
      try {
        busy++;
        const result = await act(new ServiceClient({ base, keys: keys.get(who)! }));
        answers++;
        return { result, cut };
      } catch (error) {
        if (error instanceof Refusal) throw error;
        count.retries++;
        cut.add(killed);
        await wait(10);
      } finally {
        busy--;
      }
    }
  };
  for (const name of [...senders, ...recipients]) await insist(name, (client) => client.register(name));

  const send = async (sender: string, lane: number): Promise<void> => {
    const own = seededRng(seed, `sender ${sender} ${lane}`);
    for (let sequence = 0; !stopping; sequence++) {
      const message = `${sender}-${lane}-${sequence}`;
      const recipient = own.pick(recipients);
      const ciphertext = own.bytes(1024 * (1 + own.int(100)));
      const digest = sha256Hex(ciphertext);
      sent.set(message, digest);
      const draft = {
        type: 'envelope',
        message,
        strategy: 'kill',
        sender,
        recipient,
        sequence,
        sentAt: sequence,
      } as const;
      const { result, cut } = await insist(sender, (client) => client.postMessage(draft, { ciphertext }));
      falls.note('post', cut, result === 'known');
      answered.add(message);
      if (strategy === undefined || sequence % 2 > 0) continue;
      const flag = { ...draft, type: 'flag', reason: 'classifier' } as const;
      await insist(sender, (client) => client.postVoucher(flag, { picture: ciphertext }));
      flagged.add(message);
    }
  };

  const take = (packets: readonly Packet[]): void => {
    const inPage = new Set<string>();
    for (const { header, blobs } of packets) {
      const { message } = header;
      if (closed.has(message) || inPage.has(message)) count.doubled++;
      else if (delivered.has(message)) count.seenAgain++;
      inPage.add(message);
      delivered.add(message);
      if (sent.get(message) !== sha256Hex(blobs.ciphertext!)) count.changed++;
    }
  };
  /** One page of a mailbox; how many messages it had. */
  const receive = async (recipient: string): Promise<number> => {
    const { packets } = (await insist(recipient, (client) => client.mailbox(4))).result;
    take(packets);
    if (packets.length === 0) return 0;
    const names = packets.map(({ header }) => header as typeof header & { sender: string });
    const { result, cut } = await insist(recipient, (client) => client.acknowledgeMail(names));
    const committed = cut.size > 0 && result === 0;
    if (!committed && result !== names.length) throw new Error(`${result} of ${names.length} messages had waited`);
    falls.note('acknowledgement', cut, committed);
    for (const { message } of names) closed.add(message);
    return packets.length;
  };
  const receiveAll = async (recipient: string): Promise<void> => {
    while (!stopping) if ((await receive(recipient)) === 0) await wait(20);
  };

  const review = () => insist('provider', (client) => client.bytes('POST', '/provider/reviews'));
  const reviewAll = async (): Promise<void> => {
    while (!stopping) {
      await review();
      await wait(100);
    }
  };
  /** Messages of the reports that the curator has. */
  const reported = async (): Promise<string[]> => {
    const all: string[] = [];
    for (let [after, more] = [0, true]; more; ) {
      const page = (await insist('curator', (client) => client.reports(after))).result;
      all.push(...page.map(({ tip }) => tip.reportId.split('/')[1]!));
      after = page.at(-1)?.number ?? after;
      more = page.length > 0;
    }
    return all;
  };

  const load = [
    ...(strategy === undefined ? [] : [reviewAll()]),
    ...senders.flatMap((sender) => [send(sender, 0), send(sender, 1)]),
    ...recipients.map(receiveAll),
  ];
  // A fault of one must not wait for the last kill.
  const fault = Promise.all(load).then(() => undefined);
  try {
    for (; killed < kills; killed++) {
      const aim = turns[killed % turns.length]!;
      // By answers rather than by time, so that a busy machine sees as much as an idle one.
      const enough = answers + rng.int(40);
      while (answers < enough) await Promise.race([fault, wait(1)]);
      if (aim === 'any') await wait(rng.int(30));
      else await Promise.race([fault, relay.comesTo(aim)]);
      aimed[aim]++;
      if (aim === 'posted') falls.held('post', killed);
      if (aim === 'acknowledged') falls.held('acknowledgement', killed);
      if (busy > 0) count.killsUnderLoad++;
      await relay.kill();
      progress?.(killed + 1);
      await relay.start();
    }
    await wait(200);
    stopping = true;
    await fault;
    let left = 0;
    for (const recipient of recipients) {
      let got = await receive(recipient);
      // A relay that never empties a mailbox would keep this going for ever.
      for (let rounds = 0; got > 0 && rounds < 20 + answered.size / 8; rounds++) got = await receive(recipient);
      left += got;
    }
    const lost = [...answered].filter((message) => !delivered.has(message)).length;
    if (strategy !== undefined) await review();
    const reports = strategy === undefined ? [] : await reported();
    const unreported = [...flagged].filter((message) => !reports.includes(message)).length;
    const twice = reports.length - new Set(reports).size;
    const provider = { flagged: flagged.size, unreported, twice };
    return { kills, answered: answered.size, lost, left, ...provider, ...count, aimed, fell: falls.counts() };
  } finally {
    stopping = true;
    await relay.kill();
    await Promise.allSettled(load);
  }
}
