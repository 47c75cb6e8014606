/** What protocols share that can only compare for equality: the list under the equality hash, and what a match leads to. */
import { type FuseFilter, parseFilter } from '../../crypto/fuse-filter.ts';
import type { Scan } from '../deployment.ts';
import type { Setting } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, type Packet } from '../wire.ts';
import type { Message } from '../world.ts';

/** The list's entries under the equality hash, as the provider got them. */
export const equalityEntries = ({ provider, world }: Setting): Uint8Array[] =>
  provider.obtain(world.equality.list).entries.map(({ hash }) => hash);

/** Why a device refuses a set-up before reading it: it is for another version of the list than everybody has. Undefined where it is not. */
export const otherVersion = ({ header }: Packet<'device-setup'>, due: number): string | undefined =>
  header.version === due ? undefined : `version ${header.version} of the list where ${due} is due`;

/**
 * On the device: the filter that a set-up brought; undefined, and a reason noted, where it is none. One with narrower fingerprints than
 * agreed is none either: it would match more strangers.
 */
export function deviceFilter({ world, reject }: Setting, set: Packet<'device-setup'>): FuseFilter | undefined {
  const { filterBits } = world.settings;
  const parsed = parseFilter(blob(set, 'filter'), blob(set, 'key'));
  const read = parsed.ok
    ? parsed.filter.bits === filterBits
      ? undefined
      : `fingerprints of ${parsed.filter.bits} bits where ${filterBits} are due`
    : parsed.reason;
  const reason = otherVersion(set, world.equality.list.version) ?? read;
  if (reason !== undefined) reject(`set-up: ${reason}; the device matches nothing`);
  return parsed.ok && reason === undefined ? parsed.filter : undefined;
}

/** The equality hash of a picture; where it has none, random bytes to ask about in its place: a missing query would tell. */
export async function equalityHash(
  { sender, world }: Setting,
  message: Message,
): Promise<{ hash: Uint8Array; usable: boolean }> {
  const hash = await sender.hash(message, 'equality');
  return { hash: hash ?? world.random(world.equality.list.bits / 8), usable: hash !== undefined };
}

/** What the device makes of the outcome: a match is reported with the picture. */
export function concluded({ sender }: Setting, message: Message, usable: boolean, found: boolean): Scan {
  if (!usable) return { scanned: 'refused' };
  if (found) sender.flag(message, { reason: 'hash' });
  return { scanned: found ? 'match' : 'clear' };
}

/** Asks the provider about a blinded point and returns what came back: the answer to a query of one element. */
export function askBlinded(
  { house, strategy }: Setting,
  message: Message,
  blinded: Uint8Array,
  answer: (blinded: Uint8Array) => { evaluated: Uint8Array; proof?: Uint8Array },
): { evaluated: Uint8Array; proof: Uint8Array } {
  const query = house.carry(
    'sender',
    'provider',
    { type: 'blinded-query', ...endpoints(message, strategy) },
    { blinded },
  );
  const blobs = { ...answer(blob(query, 'blinded')) };
  const reply = house.carry('provider', 'sender', { type: 'blinded-answer', message: query.header.message }, blobs);
  return { evaluated: blob(reply, 'evaluated'), proof: blob(reply, 'proof') };
}
