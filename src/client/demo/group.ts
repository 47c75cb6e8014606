/**
 * A short play for the demo: a group of three, whose messages are sealed once with sender keys, and a hidden device (a ghost) that the directory adds to one account, first
 * without and then with a log of device keys. The power experiment plays the same with more members, loss and lies.
 */
import { groupPhone, parcelsOf, takeParcel } from '../../crypto/group-phone.ts';
import { KeyDirectory } from '../../crypto/key-directory.ts';
import { foreignDevices, LogFollower } from '../../crypto/key-log.ts';
import { logKeys } from '../../crypto/merkle-log.ts';
import { type RandomBytes, sodium } from '../../crypto/sodium.ts';
import { equalBytes } from '../../util/bytes.ts';

/** Who receives what is sent, in the order of a table. */
export const readers = ['your friend', 'your neighbour', 'hidden device'] as const;
type Reader = (typeof readers)[number];

/** One message to the group. */
export interface GroupStep {
  /** What has changed since the last message. */
  readonly happens: string;
  /** Whether the reader opened the picture as it was sent. */
  readonly opened: Readonly<Record<Reader, boolean>>;
  /** Who notices the hidden device, and how; undefined if nobody does. */
  readonly noticed: string | undefined;
  /** Bytes of the one sealed message, and sender keys that went with it. */
  readonly bytes: number;
  readonly keys: number;
}

const group = 'family';

/** Plays the group: you send the picture at each step. */
export async function playGroup(picture: Uint8Array, random: RandomBytes): Promise<GroupStep[]> {
  await sodium.ready;
  const phone = (account: string, device: string) => groupPhone(account, device, random, 100);
  const [yours, friends, neighbours] = [
    phone('you', 'phone'),
    phone('your friend', 'phone'),
    phone('your neighbour', 'phone'),
  ];
  const ghost = phone('your friend', 'hidden device');
  const members = [yours, friends, neighbours];
  const keys = logKeys(random);
  const directory = new KeyDirectory(keys);
  directory.add(members.map(({ logged }) => logged));
  const app = new LogFollower(keys.publicKey);
  const named: readonly (readonly [Reader, typeof ghost])[] = [
    ['your friend', friends],
    ['your neighbour', neighbours],
    ['hidden device', ghost],
  ];

  /** Sends to the devices that the directory shows, with a log only to those that it proves; the relay gives the hidden device a copy of all. */
  const send = (happens: string, listed: readonly (typeof ghost)[], hasLog: boolean): GroupStep => {
    directory.show(app);
    const to = hasLog ? listed.filter(({ logged }) => directory.proves(app, logged)) : listed;
    const sealed = yours.sessions.seal(
      group,
      to.map((each) => each.listed),
      picture,
    );
    const opened = { 'your friend': false, 'your neighbour': false, 'hidden device': false };
    for (const parcel of parcelsOf(yours, [...members, ghost], sealed))
      for (const [reader, device] of named)
        if (parcel.to === device)
          opened[reader] ||= takeParcel(group, device.sessions, parcel).some((each) => equalBytes(each, picture));
    const unproved = listed.filter((each) => !to.includes(each));
    const foreign = hasLog ? foreignDevices(directory.entries, 'your friend', [friends.logged]) : [];
    const noticed =
      unproved.length > 0
        ? 'your app: the directory shows a device that it cannot prove'
        : foreign.length > 0
          ? 'your friend, who reads the log: it has a device that is not theirs'
          : undefined;
    return { happens, opened, noticed, bytes: sealed.message.length, keys: sealed.keys.size };
  };

  const first = send('You write to the group.', members, false);
  const second = send(
    'The directory adds a hidden device to your friend’s account. There is no log.',
    [...members, ghost],
    false,
  );
  const third = send(
    'Apps now ask for a proof from a log of device keys, where it does not stand.',
    [...members, ghost],
    true,
  );
  directory.add([ghost.logged]);
  const fourth = send('The directory writes it into the log, for everybody to read.', [...members, ghost], true);
  const fifth = send('Your friend has it removed; your app makes a new key.', members, true);
  // It stands in the log for ever, and everybody knows by now.
  return [first, second, third, fourth, { ...fifth, noticed: undefined }];
}
