/** A device of a group with what the directory shows of it, and what travels between such devices: for plays of groups in experiments and in the demo. */
import { type GroupOpened, type GroupSealed, GroupSessions, type ListedDevice } from './group-sessions.ts';
import type { LoggedDevice } from './key-log.ts';
import type { SealedInSession } from './ratchet-sessions.ts';
import { deviceKeys } from './session.ts';
import type { RandomBytes } from './sodium.ts';
import { identityOf } from './x3dh.ts';

/** A device, with what the directory shows of it. */
export interface GroupPhone {
  readonly sessions: GroupSessions;
  readonly listed: ListedDevice;
  readonly logged: LoggedDevice;
}

/** A new device of an account. `rotateAfter`: messages after which its sender key is replaced. */
export function groupPhone(account: string, device: string, random: RandomBytes, rotateAfter: number): GroupPhone {
  const identity = identityOf(deviceKeys(random), random);
  const address = `${account}/${device}`;
  const sessions = new GroupSessions(address, identity, random, { rotateAfter });
  const key = identity.keys.publicKey;
  return {
    sessions,
    listed: { address, key, bundle: () => sessions.sessions.bundle() },
    logged: { account, device, key, signing: identity.signing.publicKey },
  };
}

/** What travels to one device: a sender key, or a message. */
export interface Parcel {
  readonly to: GroupPhone;
  readonly from: GroupPhone;
  readonly key?: SealedInSession;
  readonly message?: Uint8Array;
}

/** The parcels of a sealed message to all devices but its sender; keys come first. */
export const parcelsOf = (
  from: GroupPhone,
  to: readonly GroupPhone[],
  { keys, message }: GroupSealed,
): readonly Parcel[] =>
  to
    .filter((each) => each !== from)
    .flatMap((each): Parcel[] => {
      const key = keys.get(each.listed.address);
      return [...(key ? [{ to: each, from, key }] : []), { to: each, from, message }];
    });

/** What a device opens of a parcel, and of messages that waited for its key; nothing if the parcel is refused. */
export function takeParcel(
  group: string,
  sessions: GroupSessions,
  { from, key, message }: Parcel,
): readonly Uint8Array[] {
  const opened: GroupOpened = key
    ? sessions.takeKey(group, from.listed, key)
    : sessions.open(group, from.listed.address, message!);
  return opened.ok ? opened.plaintexts : [];
}
