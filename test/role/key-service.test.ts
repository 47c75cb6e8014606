/** The relay's key service: what it accepts and gives away, what a hostile account gets of it, what a lying one achieves, and the schedule by which devices renew their prekeys. */
import { describe, expect, test } from 'vitest';
import { RatchetSessions } from '../../src/crypto/ratchet-sessions.ts';
import { deviceKeys } from '../../src/crypto/session.ts';
import { sodium } from '../../src/crypto/sodium.ts';
import { decodeBundle, identityOf, keyNumber, mostOnce, mostPrekeys, noOnce, Prekeys } from '../../src/crypto/x3dh.ts';
import { type Connect, withinProcess } from '../../src/role/connection.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import { KeyService, mostAskers, mostPerAsker } from '../../src/role/key-service.ts';
import { type Blobs, blob, type Draft, decode, decoded, encode, isOf, type Packet } from '../../src/role/wire.ts';
import type { PrekeySettings } from '../../src/schema/scenario.ts';
import { strategies } from '../../src/strategy/index.ts';
import { concatBytes, equalBytes, utf8 } from '../../src/util/bytes.ts';
import { randomOf } from '../crypto/seeded.ts';
import { smallWorld } from '../helpers/world.ts';

function arriving<T extends 'prekey-upload' | 'prekey-query'>(draft: Draft<T>, blobs: Blobs = {}): Packet<T> {
  const read = decode(encode(draft, blobs));
  if (!read.ok) throw new Error(read.reason);
  return read.packet as unknown as Packet<T>;
}

/** A device with its prekeys, and what it uploads. */
class Owner {
  readonly prekeys: Prekeys;
  readonly sender: string;
  constructor(sender: string) {
    this.sender = sender;
    const random = randomOf(`owner ${sender}`);
    this.prekeys = new Prekeys(identityOf(deviceKeys(random), random), random);
  }
  upload(count: number, changed: Partial<Draft<'prekey-upload'>> = {}, others: Blobs = {}): Packet<'prekey-upload'> {
    const { identity, prekey, signature, generation, first, once } = this.prekeys.publish(count);
    const draft = { type: 'prekey-upload', message: '', sender: this.sender, generation, first, ...changed } as const;
    const blobs = {
      identity: concatBytes(identity.key, identity.signing),
      prekey,
      signature,
      once: concatBytes(...once),
    };
    return arriving<'prekey-upload'>(draft, { ...blobs, ...others });
  }
}
const asks = (sender: string, of = 'ben') =>
  arriving<'prekey-query'>({ type: 'prekey-query', message: '', sender, of });
const bundleFor = (service: KeyService, sender: string) => decodeBundle(service.ask(asks(sender)).blobs.bundle!)!;

describe('uploads', () => {
  test('are counted, and what waits is said', () => {
    const [service, ben] = [new KeyService(), new Owner('ben')];
    expect(service.upload(ben.upload(3)).draft).toMatchObject({ waiting: 3 });
    expect(service.upload(ben.upload(2)).draft).toMatchObject({ waiting: 5 });
  });

  test.each([
    ['a wrong signature', (ben: Owner) => ben.upload(1, {}, { signature: new Uint8Array(64) }), 'not signed'],
    ['a short signature', (ben: Owner) => ben.upload(1, {}, { signature: new Uint8Array(3) }), 'not signed'],
    ['the identity keys of another device', () => new Owner('eve').upload(1, { sender: 'ben' }), 'other identity keys'],
    ['an earlier signed prekey', (ben: Owner) => ben.upload(1, { generation: 0 }), 'a later signed prekey'],
    [
      'a number of a one-time prekey that was used',
      (ben: Owner) => ben.upload(1, { first: 0 }),
      'was published before',
    ],
    ['more than may wait', (ben: Owner) => ben.upload(mostOnce - 1), 'at most 100'],
    ['a sixth device', (ben: Owner) => ben.upload(1, { device: 6 }), 'at most 5 devices'],
    ['keys of another length', (ben: Owner) => ben.upload(1, {}, { once: new Uint8Array(33) }), 'another length'],
  ])('%s is refused, and changes nothing', (_, upload, why) => {
    const [service, ben] = [new KeyService(), new Owner('ben')];
    ben.prekeys.rotate();
    service.upload(ben.upload(2));
    const { draft } = service.upload(upload(ben));
    expect(draft.refusal).toContain(why);
    expect(draft.waiting).toBe(upload === undefined ? 0 : draft.waiting);
    expect(service.counts.refused).toBe(1);
    expect([bundleFor(service, 'ann').once, bundleFor(service, 'dan').once].every(Boolean)).toBe(true);
    expect(bundleFor(service, 'eve').once).toBeUndefined();
  });

  test('another signed prekey under the same number is refused', () => {
    const [service, ben] = [new KeyService(), new Owner('ben')];
    service.upload(ben.upload(1));
    ben.prekeys.rotate();
    expect(service.upload(ben.upload(1, { generation: 0 })).draft.refusal).toContain('under this number');
  });
});

describe('what is given away', () => {
  test('a one-time prekey once; then the signed prekey alone, and it is counted', () => {
    const [service, ben] = [new KeyService(), new Owner('ben')];
    service.upload(ben.upload(3));
    const given = ['ann', 'eve', 'dan', 'ann', 'eve'].map((asker) => bundleFor(service, asker));
    expect(given.map(({ number }) => number)).toEqual([0, 1, 2, keyNumber(0), keyNumber(0)]);
    expect(given.map(({ once }) => once?.length)).toEqual([32, 32, 32, undefined, undefined]);
    expect(service.counts).toEqual({ bundles: 5, exhausted: 2, limited: 0, unknown: 0, refused: 0 });
  });

  test('nothing of a device that published nothing', () => {
    const service = new KeyService();
    expect(service.ask(asks('ann'))).toEqual({ draft: { type: 'prekey-bundle', message: '', of: 'ben' }, blobs: {} });
    expect(service.counts.unknown).toBe(1);
  });

  test('an account that asks again and again empties no shelf: it gets its share until the device renews', () => {
    const [service, ben] = [new KeyService(), new Owner('ben')];
    service.upload(ben.upload(20));
    const once = Array.from({ length: 50 }, () => bundleFor(service, 'mallory').once);
    expect(once.filter(Boolean)).toHaveLength(mostPerAsker);
    expect(service.counts.limited).toBe(50 - mostPerAsker);
    expect(bundleFor(service, 'ann').once).toBeDefined();
    ben.prekeys.rotate();
    service.upload(ben.upload(0));
    expect(bundleFor(service, 'mallory').once).toBeDefined();
  });

  test('many accounts are counted up to a limit; those beyond it get no one-time prekey', () => {
    const [service, ben] = [new KeyService(), new Owner('ben')];
    // Each gets one of a hundred, and the shelf is filled again; what is counted stays bounded.
    for (let i = 0; i < mostAskers; i++) {
      if (i % mostOnce === 0) service.upload(ben.upload(mostOnce));
      expect(bundleFor(service, `sybil${i}`).once).toBeDefined();
    }
    service.upload(ben.upload(1));
    expect(bundleFor(service, 'one-more').once).toBeUndefined();
    expect(service.counts.limited).toBe(1);
    expect(bundleFor(service, 'sybil0').once).toBeDefined();
  });
});

/** Two devices that write without a directory between them. */
class Phone {
  readonly identity;
  readonly sessions: RatchetSessions;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
    const random = randomOf(`phone ${name}`);
    this.identity = identityOf(deviceKeys(random), random);
    this.sessions = new RatchetSessions(this.identity, random);
  }
  /** The bundle of a directory that has no one-time prekey left. */
  get without() {
    const { identity, prekey, signature, generation } = this.sessions.publish(0);
    return { identity, prekey, signature, number: keyNumber(generation) };
  }
}
const dataOf = (sender: string, recipient: string) => ({
  ...{ strategy: 'e2ee', message: 'm', sender, recipient, sequence: 0, sentAt: 0 },
});
const first = (from: Phone, to: Phone) =>
  from.sessions.seal(to.name, () => to.without, utf8('hello'), dataOf(from.name, to.name));
const opens = (sessions: RatchetSessions, from: Phone, to: Phone, sealed: ReturnType<typeof first>) =>
  sessions.open(from.name, from.identity.keys.publicKey, sealed, {
    ...dataOf(from.name, to.name),
    ratchet: sealed.header,
  });

describe('a first message without a one-time prekey', () => {
  test('opens once, also if its session is long forgotten', () => {
    const ben = new Phone('ben');
    const sealed = first(new Phone('ann'), ben);
    const ann = new Phone('ann');
    expect(opens(ben.sessions, ann, ben, sealed).ok).toBe(true);
    // Five more sessions under the same name push the first one out.
    for (let i = 0; i < 5; i++) {
      const again = new RatchetSessions(ann.identity, randomOf(`again ${i}`));
      const next = again.seal('ben', () => ben.without, utf8('hello'), dataOf('ann', 'ben'));
      expect(opens(ben.sessions, ann, ben, next).ok).toBe(true);
    }
    expect(opens(ben.sessions, ann, ben, sealed)).toMatchObject({ ok: false });
  });

  test('for an old signed prekey opens until that is deleted; then no thief of the device opens it either', () => {
    const [ann, ben] = [new Phone('ann'), new Phone('ben')];
    const sealed = first(ann, ben);
    const old = ben.sessions.rotate();
    const thief = () => new RatchetSessions(ben.identity, randomOf('thief'), ben.sessions.secrets);
    // The control: a thief before the deletion.
    expect(opens(thief(), ann, ben, sealed).ok).toBe(true);
    ben.sessions.deletePrekey(old);
    expect(opens(thief(), ann, ben, sealed)).toMatchObject({ ok: false });
    expect(opens(ben.sessions, ann, ben, sealed)).toMatchObject({ ok: false });
    expect(opens(ben.sessions, new Phone('dan'), ben, first(new Phone('dan'), ben)).ok).toBe(true);
    expect(() => ben.sessions.deletePrekey(old + 1)).toThrow('in use');
  });

  test('a device that renews and never deletes keeps a hundred signed prekeys', () => {
    const ben = new Phone('ben');
    for (let i = 0; i < mostPrekeys + 50; i++) ben.sessions.rotate();
    const { earlier, generation } = ben.sessions.secrets.prekeys;
    expect([earlier.size, generation]).toEqual([mostPrekeys - 1, mostPrekeys + 50]);
    expect(opens(ben.sessions, new Phone('dan'), ben, first(new Phone('dan'), ben)).ok).toBe(true);
  });

  test('the number of keys says so, beside the generation', () => {
    expect([keyNumber(0, 7), keyNumber(1, 7), keyNumber(257, 7)]).toEqual([7, 2 ** 24 + 7, 2 ** 24 + 7]);
    expect([keyNumber(0), keyNumber(255)]).toEqual([noOnce, 2 ** 32 - 1]);
  });
});

// Deployments whose devices use the service.

const settings: PrekeySettings = { oneTimeKeys: 20, rotateAfter: 8, keepFor: 4 };
const { messages } = smallWorld();

async function run(prekeys: PrekeySettings | undefined, connect?: Connect, every = 1): Promise<Deployment> {
  const world = { ...smallWorld(), session: 'ratchet', devices: 2, prekeys } as const;
  const deployment = await deploy(world, strategies.e2ee.design, connect);
  for (const [i, message] of messages.entries()) {
    await deployment.send(message);
    if ((i + 1) % every === 0) await deployment.deliver();
  }
  await deployment.deliver();
  return deployment;
}
const received = (deployment: Deployment) => messages.map(({ id }) => deployment.outcome(id));
const packets = ({ views }: Deployment, role: 'relay' | 'sender') =>
  views[role].entries.map(({ bytes }) => decoded(bytes));

describe('devices that use it', () => {
  test('deliver everything, and each first message takes one one-time prekey', async () => {
    const deployment = await run(settings);
    expect(deployment.rejected).toEqual([]);
    expect(received(deployment)).toEqual(received(await run(undefined)));
    const { bundles, exhausted, limited, unknown, refused } = deployment.keyService;
    expect([exhausted, limited, unknown, refused]).toEqual([0, 0, 0, 0]);
    const bundled = packets(deployment, 'sender').filter((each) => isOf(each, 'prekey-bundle'));
    expect(bundled).toHaveLength(bundles);
    const once = bundled.map((each) => `${each.header.of} ${decodeBundle(blob(each, 'bundle'))!.number}`);
    expect(new Set(once).size).toBe(bundles);
  });

  test('work without one-time prekeys when the service has none left, and it is counted', async () => {
    for (const oneTimeKeys of [0, 1]) {
      const deployment = await run({ ...settings, oneTimeKeys });
      expect(deployment.rejected).toEqual([]);
      expect(received(deployment).every(({ delivered, copies }) => delivered && copies === 2)).toBe(true);
      const { bundles, exhausted } = deployment.keyService;
      if (oneTimeKeys === 0) expect(exhausted).toBe(bundles);
      expect(exhausted).toBeGreaterThan(0);
    }
  });

  test('renew on schedule: every device publishes the next signed prekey, and fills up what was taken', async () => {
    const deployment = await run(settings);
    const uploads = packets(deployment, 'relay').filter((each) => isOf(each, 'prekey-upload'));
    const ofBen = uploads.filter(({ header }) => header.sender === 'ben' && header.device === undefined);
    // 25 messages at times 10 to 34: renewals at 18, 26 and 34.
    expect([...new Set(ofBen.map(({ header }) => header.generation))]).toEqual([0, 1, 2, 3]);
    const { sessions } = deployment.secrets;
    // At the end: those of 8 before are deleted, the last is kept for 4.
    expect([...sessions.get('ben')!.prekeys.earlier.keys()]).toEqual([2]);
    const counts = packets(deployment, 'sender').filter((each) => isOf(each, 'prekey-count'));
    expect(counts.some(({ header }) => header.waiting < settings.oneTimeKeys)).toBe(true);
    expect(uploads.length).toBeGreaterThan(4 * 8);
  });

  test('a first message that was on its way for longer than the old secret half is kept is refused', async () => {
    const late = await run({ oneTimeKeys: 0, rotateAfter: 3, keepFor: 0 }, undefined, 12);
    const kept = await run({ oneTimeKeys: 0, rotateAfter: 3, keepFor: 40 }, undefined, 12);
    expect(kept.rejected).toEqual([]);
    expect(late.rejected.some((reason) => reason.includes('its prekeys are not waiting'))).toBe(true);
  });

  test('the service learns who first writes to whom, from which device, and no message', async () => {
    const deployment = await run(settings);
    const pairs = new Set(
      packets(deployment, 'relay').flatMap((each) =>
        isOf(each, 'prekey-query') ? [`${each.header.sender} ${each.header.of.split('.')[0]}`] : [],
      ),
    );
    const wrote = messages.map(({ sender, recipient }) => `${sender} ${recipient}`);
    // Who answers in a session that the other one began asks nothing; an account's own devices ask for each other.
    for (const pair of pairs) {
      const [from, to] = pair.split(' ');
      expect(wrote.includes(pair) || from === to).toBe(true);
    }
    expect(wrote.every((pair) => pairs.has(pair) || pairs.has(pair.split(' ').reverse().join(' ')))).toBe(true);
    expect(
      deployment.views.relay.entries
        .filter(({ type }) => type.startsWith('prekey'))
        .every(({ message }) => message === ''),
    ).toBe(true);
  });
});

/** A key service that lies: what it answers to questions is changed. */
const lying =
  (change: (bundle: Uint8Array, of: string) => Uint8Array): Connect =>
  async (services, network) => {
    const connection = await withinProcess(services, network);
    const { link } = connection;
    return {
      ...connection,
      link: {
        ...link,
        async ask(to, draft, blobs) {
          const reply = await link.ask(to, draft, blobs);
          if (!reply || !isOf(reply, 'prekey-bundle')) return reply;
          return { ...reply, blobs: { bundle: change(blob(reply, 'bundle'), reply.header.of) } };
        },
      },
    };
  };

describe('a service that lies', () => {
  const own = deviceKeys(randomOf('liar'));
  const signing = sodium.crypto_sign_seed_keypair(randomOf('liar signs')(32));
  const signed = sodium.crypto_sign_detached(concatBytes(utf8('presend prekey\n'), own.publicKey), signing.privateKey);
  const put = (bundle: Uint8Array, at: number, bytes: Uint8Array): Uint8Array => {
    const changed = bundle.slice();
    changed.set(bytes, at);
    return changed;
  };

  test.each([
    ['a prekey of its own under the device’s signature', (bundle: Uint8Array) => put(bundle, 64, own.publicKey)],
    [
      'a prekey and a signing key of its own',
      (bundle: Uint8Array) => put(put(put(bundle, 32, signing.publicKey), 64, own.publicKey), 96, signed),
    ],
    ['another identity', (bundle: Uint8Array) => put(bundle, 0, own.publicKey)],
    ['nothing', () => new Uint8Array(0)],
  ])('with %s: no message is sent, and it is noticed', async (_, change) => {
    const deployment = await run(settings, lying(change));
    expect(received(deployment).every(({ delivered }) => !delivered)).toBe(true);
    expect(deployment.rejected).toHaveLength(messages.length);
    expect(deployment.rejected.every((reason) => /: the key of \w+ is invalid$/.test(reason))).toBe(true);
    expect(packets(deployment, 'relay').some((each) => isOf(each, 'envelope'))).toBe(false);
  });

  test('that gives a one-time prekey twice: the device opens the first session alone', async () => {
    const seen = new Map<string, Uint8Array>();
    const repeating = lying((bundle, of) => {
      const there = seen.get(of) ?? bundle;
      seen.set(of, there);
      return there;
    });
    const deployment = await run({ ...settings, rotateAfter: 999 }, repeating);
    const refused = deployment.rejected.filter((reason) => reason.includes('its prekeys are not waiting'));
    expect(refused.length).toBeGreaterThan(0);
    expect(equalBytes([...seen.values()][0]!, [...seen.values()][1]!)).toBe(false);
  });
});
