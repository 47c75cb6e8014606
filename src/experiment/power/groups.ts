/**
 * Groups of accounts with several devices, played with real keys: delivery under loss and reordering, a member that lies, a stolen device, and a ghost that the directory adds,
 * with and without a log of device keys.
 */

import { sealedOverhead } from '../../crypto/committing-aead.ts';
import { type GroupPhone, groupPhone, type Parcel, parcelsOf, takeParcel } from '../../crypto/group-phone.ts';
import { GroupSessions } from '../../crypto/group-sessions.ts';
import { KeyDirectory } from '../../crypto/key-directory.ts';
import { foreignDevices, LogFollower } from '../../crypto/key-log.ts';
import { logKeys } from '../../crypto/merkle-log.ts';
import { sessionHeaderBytes } from '../../crypto/ratchet-sessions.ts';
import { sodium } from '../../crypto/sodium.ts';
import { byteKey } from '../../util/bytes.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { GroupRow, KeyLogRow } from './rows.ts';

/** One size of a group. */
export interface GroupTask {
  readonly seed: number;
  readonly members: number;
  readonly devices: number;
  readonly messages: number;
  /** Share of copies that the relay loses. */
  readonly loss: number;
  /** Messages after which a sender key is replaced. */
  readonly rotateAfter: number;
}

/** One thing that a directory can do with a ghost. */
export interface KeyLogTask extends Omit<GroupTask, 'loss'> {
  readonly directory: KeyLogRow['directory'];
  readonly checkEvery: number;
}

const group = 'group';
/** Bytes of a message. */
const messageBytes = 100;
/** Accounts that write; in a large group most only read. */
const mostWriters = 10;

const phoneOf = (account: string, device: string, rng: Rng, rotateAfter: number): GroupPhone =>
  groupPhone(account, device, (length) => rng.bytes(length), rotateAfter);

const phonesOf = ({ members, devices, rotateAfter }: Omit<GroupTask, 'loss'>, rng: Rng): GroupPhone[] =>
  Array.from({ length: members * devices }, (_, i) =>
    phoneOf(`account-${Math.floor(i / devices) + 1}`, `${(i % devices) + 1}`, rng, rotateAfter),
  );

const take = (sessions: GroupSessions, parcel: Parcel): readonly Uint8Array[] => takeParcel(group, sessions, parcel);

/** Plays a group. Sender keys travel until they arrive, as sessions try again; copies of messages can be lost, and everything arrives in any order. */
export async function playGroup(task: GroupTask): Promise<GroupRow> {
  await sodium.ready;
  const { seed, members, devices, messages, loss } = task;
  const rng = seededRng(seed, `power/group/${members}/${devices}`);
  const phones = phonesOf(task, rng);
  const writers = phones.slice(0, mostWriters * devices);
  // The robbed device writes as well: a session turns only with messages in both directions.
  const robbed = writers.at(-1)!;
  const [waiting, forRobbed]: [Parcel[], Parcel[]] = [[], []];
  const sentAt = new Map<string, number>();
  const read = new Map(phones.map((phone) => [phone, new Set<string>()] as const));
  const due = { k: 0, n: 0 };
  const [forged, replayed] = [
    { k: 0, n: 0 },
    { k: 0, n: 0 },
  ];
  const bytes = { uploaded: 0, pairwise: 0 };
  let [lost, keys] = [0, 0];
  let stolen = robbed.sessions.stolen;
  const arrive = (): void => {
    const [parcel] = waiting.splice(rng.int(waiting.length), 1) as [Parcel];
    if (parcel.to === robbed) forRobbed.push(parcel);
    for (const plaintext of take(parcel.to.sessions, parcel)) read.get(parcel.to)!.add(byteKey(plaintext));
  };
  const middle = Math.floor(messages / 2);
  for (let i = 0; i < messages; i++) {
    if (i === middle) {
      while (waiting.length > 0) arrive();
      stolen = robbed.sessions.stolen;
    }
    const from = rng.pick(writers);
    const plaintext = rng.bytes(messageBytes);
    if (from !== robbed) sentAt.set(byteKey(plaintext), i);
    const sealed = from.sessions.seal(
      group,
      phones.map(({ listed }) => listed),
      plaintext,
    );
    keys += sealed.keys.size;
    const keyBytes = [...sealed.keys.values()].reduce(
      (sum, each) => sum + each.ciphertext.length + sealedOverhead / 2 + each.header.length,
      0,
    );
    bytes.uploaded += sealed.message.length + keyBytes;
    bytes.pairwise += (phones.length - 1) * (messageBytes + sealedOverhead + sessionHeaderBytes);
    for (const parcel of parcelsOf(from, phones, sealed)) {
      if (parcel.message && rng.next() < loss) {
        lost++;
        continue;
      }
      waiting.push(parcel);
      if (parcel.message) due.n++;
    }
    while (waiting.length > 2 * phones.length) arrive();
    const [changed, reader] = [sealed.message.slice(), rng.pick(phones.filter((phone) => phone !== from))];
    changed[rng.int(changed.length)]! ^= 1;
    const other = rng.pick(writers.filter((phone) => phone !== from && phone !== reader));
    // A member changes a message on its way, and sends it in the name of another.
    for (const parcel of [
      { to: reader, from, message: changed },
      { to: reader, from: other, message: sealed.message },
    ]) {
      forged.n++;
      if (take(reader.sessions, parcel).length > 0) forged.k++;
    }
  }
  while (waiting.length > 0) arrive();
  for (const seen of read.values()) due.k += seen.size;
  for (const parcel of forRobbed.filter(({ message }) => message)) {
    replayed.n++;
    if (take(robbed.sessions, parcel).length > 0) replayed.k++;
  }
  const thief = new GroupSessions(robbed.listed.address, stolen.secrets.identity, (length) => rng.bytes(length), {
    stolen,
  });
  const opened = new Set(
    forRobbed.flatMap((parcel) => take(thief, parcel)).map((plaintext) => sentAt.get(byteKey(plaintext))!),
  );
  const received = [...read.get(robbed)!].map((key) => sentAt.get(key)!).sort((a, b) => a - b);
  const [before, after] = [received.filter((at) => at < middle), received.filter((at) => at >= middle)];
  const counted = (part: readonly number[]) => ({ k: part.filter((at) => opened.has(at)).length, n: part.length });
  return {
    row: 'group',
    ...{ members, devices, messages, delivered: due, lost, keys, bytes, forged, replayed },
    before: counted(before),
    after: counted(after),
    window: after.findLastIndex((at) => opened.has(at)) + 1,
  };
}

/** Plays a group to which the directory adds a ghost in the middle: another device of the first account, which its owner did not add. */
export async function playGhost(task: KeyLogTask): Promise<KeyLogRow> {
  await sodium.ready;
  const { seed, members, devices, messages, directory: kind, checkEvery, rotateAfter } = task;
  const rng = seededRng(seed, `power/key-log/${kind}/${checkEvery}`);
  const phones = phonesOf(task, rng);
  const ghost = phoneOf('account-1', 'ghost', rng, rotateAfter);
  const keys = logKeys((length) => rng.bytes(length));
  const [everybody, apps] = [new KeyDirectory(keys), new KeyDirectory(keys)];
  for (const each of [everybody, apps]) each.add(phones.map(({ logged }) => logged));
  // One log for all, except where the directory shows apps another one.
  const forApps = kind === 'split view' ? apps : everybody;
  const followers = new Map(phones.map((phone) => [phone, new LogFollower(keys.publicKey)] as const));
  const [owner, auditor] = [new LogFollower(keys.publicKey), new LogFollower(keys.publicKey)];
  for (const each of [owner, auditor]) everybody.show(each);
  for (const each of followers.values()) forApps.show(each);
  const own = phones.filter(({ logged }) => logged.account === 'account-1').map(({ logged }) => logged);
  let [noticedBy, noticedAfter]: [KeyLogRow['noticedBy'], number | null] = ['nobody', null];
  const notice = (by: KeyLogRow['noticedBy'], after: number): void => {
    if (noticedAfter === null) [noticedBy, noticedAfter] = [by, after];
  };
  const opened = { k: 0, n: 0 };
  let refused = 0;
  const middle = Math.floor(messages / 2);
  for (let i = 0; i < messages; i++) {
    if (i === middle && kind !== 'unlogged' && kind !== 'no log') forApps.add([ghost.logged]);
    const isThere = i >= middle && noticedAfter === null;
    const from = rng.pick(phones.filter(({ logged }) => logged.account !== 'account-1'));
    const app = followers.get(from)!;
    forApps.show(app);
    const listed = isThere ? [...phones, ghost] : phones;
    const to = kind === 'no log' ? listed : listed.filter(({ logged }) => forApps.proves(app, logged));
    if (isThere && !to.includes(ghost)) {
      refused++;
      notice('sender', i - middle + 1);
    }
    const sealed = from.sessions.seal(
      group,
      to.map((each) => each.listed),
      rng.bytes(messageBytes),
    );
    for (const parcel of parcelsOf(from, to, sealed)) {
      const plaintexts = take(parcel.to.sessions, parcel);
      if (parcel.to === ghost && i >= middle) opened.k += plaintexts.length;
    }
    if (i >= middle) opened.n++;
    if (kind === 'no log' || (i + 1) % checkEvery !== 0) continue;
    // Owner and auditor read all entries, and compare the newest head of whoever wrote last.
    for (const each of [owner, auditor]) everybody.show(each);
    const entries = kind === 'withheld' ? everybody.entries.filter((each) => each !== ghost.logged) : everybody.entries;
    if (!agrees(auditor, app, [everybody, forApps]) || !auditor.holds(entries)) notice('auditor', i - middle + 1);
    if (foreignDevices(entries, 'account-1', own).length > 0) notice('owner', i - middle + 1);
  }
  return { row: 'key-log', members, devices, directory: kind, checkEvery, opened, refused, noticedBy, noticedAfter };
}

/**
 * Compares the auditor's head with an app's. Of two that agree, the auditor keeps the larger: a log that has not grown since the ghost's fork is a prefix of it, and only its
 * entries can show that something is missing. Returns whether a log can prove that one head grew into the other.
 */
function agrees(auditor: LogFollower, app: LogFollower, logs: readonly KeyDirectory[]): boolean {
  const [own, other] = [auditor.head!, app.head!];
  const sizes = [own.size, other.size].sort((x, y) => x - y) as [number, number];
  const proofs = logs.flatMap(({ log, entries }) =>
    sizes[0] < sizes[1] && sizes[1] <= entries.length ? [log.consistency(...sizes)] : [],
  );
  const proof = [[], ...proofs].find((each) => auditor.compare(other, each) === 'consistent');
  if (proof && other.size > own.size) auditor.follow(other, proof);
  return proof !== undefined;
}
