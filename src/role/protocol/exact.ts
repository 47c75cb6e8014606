/** Shared parts of protocols that test hashes for equality only: the list under the equality hash, and the handling of a match. */
import { type FuseFilter, parseFilter } from '../../crypto/fuse-filter.ts';
import { askProvider } from '../link.ts';
import type { DeviceSetting, ProviderSetting } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { type Blobs, blob, isOf, type Outgoing, type Packet } from '../wire.ts';
import type { Message, Scan } from '../world.ts';

/** The list's entries under the equality hash, as the provider received them. */
export const equalityEntries = ({ provider, world }: ProviderSetting): Uint8Array[] =>
  provider.obtain(world.equality.list).entries.map(({ hash }) => hash);

/** At the provider: the set-up packet for all devices, for this version of the list under the equality hash. */
export const setUpOf = ({ world, strategy }: ProviderSetting, blobs: Blobs): Outgoing<'device-setup'> => ({
  draft: { type: 'device-setup', message: '', strategy, version: world.equality.list.version },
  blobs,
});

/** Why a device rejects a set-up before reading it: its list version differs from the published one. Undefined if they agree. */
export const otherVersion = ({ header }: Packet<'device-setup'>, due: number): string | undefined =>
  header.version === due ? undefined : `version ${header.version} of the list where ${due} is due`;

/**
 * On the device: parses the filter of a set-up. Returns undefined, and records why, if it is invalid. Fingerprints narrower than agreed are
 * invalid too, because they would match more non-listed pictures.
 */
export function deviceFilter(
  { world, parameters, reject }: DeviceSetting,
  set: Packet<'device-setup'>,
): FuseFilter | undefined {
  const { filterBits } = world.settings;
  const parsed = parseFilter(blob(set, 'filter'), blob(set, 'key'));
  const read = parsed.ok
    ? parsed.filter.bits === filterBits
      ? undefined
      : `fingerprints of ${parsed.filter.bits} bits where ${filterBits} are due`
    : parsed.reason;
  const reason = otherVersion(set, parameters.equality.version) ?? read;
  if (reason !== undefined) reject(`set-up: ${reason}; the device matches nothing`);
  return parsed.ok && reason === undefined ? parsed.filter : undefined;
}

/** The equality hash of a picture. If the picture has none, returns random bytes to query instead, because a missing query would reveal it. */
export async function equalityHash(
  { sender, world, parameters }: DeviceSetting,
  message: Message,
): Promise<{ hash: Uint8Array; usable: boolean }> {
  const hash = await sender.hash(message, 'equality');
  return { hash: hash ?? world.random(parameters.equality.bits / 8), usable: hash !== undefined };
}

/** On the device: handles the outcome. It reports a match with the picture. */
export async function concluded(
  { sender }: DeviceSetting,
  message: Message,
  usable: boolean,
  found: boolean,
): Promise<Scan> {
  if (!usable) return { scanned: 'refused' };
  if (found) await sender.flag(message, { reason: 'hash' });
  return { scanned: found ? 'match' : 'clear' };
}

/** On the device: sends a blinded point to the provider. Returns the answer, empty if there is none. */
export async function askBlinded(
  { link, strategy }: DeviceSetting,
  message: Message,
  blinded: Uint8Array,
): Promise<{ evaluated: Uint8Array; proof: Uint8Array }> {
  const draft = { type: 'blinded-query', ...endpoints(message, strategy) } as const;
  const reply = await askProvider(link, draft, { blinded }, 'blinded-answer');
  return { evaluated: blob(reply, 'evaluated'), proof: blob(reply, 'proof') };
}

/** At the provider: answers the queries of `askBlinded`. */
export const answerBlinded =
  (answer: (blinded: Uint8Array, message: string) => Blobs) =>
  (packet: Packet): Outgoing | undefined => {
    if (!isOf(packet, 'blinded-query')) return undefined;
    const { message } = packet.header;
    return { draft: { type: 'blinded-answer', message }, blobs: answer(blob(packet, 'blinded'), message) };
  };
