/** Accounts with several devices: the same decisions as with one, a copy for every device, and what goes wrong if a step of that is wrong. */
import { describe, expect, test } from 'vitest';
import { deviceAddress } from '../../src/role/address.ts';
import { type Connect, withinProcess } from '../../src/role/connection.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import type { Link } from '../../src/role/link.ts';
import { type Draft, decoded, isOf, type Packet } from '../../src/role/wire.ts';
import type { SessionKind } from '../../src/role/world.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { byteKey } from '../../src/util/bytes.ts';
import { accounts, type SmallWorld, smallWorld } from '../helpers/world.ts';

const sealed = Object.values<Strategy>(strategies).filter(({ design }) => !design.clear);

interface Options {
  readonly devices?: number;
  readonly session?: SessionKind;
  readonly connect?: Connect;
  readonly world?: SmallWorld;
}

async function run(strategy: Strategy, options: Options = {}): Promise<Deployment> {
  const { devices, session = 'ratchet', connect, world = smallWorld() } = options;
  const deployment = await deploy({ ...world, session, devices }, strategy.design, connect);
  for (const [i, message] of world.messages.entries()) {
    if (i === 12 && strategy.design.ghost) await deployment.serve({ id: 'o', account: 'ben', from: 0, to: 999 });
    await deployment.send(message);
    if (i % 3 === 2) await deployment.deliver();
  }
  await deployment.deliver();
  await deployment.review();
  if (!strategy.design.ghost) await deployment.serve({ id: 'o', account: 'ben', from: 0, to: 999 });
  return deployment;
}

const messages = smallWorld().messages.map(({ id }) => id);
const outcomesOf = (deployment: Deployment) => messages.map((id) => deployment.outcome(id));
const sealedMail = ({ views }: Deployment): (Packet<'envelope'> | Packet<'device-copy'>)[] =>
  views.relay.entries
    .map(({ bytes }) => decoded(bytes))
    .filter((packet) => isOf(packet, 'envelope') || isOf(packet, 'device-copy'));
const bytesOf = ({ views }: Deployment, message: string): number =>
  views.relay.about(message).reduce((sum, { bytes }) => sum + bytes.length, 0);

describe('one device', () => {
  test.each(['static', 'ratchet'] as const)(
    '%s: every view has the bytes that it has without the setting',
    async (session) => {
      const [plain, one] = [
        await run(strategies.escrow, { session }),
        await run(strategies.escrow, { session, devices: 1 }),
      ];
      for (const role of ['sender', 'relay', 'provider', 'recipient', 'curator', 'court'] as const)
        expect(one.views[role].entries).toEqual(plain.views[role].entries);
      expect(outcomesOf(one)).toEqual(outcomesOf(plain));
    },
  );
});

describe('two devices', () => {
  test.each(sealed.map((strategy) => [strategy.name, strategy] as const))(
    '%s: detection, reports and orders as with one; both ends have every message on all devices',
    async (_, strategy) => {
      // Noise and blinding draw from the same stream as keys, so that scans with noise differ by chance.
      const noisy = ['similarity-bucket', 'private-membership', 'threshold-psi-synthetic'].includes(strategy.name);
      const [one, two] = [await run(strategy), await run(strategy, { devices: 2 })];
      expect(two.rejected).toEqual([]);
      // One further device of the recipient, and the sender's other one.
      expect(outcomesOf(two).map(({ delivered, copies }) => [delivered, copies])).toEqual(
        messages.map(() => [true, 2]),
      );
      const opened = ({ views }: Deployment) =>
        views.court.entries.filter(({ type }) => type === 'opened').map(({ message }) => message);
      expect(opened(two)).toEqual(opened(one));
      if (noisy) return;
      expect(outcomesOf(two).map(({ copies: _, ...rest }) => rest)).toEqual(outcomesOf(one));
      expect(two.tips.map(({ incident }) => incident)).toEqual(one.tips.map(({ incident }) => incident));
      // The provider gets as many packets: a message is scanned once.
      expect(two.views.provider.entries.map(({ type }) => type)).toEqual(
        one.views.provider.entries.map(({ type }) => type),
      );
    },
  );

  test('bytes are larger by the copies and by the numbers of sending devices, and by nothing else', async () => {
    const [one, two] = [await run(strategies.e2ee), await run(strategies.e2ee, { devices: 2 })];
    for (const id of messages) {
      const mail = two.views.relay.about(id);
      const copies = mail.filter(({ type }) => type === 'device-copy');
      expect(copies).toHaveLength(2);
      const { header } = decoded(mail.find(({ type }) => type === 'envelope')!.bytes) as Packet<'envelope'>;
      const number = header.device === undefined ? 0 : ',"device":2'.length;
      const counted = copies.reduce((sum, { bytes }) => sum + bytes.length, 0);
      expect(bytesOf(two, id) - bytesOf(one, id)).toBe(counted + number);
    }
  });

  test('an account sends from each of its devices in turn, and a copy never has the key of another', async () => {
    for (const session of ['static', 'ratchet'] as const) {
      const two = await run(strategies.e2ee, { devices: 2, session });
      const mail = sealedMail(two);
      expect(mail).toHaveLength(3 * messages.length);
      expect(new Set(mail.map(({ blobs }) => byteKey(blobs.commitment!))).size).toBe(mail.length);
      const ofAnn = mail.filter((packet) => isOf(packet, 'envelope') && packet.header.sender === 'ann');
      expect(ofAnn.map(({ header }) => header.device ?? 1)).toEqual(ofAnn.map((_, i) => 1 + (i % 2)));
      expect([...two.secrets.devices.keys()]).toEqual(accounts.flatMap((each) => [each, `${each}.2`]));
    }
  });

  test('a message that the services hold back is not sent around them', async () => {
    const world = { ...smallWorld(), prevention: 'block' as const };
    const two = await run(strategies['hash-upload'], { devices: 2, world });
    const held = messages.filter((id) => two.outcome(id).held === 'block');
    expect(held.length).toBeGreaterThan(0);
    for (const id of held) {
      expect(two.outcome(id)).toMatchObject({ delivered: false });
      expect(two.views.relay.about(id).filter(({ type }) => type === 'device-copy')).toEqual([]);
    }
  });

  test('nor by a changed app that sends copies of what was held back', async () => {
    const world = { ...smallWorld(), prevention: 'quarantine' as const };
    let copies = 0;
    const connect: Connect = async (services, network) => {
      const connection = await withinProcess(services, network);
      const ask: Link['ask'] = async (to, draft, blobs) => {
        const reply = await connection.link.ask(to, draft, blobs);
        if (draft.type !== 'envelope' || !reply || !isOf(reply, 'held')) return reply;
        copies++;
        const recipient = deviceAddress((draft as Draft<'envelope'>).recipient, 2);
        await connection.link.ask('relay', { ...draft, type: 'device-copy', recipient } as Draft<'device-copy'>, blobs);
        return reply;
      };
      return { ...connection, link: { ...connection.link, ask } };
    };
    const two = await run(strategies['hash-upload'], { devices: 2, world, connect });
    const refused = two.rejected.filter((each) => each.endsWith('of a message that is held back'));
    expect(copies).toBeGreaterThan(0);
    expect(refused).toHaveLength(copies);
    for (const id of messages.filter((each) => two.outcome(each).held === 'quarantine'))
      expect(two.views.recipient.about(id).filter(({ type }) => type === 'device-copy')).toEqual([]);
  });

  test('a ghost gets each message once, from whichever device sent it', async () => {
    const two = await run(strategies.ghost, { devices: 2 });
    const copies = two.views.court.entries
      .filter(({ type }) => type === 'ghost-copy')
      .map(({ bytes }) => decoded(bytes));
    const opened = two.views.court.entries.filter(({ type }) => type === 'opened');
    expect(copies.length).toBeGreaterThan(1);
    expect(opened).toHaveLength(copies.length);
    expect(new Set(copies.map(({ header }) => (header as Packet<'ghost-copy'>['header']).device ?? 1))).toEqual(
      new Set([1, 2]),
    );
  });
});

// Mistakes that a sender, a relay or a device could make with copies; the check names each.

type Fault = 'lost' | 'reused' | 'replayed';

/** What went wrong: a device without a message, two packets under one key, or a copy that was opened twice. */
function faultsOf(deployment: Deployment): Set<Fault> {
  const faults = new Set<Fault>();
  for (const { delivered, copies = 0 } of outcomesOf(deployment)) if (!delivered || copies < 2) faults.add('lost');
  const keys = sealedMail(deployment).map(({ blobs }) => byteKey(blobs.commitment!));
  if (new Set(keys).size < keys.length) faults.add('reused');
  const opened = deployment.views.recipient.entries.filter(({ type }) => type === 'opened').length;
  if (opened > 3 * messages.length) faults.add('replayed');
  return faults;
}

/** Devices or a relay with a mistake: their link changes what is asked or delivered. */
const mistaken =
  (change: (link: Link) => Partial<Link>): Connect =>
  async (services, network) => {
    const connection = await withinProcess(services, network);
    return { ...connection, link: { ...connection.link, ...change(connection.link) } };
  };

describe('mistakes', () => {
  test('without any there are no faults', async () => {
    expect([...faultsOf(await run(strategies.e2ee, { devices: 2 }))]).toEqual([]);
  });

  test('skipped step: a sender that leaves its own other device out', async () => {
    const skipping = mistaken((link) => ({
      ask: async (to, draft, blobs) =>
        draft.type === 'device-copy' && draft.recipient.startsWith(draft.sender)
          ? undefined
          : link.ask(to, draft, blobs),
    }));
    expect([...faultsOf(await run(strategies.e2ee, { devices: 2, connect: skipping }))]).toEqual(['lost']);
  });

  test('reused key: a sender that seals once for all devices of its recipient', async () => {
    const reusing = mistaken((link) => {
      let last: Parameters<Link['ask']>[2] = {};
      return {
        ask(to, draft, blobs) {
          if (draft.type === 'envelope') last = blobs;
          const isTheirs = draft.type === 'device-copy' && !draft.recipient.startsWith(draft.sender);
          return link.ask(to, draft, isTheirs ? last : blobs);
        },
      };
    });
    const faults = faultsOf(await run(strategies.e2ee, { devices: 2, connect: reusing }));
    expect([...faults].sort()).toEqual(['lost', 'reused']);
  });

  test('replay: a relay that delivers everything twice is refused each time, on every device', async () => {
    for (const session of ['static', 'ratchet'] as const) {
      const repeating = mistaken((link) => ({
        async *deliver() {
          for await (const packet of link.deliver()) yield* [packet, packet];
        },
      }));
      const deployment = await run(strategies.e2ee, { devices: 2, session, connect: repeating });
      expect([...faultsOf(deployment)]).toEqual([]);
      expect(deployment.rejected).toHaveLength(3 * messages.length);
    }
  });

  test('a copy that is brought to another device of the same account is refused there', async () => {
    for (const session of ['static', 'ratchet'] as const) {
      const confusing = mistaken((link) => ({
        async *deliver() {
          for await (const packet of link.deliver())
            yield isOf(packet, 'device-copy')
              ? ({
                  ...packet,
                  header: { ...packet.header, recipient: packet.header.recipient.split('.')[0]! },
                } as typeof packet)
              : packet;
        },
      }));
      const deployment = await run(strategies.e2ee, { devices: 2, session, connect: confusing });
      expect([...faultsOf(deployment)]).toEqual(['lost']);
      expect(deployment.rejected.length).toBeGreaterThanOrEqual(messages.length);
    }
  });
});

test('names of devices: the first has its account’s', () => {
  expect([deviceAddress('ann'), deviceAddress('ann', 1), deviceAddress('ann', 3)]).toEqual(['ann', 'ann', 'ann.3']);
});
