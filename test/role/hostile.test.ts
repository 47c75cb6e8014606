/** Malicious devices, recipients and providers: turned away with a reason, while everything honest goes on. */
import { beforeEach, describe, expect, test } from 'vitest';
import { sealToEscrow } from '../../src/crypto/escrow.ts';
import { frank, stamp } from '../../src/crypto/franking.ts';
import { pad } from '../../src/crypto/padding.ts';
import { messageKey, seal, session } from '../../src/crypto/session.ts';
import { Court } from '../../src/role/court.ts';
import { Curator } from '../../src/role/curator.ts';
import { Device } from '../../src/role/device.ts';
import { type EscrowAgent, type EscrowSeal, escrowSeal, soleAgent, splitAgent } from '../../src/role/escrow-agent.ts';
import { Network } from '../../src/role/network.ts';
import { Provider } from '../../src/role/provider.ts';
import { Relay } from '../../src/role/relay.ts';
import type { Blobs, Draft, Packet } from '../../src/role/wire.ts';
import { blob } from '../../src/role/wire.ts';
import type { Message } from '../../src/role/world.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { packetExamples, tipExample } from '../helpers/examples.ts';
import { type SmallWorld, smallWorld } from '../helpers/world.ts';

const frankingKey = new Uint8Array(32).fill(3);
let world: SmallWorld;
let network: Network;
let relay: Relay;
let curator: Curator;
let devices: Record<'ann' | 'ben' | 'mallory', Device>;
beforeEach(() => {
  world = smallWorld();
  network = new Network();
  relay = new Relay({ frankingKey, retains: () => true });
  curator = new Curator(network, world.list);
  devices = { ann: new Device('ann', world), ben: new Device('ben', world), mallory: new Device('mallory', world) };
});

const strategy = 'escrow';
const messageOf = (sequence: number, sender = 'ann'): Message => ({
  id: `m${sequence}`,
  sender,
  recipient: 'ben',
  sequence,
  sentAt: 100 + sequence,
  picture: world.messages[sequence]!.picture,
});
const headerOf = ({ id, picture: _, ...rest }: Message): Draft<'envelope'> => ({
  type: 'envelope',
  message: id,
  strategy,
  ...rest,
});
const hand = (header: Draft<'envelope'>, blobs: Blobs) => relay.accept(network.carry('sender', 'relay', header, blobs));

const peerOf = (device: Device) => ({ publicKey: device.keys.publicKey, bundle: () => device.bundle() });

interface Sealing {
  franking?: boolean;
  escrow?: EscrowSeal;
}
const sealed = (message: Message, sealing: Sealing = {}): Blobs =>
  devices.ann.seal(message, peerOf(devices.ben), { strategy, ...sealing });
/** Ben opens all that waits: message ids with what they gave. */
const delivered = async (franking = false): Promise<Record<string, Uint8Array | string>> =>
  Object.fromEntries(
    (await relay.deliver()).map(({ draft, blobs }) => {
      const packet = network.carry('relay', 'recipient', draft, blobs);
      const sender = packet.header.sender === 'mallory' ? devices.mallory : devices.ann;
      const result = devices.ben.open(packet as Packet<'envelope'>, sender.keys.publicKey, franking);
      return [packet.header.message, 'rejected' in result ? result.rejected : result.content.picture];
    }),
  );

const uncommitted = 'key commitment does not fit the key';
const changed = 'ciphertext or its associated data was changed';

/** What a malicious sender who has Ann's keys can put inside the seal. */
const sealedPlaintext = (sequence: number, plaintext: Uint8Array): Blobs => {
  const key = messageKey(session(devices.ann.keys, devices.ben.keys.publicKey).sending, sequence);
  return {
    ...seal(key, plaintext, {
      strategy,
      message: `m${sequence}`,
      sender: 'ann',
      recipient: 'ben',
      sequence,
      sentAt: 100 + sequence,
    }),
  };
};

describe('envelopes', () => {
  test('honest ones open to exactly what was sent, in any order', async () => {
    for (const i of [3, 0, 2, 1]) await hand(headerOf(messageOf(i)), sealed(messageOf(i)));
    expect(await delivered()).toEqual(Object.fromEntries([0, 1, 2, 3].map((i) => [`m${i}`, messageOf(i).picture])));
  });

  test('a message that comes twice is opened once', async () => {
    await hand(headerOf(messageOf(1)), sealed(messageOf(1)));
    expect(await delivered()).toEqual({ m1: messageOf(1).picture });
    await hand(headerOf(messageOf(1)), sealed(messageOf(1)));
    expect(await delivered()).toEqual({ m1: 'message 1 of this sender was opened before' });
  });

  const attacks: [string, () => [Draft<'envelope'>, Blobs], string][] = [
    [
      'the ciphertext of another message',
      () => [
        headerOf(messageOf(1)),
        { ...sealed(messageOf(1)), ciphertext: blob({ blobs: sealed(messageOf(2)) }, 'ciphertext') },
      ],
      changed,
    ],
    ['ciphertext and commitment of another message', () => [headerOf(messageOf(1)), sealed(messageOf(2))], uncommitted],
    [
      'replayed under another number',
      () => [{ ...headerOf(messageOf(1)), sequence: 7 }, sealed(messageOf(1))],
      uncommitted,
    ],
    ['another sender', () => [{ ...headerOf(messageOf(1)), sender: 'mallory' }, sealed(messageOf(1))], uncommitted],
    [
      'another name',
      () => [{ ...headerOf(messageOf(1)), message: 'm1' }, sealed({ ...messageOf(1), id: 'm9' })],
      changed,
    ],
    ['another time', () => [{ ...headerOf(messageOf(1)), sentAt: 7 }, sealed(messageOf(1))], changed],
    ['another recipient', () => [{ ...headerOf(messageOf(1)), recipient: 'eve' }, sealed(messageOf(1))], changed],
    ['another strategy', () => [{ ...headerOf(messageOf(1)), strategy: 'e2ee' }, sealed(messageOf(1))], changed],
    ['no blobs', () => [headerOf(messageOf(1)), {}], uncommitted],
    [
      'an empty ciphertext',
      () => [headerOf(messageOf(1)), { ...sealed(messageOf(1)), ciphertext: new Uint8Array(0) }],
      changed,
    ],
    [
      'number 2^31, beyond the last key',
      () => [{ ...headerOf(messageOf(1)), sequence: 2 ** 31 }, sealed(messageOf(1))],
      'no message of a sender has the number 2147483648',
    ],
    [
      'number 1e300',
      () => [{ ...headerOf(messageOf(1)), sequence: 1e300 }, sealed(messageOf(1))],
      'no message of a sender has the number 1e+300',
    ],
    [
      'a seal around nothing',
      () => [headerOf(messageOf(1)), sealedPlaintext(1, new Uint8Array(0))],
      'padded plaintext is shorter than its length field',
    ],
    [
      'a seal around a lying length',
      () => [headerOf(messageOf(1)), sealedPlaintext(1, new Uint8Array(9).fill(255))],
      'padded plaintext is shorter than it says',
    ],
    [
      'a seal around no content',
      () => [headerOf(messageOf(1)), sealedPlaintext(1, pad(new Uint8Array(0), 0))],
      'the plaintext ends inside its franking key',
    ],
    [
      'a seal around side a franking key',
      () => [headerOf(messageOf(1)), sealedPlaintext(1, pad(new Uint8Array([32, 1, 2]), 0))],
      'the plaintext ends inside its franking key',
    ],
  ];

  test.each(attacks)('%s: rejected with a reason, the honest ones around it arrive', async (_, attack, reason) => {
    await hand(headerOf(messageOf(0)), sealed(messageOf(0)));
    const [header, blobs] = attack();
    await hand(header, blobs);
    await hand(headerOf(messageOf(5)), sealed(messageOf(5)));
    expect(await delivered()).toEqual({ m0: messageOf(0).picture, m1: reason, m5: messageOf(5).picture });
  });

  test('what Ann sent to Ben does not open when reflected to Ann', () => {
    const packet = network.carry('relay', 'recipient', headerOf(messageOf(0)), sealed(messageOf(0)));
    const reflected = network.carry(
      'relay',
      'recipient',
      { ...headerOf(messageOf(0)), sender: 'ben', recipient: 'ann' },
      packet.blobs,
    );
    expect(devices.ann.open(reflected, devices.ben.keys.publicKey)).toEqual({ rejected: uncommitted });
  });
});

describe('franking (Grubbs, Lu & Ristenpart 2017: what is accepted can be reported)', () => {
  const franked = (message: Message): Blobs => sealed(message, { franking: true });
  const picture = utf8('picture');
  const content = (key: Uint8Array): Uint8Array => pad(concatBytes(new Uint8Array([key.length]), key, picture), 0);

  test('an honest tag is accepted', async () => {
    await hand(headerOf(messageOf(0)), franked(messageOf(0)));
    expect(await delivered(true)).toEqual({ m0: messageOf(0).picture });
  });

  const key = new Uint8Array(32).fill(8);
  test.each<[string, () => Blobs]>([
    ['a tag for another picture', () => ({ ...sealedPlaintext(1, content(key)), tag: frank(utf8('other'), key) })],
    ['a tag under another key', () => ({ ...sealedPlaintext(1, content(key)), tag: frank(picture, key.with(0, 9)) })],
    ['no tag', () => sealedPlaintext(1, content(key))],
    ['no franking key', () => ({ ...sealedPlaintext(1, content(new Uint8Array(0))), tag: frank(picture, key) })],
    ['a short franking key', () => ({ ...sealedPlaintext(1, content(key.subarray(1))), tag: new Uint8Array(32) })],
  ])('%s: the recipient turns the message away', async (_, blobs) => {
    await hand(headerOf(messageOf(1)), blobs());
    expect(await delivered(true)).toEqual({ m1: 'the franking tag does not commit to the picture' });
  });
});

describe('provider', () => {
  let provider: Provider;
  beforeEach(() => {
    provider = new Provider(network, world, curator, frankingKey);
  });
  const listed = (): Message => world.messages.find((message) => world.truth(message).kind === 'same')!;
  const about = (message = listed()) => {
    const { picture: _, id, ...rest } = message;
    return { message: id, strategy: 'user-report', ...rest };
  };
  const report = (change: Partial<Draft<'user-report'>> = {}, blobs: Blobs = {}): boolean => {
    const plaintext = listed().picture;
    const [key, header] = [new Uint8Array(32).fill(8), about()];
    const tag = frank(plaintext, key);
    const proof = { plaintext, frankingKey: key, tag, stamp: stamp(tag, header, frankingKey) };
    return provider.takeUserReport(
      network.carry('recipient', 'provider', { type: 'user-report', ...header, ...change }, { ...proof, ...blobs }),
    );
  };

  test('a user report with its proof reaches the curator', async () => {
    expect(report()).toBe(true);
    await provider.review();
    expect(curator.tips.map(({ incident }) => incident.detectedBy)).toEqual(['user-report']);
  });

  test.each<[string, Partial<Draft<'user-report'>>, Blobs]>([
    ['an invented picture', {}, { plaintext: utf8('invented') }],
    ['another franking key', {}, { frankingKey: new Uint8Array(32) }],
    ['another tag', {}, { tag: new Uint8Array(32) }],
    ['another stamp', {}, { stamp: new Uint8Array(32) }],
    ['no proof', {}, { frankingKey: new Uint8Array(0), tag: new Uint8Array(0), stamp: new Uint8Array(0) }],
    ['another sender', { sender: 'mallory' }, {}],
    ['another time', { sentAt: 7 }, {}],
    ['another recipient', { recipient: 'mallory' }, {}],
    ['another number', { sequence: 77 }, {}],
  ])('a user report with %s is turned away, and never reviewed', async (_, change, blobs) => {
    expect(report(change, blobs)).toBe(false);
    await provider.review();
    expect(curator.tips).toEqual([]);
    expect(provider.rejected).toEqual([`user report of ${listed().id}: the franking proof does not hold`]);
  });

  test.each([0, 1, 31, 33, 64])(
    'a hash of %d bytes is turned away, alone or in a flag; the queue behind it is worked off',
    async (length) => {
      const hash = new Uint8Array(length);
      const upload = network.carry(
        'sender',
        'provider',
        { type: 'hash-upload', ...about(), algorithm: 'pdq' },
        { hash },
      );
      expect(provider.matchUpload(upload)).toBe('clear');
      const flag = (blobs: Blobs): void =>
        provider.takeFlag(
          network.carry(
            'sender',
            'provider',
            { type: 'flag', ...about(), reason: 'hash' },
            { picture: listed().picture, ...blobs },
          ),
        );
      flag({ hash });
      flag({ hash: world.truth(listed()).hash! });
      flag({});
      await provider.review();
      expect(curator.tips).toHaveLength(2);
      const reason = `${listed().id}: a hash of ${length * 8} bits where 256 are due`;
      expect(provider.rejected).toEqual([reason, reason]);
    },
  );

  test('a look-up with any prefix at all is answered', () => {
    const ask = (bits: number, prefix: Uint8Array): readonly string[] =>
      provider.lookUp(network.carry('sender', 'provider', { type: 'prefix-query', ...about(), bits }, { prefix })).draft
        .ids;
    for (const bits of [1, 8, 255, 256, 257, 1e300]) expect(ask(bits, new Uint8Array(0))).toEqual([]);
    const entry = world.list.entries.at(0)!;
    expect(ask(256, entry.hash)).toEqual([entry.id]);
    expect(ask(8, concatBytes(entry.hash.subarray(0, 1), new Uint8Array(1)))).toEqual([]);
    expect(ask(8, entry.hash.subarray(0, 1))).toContain(entry.id);
  });
});

describe.each(['sole', 'split'] as const)('court with a %s key', (kind) => {
  let court: Court;
  let agent: EscrowAgent;
  beforeEach(() => {
    agent = kind === 'sole' ? soleAgent(world.random) : splitAgent(network, 3, 2, world.random);
    court = new Court(network, world, curator, agent);
  });
  const escrowed = (i: number): Blobs => sealed(messageOf(i), { escrow: escrowSeal(agent.published) });
  const opened = (): string[] =>
    network.views.court.entries.filter(({ type }) => type === 'opened').map(({ message }) => message);

  test('an order opens exactly the named account and period', async () => {
    for (let i = 0; i < 5; i++) await hand(headerOf(messageOf(i)), escrowed(i));
    await court.serve({ id: 'o', account: 'ben', from: 0, to: 999 }, relay);
    expect(opened()).toEqual([]);
    await court.serve({ id: 'o', account: 'ann', from: 101, to: 103 }, relay);
    expect(opened()).toEqual(['m1', 'm2', 'm3']);
    for (const { message, type, bytes } of network.views.court.entries)
      if (type === 'opened') expect(bytes).toEqual(messageOf(Number(message.slice(1))).picture);
    expect(court.rejected).toEqual([]);
    const confirmed = ['m1', 'm2', 'm3'].filter((id) => world.people.confirms(messageOf(Number(id.slice(1))).picture));
    expect(curator.tips.map(({ reportId }) => reportId)).toEqual(confirmed.map((id) => `escrow/${id}`));
  });

  test('keys that are none, or another’s, are rejected with a reason; the rest of the order is served', async () => {
    const to = (key: Uint8Array): Uint8Array => escrowSeal(agent.published)(key, world.random);
    const evil: [Uint8Array | undefined, string][] = [
      [undefined, 'not sealed to this escrow key'],
      [new Uint8Array(7), 'not sealed to this escrow key'],
      [sealToEscrow(new Uint8Array(32), devices.mallory.keys.publicKey, world.random), 'not sealed to this escrow key'],
      [to(new Uint8Array(32)), uncommitted],
      [to(new Uint8Array(0)), 'a message key has 32 bytes, not 0'],
      [to(new Uint8Array(100)), 'a message key has 32 bytes, not 100'],
    ];
    for (const [i, [escrow]] of evil.entries()) {
      const { escrow: honest, ...rest } = escrowed(i);
      await hand(headerOf(messageOf(i)), escrow ? { ...rest, escrow } : rest);
    }
    await hand(headerOf(messageOf(9)), escrowed(9));
    await court.serve({ id: 'o', account: 'ann', from: 0, to: 999 }, relay);
    expect(court.rejected).toEqual(evil.map(([, reason], i) => `m${i}: ${reason}`));
    expect(opened()).toEqual(['m9']);
  });
});

describe('curator', () => {
  const send = (tip: Uint8Array): void =>
    curator.receive(network.carry('provider', 'curator', packetExamples.tip, { tip }));

  test('takes in a report that fits the schema', () => {
    send(utf8(JSON.stringify(tipExample)));
    expect(curator.tips).toEqual([tipExample]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /^Report to the curator: expected JSON in UTF-8$/],
    ['no JSON', utf8('{'), /^Report to the curator: expected JSON in UTF-8$/],
    ['no UTF-8', new Uint8Array([0xff]), /^Report to the curator: expected JSON in UTF-8$/],
    [
      'a picture',
      utf8(JSON.stringify({ ...tipExample, picture: 'AAAA' })),
      /^Report to the curator: unknown key picture; /,
    ],
    ['no mark as a test', utf8(JSON.stringify({ ...tipExample, test: false })), /^Report to the curator at \/test: /],
  ])('%s is refused with a UserError', (_, bytes, message) => {
    expect(() => send(bytes)).toThrow(UserError);
    expect(() => send(bytes)).toThrow(message);
    expect(curator.tips).toEqual([]);
  });
});
