/** Groups with sender keys: two devices an account, a group of ten under loss and reordering, a member that lies, and what a thief opens until the key is changed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { mostSkipped } from '../../src/crypto/double-ratchet.ts';
import { type GroupOpened, GroupSessions, type ListedDevice, mostWaiting } from '../../src/crypto/group-sessions.ts';
import type { SealedInSession } from '../../src/crypto/ratchet-sessions.ts';
import { ReceivedSenderKey, SenderKey, senderKeyOverhead } from '../../src/crypto/sender-key.ts';
import { deviceKeys } from '../../src/crypto/session.ts';
import { identityOf } from '../../src/crypto/x3dh.ts';
import { fromUtf8, utf8 } from '../../src/util/bytes.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import { randomOf } from './seeded.ts';

const group = 'friends';

/** A device, and what it has read. */
class Phone {
  readonly sessions: GroupSessions;
  readonly listed: ListedDevice;
  readonly read: string[] = [];
  readonly refused: string[] = [];
  constructor(address: string, rotateAfter?: number) {
    const random = randomOf(`phone ${address}`);
    const identity = identityOf(deviceKeys(random), random);
    const sessions = new GroupSessions(address, identity, random, { rotateAfter });
    this.sessions = sessions;
    this.listed = { address, key: identity.keys.publicKey, bundle: () => sessions.sessions.bundle() };
  }
  take(opened: GroupOpened): void {
    if (opened.ok) this.read.push(...opened.plaintexts.map(fromUtf8));
    else this.refused.push(opened.reason);
  }
}

/** What travels to one device. */
type Parcel = { readonly to: Phone; readonly from: Phone } & (
  | { readonly key: SealedInSession }
  | { readonly message: Uint8Array }
);

const phonesOf = (accounts: number, devices: number, rotateAfter?: number): Phone[] =>
  Array.from(
    { length: accounts * devices },
    (_, i) => new Phone(`a${Math.floor(i / devices)}/${i % devices}`, rotateAfter),
  );

function parcels(from: Phone, phones: readonly Phone[], text: string): Parcel[] {
  const { keys, message } = from.sessions.seal(
    group,
    phones.map(({ listed }) => listed),
    utf8(text),
  );
  return phones
    .filter((to) => to !== from)
    .flatMap((to): Parcel[] => {
      const key = keys.get(to.listed.address);
      return [...(key ? [{ to, from, key }] : []), { to, from, message }];
    });
}

function arrive(parcel: Parcel): void {
  const { to, from } = parcel;
  to.take(
    'key' in parcel
      ? to.sessions.takeKey(group, from.listed, parcel.key)
      : to.sessions.open(group, from.listed.address, parcel.message),
  );
}

test('two accounts with two devices each: every device reads everything but its own', () => {
  const phones = phonesOf(2, 2);
  for (let i = 0; i < 8; i++) for (const parcel of parcels(phones[i % 4]!, phones, `${i % 4}: ${i}`)) arrive(parcel);
  for (const [n, { read, refused }] of phones.entries()) {
    const others = Array.from({ length: 8 }, (_, i) => `${i % 4}: ${i}`).filter((text) => !text.startsWith(`${n}:`));
    expect(read.sort()).toEqual(others.sort());
    expect(refused).toEqual([]);
  }
});

describe('a group of ten', () => {
  const lossy = (rng: Rng, loss: number) => {
    const phones = phonesOf(10, 1);
    const waiting: Parcel[] = [];
    let messages = 0;
    const due = new Map<Phone, Set<string>>(phones.map((phone) => [phone, new Set()]));
    for (let i = 0; i < 60; i++) {
      const from = phones[rng.int(10)]!;
      const text = `message ${messages++}`;
      for (const parcel of parcels(from, phones, text)) {
        // Keys travel in sessions, which are tried again until they arrive; messages are lost.
        const isLost = 'message' in parcel && rng.next() < loss;
        if (isLost) continue;
        waiting.push(parcel);
        if ('message' in parcel) due.get(parcel.to)!.add(text);
      }
      while (waiting.length > 40) arrive(waiting.splice(rng.int(waiting.length), 1)[0]!);
    }
    while (waiting.length > 0) arrive(waiting.splice(rng.int(waiting.length), 1)[0]!);
    return { phones, due };
  };

  test('reads every message that is not lost, whatever the order', () => {
    const { phones, due } = lossy(seededRng(1, 'group'), 0.1);
    for (const phone of phones) {
      expect(phone.read.sort()).toEqual([...due.get(phone)!].sort());
      expect(phone.refused).toEqual([]);
    }
  });

  describe('with a member that lies', () => {
    let phones: Phone[];
    let honest: Uint8Array;
    beforeAll(() => {
      phones = phonesOf(10, 1);
      for (const phone of phones) for (const parcel of parcels(phone, phones, 'hello')) arrive(parcel);
      const sent = parcels(phones[0]!, phones, 'honest');
      honest = sent.flatMap((parcel) => ('message' in parcel ? [parcel.message] : []))[0]!;
    });
    const [victim, liar] = [0, 9];

    test('it cannot speak in the name of another: its own message, and one made with the shared chain key', () => {
      const own = parcels(phones[liar]!, phones, 'I am the first').find((parcel) => 'message' in parcel) as {
        message: Uint8Array;
      };
      // Under the victim's name the key is unknown, so that it waits for ever; a message with the name of the victim's key is not signed by it.
      const renamed = own.message.slice();
      renamed.set(honest.subarray(0, 20));
      const reader = phones[5]!;
      const before = reader.read.length;
      arrive({ to: reader, from: phones[victim]!, message: own.message });
      arrive({ to: reader, from: phones[victim]!, message: renamed });
      expect(reader.read).toHaveLength(before);
      expect(reader.refused.at(-1)).toBe('the message of the group is not signed by its sender');
      arrive({ to: reader, from: phones[victim]!, message: honest });
      expect(reader.read.at(-1)).toBe('honest');
    });

    test('changed, repeated and cut messages are refused; the right one still opens', () => {
      const reader = phones[6]!;
      for (const at of [17, 30, 60, honest.length - 1])
        arrive({ to: reader, from: phones[victim]!, message: honest.with(at, honest[at]! ^ 1) });
      arrive({ to: reader, from: phones[victim]!, message: honest.slice(0, senderKeyOverhead - 1) });
      expect(reader.refused).toHaveLength(5);
      arrive({ to: reader, from: phones[victim]!, message: honest });
      expect(reader.read.at(-1)).toBe('honest');
      arrive({ to: reader, from: phones[victim]!, message: honest });
      expect(reader.refused.at(-1)).toContain('opened before');
    });

    test('it cannot put the chain of another back by giving an old key again, nor give a key in its name', () => {
      const reader = phones[7]!;
      const forged = phones[liar]!.sessions.sessions.seal(
        reader.listed.address,
        reader.listed.bundle,
        new SenderKey(randomOf('forged')).distribution(),
        {
          strategy: 'sender key',
          message: group,
          sender: phones[victim]!.listed.address,
          recipient: reader.listed.address,
          sequence: 0,
          sentAt: 0,
        },
      );
      arrive({ to: reader, from: phones[victim]!, key: forged });
      expect(reader.refused).toHaveLength(1);
    });

    test('it cannot fill a memory: messages that wait for a key are bounded, and so are steps', () => {
      const reader = phones[8]!;
      const key = new SenderKey(randomOf('endless'));
      for (let i = 0; i < mostWaiting + 20; i++)
        reader.take(reader.sessions.open(group, 'a9/0', key.seal(utf8(`${i}`), utf8('x'))));
      expect(reader.refused).toEqual([]);
      const far = new SenderKey(randomOf('far'));
      const received = ReceivedSenderKey.of(far.distribution())!;
      for (let i = 0; i <= mostSkipped; i++) far.seal(utf8('x'), utf8('c'));
      expect(received.open(far.seal(utf8('x'), utf8('c')), utf8('c'))).toMatchObject({ ok: false });
      expect(ReceivedSenderKey.of(new Uint8Array(3))).toBeUndefined();
    });
  });
});

describe('who has a key', () => {
  test('a new device reads nothing from before it was added; one that has left reads nothing from after', () => {
    const phones = phonesOf(4, 1);
    const [first, , third, fourth] = phones as [Phone, Phone, Phone, Phone];
    const send = (to: Phone[], text: string) => {
      const sent = parcels(first, to, text);
      for (const parcel of sent) arrive(parcel);
      return sent.flatMap((parcel) => ('message' in parcel ? [parcel.message] : []))[0]!;
    };
    const early = send(phones.slice(0, 3), 'before the fourth');
    send(phones, 'with all');
    arrive({ to: fourth, from: first, message: early });
    expect([fourth.read, fourth.refused.length]).toEqual([['with all'], 1]);
    const late = send([first, phones[1]!, fourth], 'without the third');
    arrive({ to: third, from: first, message: late });
    expect(third.read).toEqual(['before the fourth', 'with all']);
    expect(fourth.read.at(-1)).toBe('without the third');
  });

  test('a thief of a device opens nothing of before, everything at first, and nothing after sender keys were changed in sessions that had turned', () => {
    const phones = phonesOf(3, 1, 3);
    const [first, robbed] = phones as [Phone, Phone, Phone];
    const sent: { readonly by: Phone; readonly parcels: readonly Parcel[] }[] = [];
    let stolen = robbed.sessions.stolen;
    for (let i = 0; i < 48; i++) {
      const by = i % 2 === 0 ? first : robbed;
      const each = { by, parcels: parcels(by, phones, `message ${i}`) };
      sent.push(each);
      for (const parcel of each.parcels) arrive(parcel);
      if (i === 15) stolen = robbed.sessions.stolen;
    }
    expect(robbed.read).toHaveLength(24);
    const thief = new GroupSessions(robbed.listed.address, stolen.secrets.identity, randomOf('thief'), { stolen });
    const opens = sent
      .filter(({ by }) => by === first)
      .map(
        ({ parcels: each }) =>
          each
            .filter(({ to }) => to === robbed)
            .flatMap((parcel) => {
              const opened =
                'key' in parcel
                  ? thief.takeKey(group, first.listed, parcel.key)
                  : thief.open(group, first.listed.address, parcel.message);
              return opened.ok ? opened.plaintexts : [];
            }).length > 0,
      );
    expect(opens.slice(0, 8)).toEqual(new Array(8).fill(false));
    expect(opens[8]).toBe(true);
    expect(opens.slice(-6)).toEqual(new Array(6).fill(false));
  });
});
