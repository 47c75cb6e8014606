/**
 * Non-interference: what an account of good will gets does not depend on what others do. The same script of honest accounts is played alone,
 * and again with hostile accounts in between and at the same time; statuses, bodies, mailboxes, reports and produced orders must be the same.
 */
import { decode, type Packet } from '../../src/role/wire.ts';
import type { Tip } from '../../src/schema/tip.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { unframe } from '../../src/util/framing.ts';
import { toHex } from '../../src/util/hex.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import { openEmptyStore } from '../helpers/empty-store.ts';
import { envelope, type Plain, packetOf, type ServiceWorld, serviceWorld, voucher } from './service-world.ts';
import { tip } from './tip.ts';

const honest = ['ann', 'ben', 'cleo'] as const;
const hostile = ['mallory', 'trudy'] as const;
const everybody = [...honest, ...hostile];
type Account = (typeof everybody)[number];

/** Small, so that the hostile ones reach them: an honest account stays far below its own, and the hostile ones together below the others'. */
const limits = {
  mailboxBytes: 64_000,
  mailboxPackets: 100,
  shareBytes: 16_000,
  sharePackets: 25,
  providerBytes: 64_000,
  providerPackets: 5_000,
  providerShareBytes: 16_000,
  providerSharePackets: 25,
  accountBytes: 64_000,
  accountPackets: 200,
};

/** What somebody asks. `names` are spelt without the mark of the play, which is put in when it is sent. */
type Ask = (mark: (account: string) => string) => Plain;

interface Step {
  readonly who: Account;
  readonly ask: Ask;
}

const post = (url: string, body: Uint8Array | object): Plain => ({ method: 'POST', url, body });

/** Ids come from few, and the hostile ones use the same. */
const anyId = (rng: Rng): string => `m${rng.int(6)}`;

/** A message, a voucher or a report about the same few ids, read and acknowledged now and then. */
function honestStep(rng: Rng): Step {
  const [who, other] = rng.shuffle([...honest]) as [Account, Account];
  const [id, sentAt, kept] = [anyId(rng), rng.int(3), rng.int(2) === 0];
  const asks: readonly Ask[] = [
    (mark) =>
      post(
        '/relay/packets',
        envelope(id, { sender: mark(who), recipient: mark(other), sentAt }, kept ? { escrow: new Uint8Array(9) } : {}),
      ),
    (mark) => post('/provider/packets', voucher(id, { sender: mark(who), recipient: mark(other), sentAt })),
    (mark) => post('/provider/packets', report(id, mark(other), mark(who), 'genuine')),
    // Of what a hostile account sent, or may have sent.
    (mark) => post('/provider/packets', report(id, mark(hostile[sentAt % 2]!), mark(who), 'genuine')),
    (mark) => acknowledge('/mailbox', [{ sender: mark(other), message: id, type: 'envelope' }]),
    (mark) => post('/accounts', { account: mark(who) }),
    () => ({ url: '/log/head' }),
  ];
  return { who, ask: rng.pick(asks) };
}

/** Whatever may take a name or room that somebody else needs. */
function hostileStep(rng: Rng): Step {
  const who = rng.pick([...hostile]);
  const [victim, other, id] = [rng.pick([...honest]), rng.pick([...everybody]), anyId(rng)];
  const large = {
    ciphertext: new Uint8Array(rng.int(9_000)),
    ...(rng.int(2) === 0 ? { escrow: new Uint8Array(1) } : {}),
  };
  const asks: readonly Ask[] = [
    (mark) => post('/relay/packets', envelope(id, { sender: mark(who), recipient: mark(victim), sentAt: rng.int(3) })),
    (mark) =>
      post('/relay/packets', envelope(`f${rng.int(1000)}`, { sender: mark(who), recipient: mark(victim) }, large)),
    (mark) => post('/relay/packets', envelope(`f${rng.int(1000)}`, { sender: mark(who), recipient: mark(who) }, large)),
    (mark) => post('/relay/packets', envelope(id, { sender: mark(victim), recipient: mark(other) })),
    // A report by the sender of its own message, and one about a message of two others.
    (mark) => post('/provider/packets', report(id, mark(who), mark(who), 'junk')),
    (mark) => post('/provider/packets', report(id, mark(victim), mark(who), 'junk')),
    (mark) => post('/provider/packets', report(id, mark(other), mark(victim), 'junk')),
    (mark) => post('/provider/packets', voucher(id, { sender: mark(who), recipient: mark(victim) })),
    (mark) => post('/provider/packets', voucher(id, { sender: mark(victim), recipient: mark(who) })),
    (mark) => post('/provider/packets', report(`f${rng.int(1000)}`, mark(who), mark(who), 'x'.repeat(rng.int(9_000)))),
    (mark) =>
      acknowledge(
        rng.pick(['/mailbox', '/provider/packets']),
        honest.map((each) => ({ sender: mark(each), recipient: mark(victim), message: id, type: 'envelope' })),
      ),
    (mark) => acknowledge('/mailbox', [{ sender: mark(who), message: `f${rng.int(1000)}`, type: 'envelope' }]),
    () => ({ url: '/mailbox?most=64' }),
    (mark) => post('/accounts', { account: mark(victim) }),
    (mark) => post('/tips', tip(`${mark(who)}/${id}`)),
    (mark) => post('/court/orders', { order: mark(id), account: mark(victim), from: 0, to: 9 }),
    () => post('/relay/packets', new Uint8Array(rng.int(100))),
  ];
  return { who, ask: rng.pick(asks) };
}

/** Fills whatever the hostile ones can fill of one mailbox and of the provider's box. */
function flood(rng: Rng): Step[] {
  const victim = rng.pick([...honest]);
  return hostile.flatMap((who) =>
    Array.from({ length: 30 }, (_, i): Step => {
      const large = { ciphertext: new Uint8Array(2_500) };
      const message: Ask = (mark) =>
        post('/relay/packets', envelope(`flood${i}`, { sender: mark(who), recipient: mark(victim) }, large));
      const intake: Ask = (mark) =>
        post('/provider/packets', report(`flood${i}`, mark(who), mark(who), 'x'.repeat(2_500)));
      return { who, ask: i % 2 === 0 ? message : intake };
    }).concat(
      Array.from({ length: 30 }, (_, i): Step => {
        const ask: Ask = (mark) =>
          i % 2 === 0
            ? post('/relay/packets', envelope(`small${i}`, { sender: mark(who), recipient: mark(victim) }))
            : post('/provider/packets', voucher(`small${i}`, { sender: mark(who), recipient: mark(victim) }));
        return { who, ask };
      }),
    ),
  );
}

const report = (message: string, sender: string, recipient: string, text: string): Uint8Array =>
  packetOf(
    { type: 'user-report', message, strategy: 't', sender, recipient, sequence: 0, sentAt: 1 },
    { plaintext: new TextEncoder().encode(text) },
  );
const acknowledge = (path: string, packets: readonly object[]): Plain => post(`${path}/acknowledgements`, { packets });

/** A world to play in. */
export interface Plays {
  /** Plays a seed alone and among others; what differs, in words. */
  differences(seed: number): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens one; `open` its store. */
export async function openPlays(open: typeof openEmptyStore = openEmptyStore): Promise<Plays> {
  const world = await serviceWorld({ limits, open });
  return {
    async differences(seed) {
      const rng = seededRng(seed, 'interleavings');
      const script = Array.from({ length: 12 + rng.int(12) }, () => honestStep(rng));
      const attacks = script.map(() =>
        Array.from({ length: rng.int(5) }, (): readonly [number, Step] => [rng.int(3), hostileStep(rng)]),
      );
      if (seed % 4 === 0) attacks[rng.int(3)]!.push(...flood(rng).map((step) => [rng.int(2), step] as const));
      const alone = await played(world, `${seed}-a`, script, []);
      const among = await played(world, `${seed}-b`, script, attacks);
      return Object.keys(alone).flatMap((key) => {
        const [want, got] = [alone[key]!, among[key]!];
        return want
          .map((each, i) => (each === got[i] ? '' : `seed ${seed}, ${key} ${i}: ${each} alone, ${got[i]} among others`))
          .concat(
            got.length > want.length ? [`seed ${seed}, ${key}: ${got.length - want.length} more among others`] : [],
          )
          .filter((text) => text !== '');
      });
    },
    close: () => world.close(),
  };
}

/** All that honest accounts and roles get in one play, and what of it is about honest accounts alone. */
async function played(
  world: ServiceWorld,
  play: string,
  script: readonly Step[],
  attacks: readonly (readonly (readonly [number, Step])[])[],
): Promise<Record<string, string[]>> {
  const mark = (account: string): string => `${account}.${play}`;
  const plain = (text: string): string => text.replaceAll(`.${play}`, '');
  const keys = Object.fromEntries(everybody.map((each) => [each, world.newKeys()]));
  for (const each of everybody) await world.store.accounts.register(mark(each), toHex(keys[each]!.publicKey), 0);
  const start = world.clock;
  const send = ({ who, ask }: Step) => world.send(keys[who], ask(mark));
  const answers: string[] = [];
  for (const [i, step] of script.entries()) {
    const around = attacks[i] ?? [];
    const now = (when: number) => around.filter(([each]) => each === when).map(([, each]) => each);
    for (const each of now(0)) await send(each);
    // Those that come at the same time may be written in one transaction.
    const [answer] = await Promise.all([send(step), ...now(1).map(send)]);
    answers.push(`${step.who}: ${answer.statusCode} ${plain(answer.body)}`);
    for (const each of now(2)) await send(each);
    world.clock++;
  }
  const mine = (packets: readonly Packet[]): string[] =>
    packets.filter(isHonest(mark)).map((each) => shown(each, plain));
  const result: Record<string, string[]> = { answer: answers };
  for (const each of honest) result[`mailbox of ${each}`] = mine(await drained(world, keys[each]!, '/mailbox'));
  const intake = await drained(world, world.keys.provider!, '/provider/packets');
  result.voucher = mine(intake);
  const found = intake.filter(isHonest(mark));
  result.receipt = [];
  for (const { header } of intake) {
    const reply = await world.send(world.keys.provider, post('/tips', tipOf(header as never)));
    if (found.some((each) => each.header === header)) result.receipt.push(`${reply.statusCode}`);
  }
  for (const each of honest) {
    const order = { order: mark(each), account: mark(each), from: start, to: start + 6 };
    const served = await world.send(world.keys.court, post('/court/orders', order));
    result[`order for ${each}`] = [`${served.statusCode}`];
    const url = `/court/orders/${encodeURIComponent(order.order)}/messages`;
    const page = await world.send(world.keys.court, { url });
    result[`order for ${each}`]!.push(...packetsOf(page.rawPayload).map((packet) => shown(packet, plain)));
  }
  return result;
}

/** Reads a box to its end, acknowledging everything. */
async function drained(world: ServiceWorld, keys: ServiceWorld['keys'][string], url: string): Promise<Packet[]> {
  const all: Packet[] = [];
  for (;;) {
    const packets = packetsOf((await world.send(keys, { url })).rawPayload);
    if (packets.length === 0) return all;
    all.push(...packets);
    const names = packets.map(({ header }) => {
      const { sender, recipient, message, type } = header as unknown as Record<string, string>;
      return { sender, recipient, message, type };
    });
    const reply = await world.send(keys, acknowledge(url, names));
    if ((reply.json() as { acknowledged: number }).acknowledged !== packets.length)
      throw new Error(`Acknowledging ${packets.length} packets gave ${reply.body}`);
  }
}

function packetsOf(page: Uint8Array): Packet[] {
  const framed = unframe(page);
  if (!framed.ok) throw new Error(`A page cannot be read: ${framed.reason}`);
  return Object.values(framed.blobs).map((bytes) => {
    const read = decode(bytes);
    if (!read.ok) throw new Error(`A packet cannot be read: ${read.reason}`);
    return read.packet;
  });
}

/** Whether a packet comes from the device of an honest account. */
const isHonest =
  (mark: (account: string) => string) =>
  ({ header }: Packet): boolean => {
    const { type, sender, recipient } = header as unknown as Record<string, string>;
    return honest.some((each) => mark(each) === (type === 'user-report' ? recipient : sender));
  };

const shown = ({ header, blobs }: Packet, plain: (text: string) => string): string =>
  `${plain(JSON.stringify(header))} ${Object.values(blobs).map((each) => sha256Hex(each).slice(0, 8))}`;

/** The report that a provider makes of what it read, as `sendTip` does: its id is made of names that the sender chose. */
function tipOf(header: { type: string; message: string; strategy: string; sender: string; recipient: string }): Tip {
  const one = tip(`${header.strategy}/${header.message}`);
  const detectedBy = header.type === 'user-report' ? 'user-report' : 'private-match';
  return {
    ...one,
    incident: { ...one.incident, detectedBy },
    reportedAccount: { id: header.sender },
    recipientAccount: { id: header.recipient },
  };
}
