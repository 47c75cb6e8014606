/** The log of device keys: a ghost in a group is seen by the log's auditor, or the log shows two histories, or apps do not encrypt to it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { foreignDevices, type KeyLog, keyLog, LogFollower, type LoggedDevice } from '../../src/crypto/key-log.ts';
import { logKeys, type TreeHead } from '../../src/crypto/merkle-log.ts';
import { randomOf } from './seeded.ts';

const keys = logKeys(randomOf('key log'));
const random = randomOf('devices');
const deviceOf = (account: string, device: string): LoggedDevice => ({
  account,
  device,
  key: random(32),
  signing: random(32),
});

/** A log with its entries, as its directory publishes both. */
class Directory {
  readonly log: KeyLog = keyLog(keys);
  readonly entries: LoggedDevice[] = [];
  add(...devices: readonly LoggedDevice[]): TreeHead {
    for (const device of devices) {
      this.log.append(device);
      this.entries.push(device);
    }
    return this.log.head();
  }
  proof(from: number): Uint8Array[] {
    return from === 0 || from === this.entries.length ? [] : this.log.consistency(from);
  }
  inclusion(device: LoggedDevice) {
    const index = this.entries.indexOf(device);
    return { index, proof: this.log.inclusion(index) };
  }
}

/** A group of ten with two devices each. */
const members = Array.from({ length: 20 }, (_, i) => deviceOf(`a${i >> 1}`, `${i & 1}`));
const ghost = deviceOf('a3', 'ghost');
let directory: Directory;
let app: LogFollower;
let auditor: LogFollower;

beforeEach(() => {
  directory = new Directory();
  const head = directory.add(...members);
  [app, auditor] = [new LogFollower(keys.publicKey), new LogFollower(keys.publicKey)];
  expect([app.follow(head, []), auditor.follow(head, [])]).toEqual(['consistent', 'consistent']);
});

test('every device of the group is proved; one that is not logged is not, so that no app encrypts to it', () => {
  for (const device of members) expect(app.includes(device, directory.inclusion(device))).toBe(true);
  for (const index of [0, 6, 19, 20]) {
    const { proof } = directory.inclusion(members[6]!);
    expect(app.includes(ghost, { index, proof })).toBe(false);
  }
  // A changed key under a logged name is another entry.
  const swapped = { ...members[6]!, key: ghost.key };
  expect(app.includes(swapped, directory.inclusion(members[6]!))).toBe(false);
});

test('a ghost in a group that is logged: auditor and owner see it, nobody else is accused', () => {
  const head = directory.add(ghost);
  const proof = directory.proof(20);
  expect([app.follow(head, proof), auditor.follow(head, proof)]).toEqual(['consistent', 'consistent']);
  expect(app.includes(ghost, directory.inclusion(ghost))).toBe(true);
  expect(auditor.holds(directory.entries)).toBe(true);
  const own = (account: string) => members.filter((each) => each.account === account);
  expect(foreignDevices(directory.entries, 'a3', own('a3'))).toEqual([ghost]);
  for (const account of ['a0', 'a4', 'a9'])
    expect(foreignDevices(directory.entries, account, own(account))).toEqual([]);
});

test('a directory that leaves the ghost out of what it gives to the auditor is found: these are not the entries under the head', () => {
  auditor.follow(directory.add(ghost), directory.proof(20));
  expect(auditor.holds(members)).toBe(false);
  expect(auditor.holds([...members, deviceOf('a3', 'harmless')])).toBe(false);
});

describe('a split view', () => {
  const other = () => {
    const fork = new Directory();
    fork.add(...members);
    return fork;
  };

  test('apps are shown a log with the ghost, auditors one without: one comparison of heads is evidence', () => {
    const fork = other();
    const honest = deviceOf('a9', 'new');
    app.follow(fork.add(ghost), fork.proof(20));
    auditor.follow(directory.add(honest), directory.proof(20));
    expect(app.includes(ghost, fork.inclusion(ghost))).toBe(true);
    expect(auditor.compare(app.head!, [])).toBe('split');
  });

  test('with heads of different sizes neither log can prove the other’s', () => {
    const fork = other();
    app.follow(fork.add(ghost), fork.proof(20));
    auditor.follow(directory.add(deviceOf('a9', 'b'), deviceOf('a9', 'c')), directory.proof(20));
    for (const proof of [directory.log.consistency(21), []]) expect(auditor.compare(app.head!, proof)).toBe('unproven');
  });

  test('an auditor whose log has not grown since the fork agrees with the head, takes it over, and misses an entry', () => {
    const fork = other();
    app.follow(fork.add(ghost), fork.proof(20));
    expect(auditor.compare(app.head!, fork.proof(20))).toBe('consistent');
    expect(auditor.follow(app.head!, fork.proof(20))).toBe('consistent');
    expect([auditor.holds(directory.entries), auditor.holds(fork.entries)]).toEqual([false, true]);
  });

  test('the control: two followers of one log at different times agree', () => {
    auditor.follow(directory.add(deviceOf('a9', 'b')), directory.proof(20));
    expect(app.compare(auditor.head!, directory.proof(20))).toBe('consistent');
  });

  test('an app that saw the ghost’s log cannot be moved back to the other one', () => {
    const fork = other();
    const forked = fork.add(ghost);
    app.follow(forked, fork.proof(20));
    const later = directory.add(deviceOf('a9', 'b'), deviceOf('a9', 'c'));
    expect(app.follow(later, directory.log.consistency(21))).toBe('unproven');
    expect(app.follow(directory.log.head(), directory.proof(20))).not.toBe('consistent');
    expect(app.head).toEqual(forked);
  });
});

test('heads that the log did not sign, and older ones, are not followed', () => {
  const head = directory.add(ghost);
  expect(app.follow({ ...head, size: head.size + 1 }, directory.proof(20))).toBe('unsigned');
  expect(new LogFollower(logKeys(randomOf('another log')).publicKey).follow(head, [])).toBe('unsigned');
  app.follow(head, directory.proof(20));
  const old = new Directory();
  expect(app.follow(old.add(...members), [])).toBe('unproven');
});

test('entries of which names and devices run into each other have different leaves', () => {
  const one = { account: 'ab', device: 'c', key: members[0]!.key, signing: members[0]!.signing };
  const fork = new Directory();
  const follower = new LogFollower(keys.publicKey);
  follower.follow(fork.add(one), []);
  expect(follower.includes({ ...one, account: 'a', device: 'bc' }, { index: 0, proof: [] })).toBe(false);
  expect(follower.includes(one, { index: 0, proof: [] })).toBe(true);
});
