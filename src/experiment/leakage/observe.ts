/** What one adversary saw of one message, read out of the views: for attackers to compare, and for the record to count. */
import type { MessageFeatures } from '../../attack/features.ts';
import { featuresOf, wasDisclosed } from '../../harness/scenario/attack-views.ts';
import { fileId, type MessageStore } from '../../harness/scenario/message-store.ts';
import { readable } from '../../harness/scenario/view-reader.ts';
import type { Deployment } from '../../role/deployment.ts';
import type { ViewEntry } from '../../role/view.ts';
import { blob, decode, type Packet } from '../../role/wire.ts';
import { check } from '../../schema/check.ts';
import { Tip } from '../../schema/tip.ts';
import type { Role } from '../../schema/vocabulary.ts';
import { fromUtf8 } from '../../util/bytes.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import type { Adversary } from './rows.ts';

/** What a message looked like to an adversary. Everything but `features` is a name: equal names, equal looks. */
export interface Observed {
  readonly features: MessageFeatures;
  /** What crossed, in order, without sizes. */
  readonly shape: string;
  /** The same with the sizes of the payloads. */
  readonly sizes: string;
  /** The hash, prefix or sample that was seen, hex. */
  readonly bits: string;
  /** The file that was seen, or whose digest was. */
  readonly content: string;
  /** What the adversary computed of it with keys of its own. */
  readonly outcome: string;
  /** The list entry that was named. */
  readonly entry: string;
  /** The sender that was named. */
  readonly sender: string;
}

/** The roles whose views an adversary reads; of the network, those whose traffic with the service it sees. */
const rolesOf: Readonly<Record<Exclude<Adversary, 'network'>, readonly Role[]>> = {
  relay: readable('relay'),
  provider: readable('provider'),
  curator: ['curator'],
  court: ['court'],
  joined: [...readable('provider'), 'curator', 'court'],
};

const onDevice: ReadonlySet<Role> = new Set(['sender', 'recipient']);

/** Whether a message was handed over to anybody: by a flag, report, order or tip, or opened by somebody with a key. */
export const handedToAnybody = (views: Deployment['views'], message: string): boolean =>
  rolesOf.joined.some((role) => wasDisclosed(views[role].about(message)));

/** A entry, and whose it was. */
type Seen = ViewEntry & { readonly to: Role };

/** All that an adversary saw about a message, in order of time. */
function seenBy(adversary: Adversary, views: Deployment['views'], message: string): Seen[] {
  const roles = adversary === 'network' ? (Object.keys(views) as Role[]) : rolesOf[adversary];
  return roles
    .flatMap((to) => views[to].about(message).map((each) => ({ ...each, to })))
    .filter(({ from, to }) => adversary !== 'network' || onDevice.has(from) !== onDevice.has(to))
    .sort((a, b) => a.tick - b.tick);
}

/** What an adversary saw of a message; undefined where it saw nothing. */
export function observe(
  adversary: Adversary,
  views: Deployment['views'],
  message: string,
  store: MessageStore,
): Observed | undefined {
  const seen = seenBy(adversary, views, message);
  if (seen.length === 0) return undefined;
  const read = seen.map((each) => {
    const decoded = decode(each.bytes);
    return { ...each, packet: decoded.ok ? decoded.packet : undefined };
  });
  const encrypted = adversary === 'network';
  const name = ({ from, to, type }: Seen): string => (encrypted ? directionOf(from, to) : `${from}>${to} ${type}`);
  // What somebody opens or computes with a key of its own did not cross any wire: it is outcome or content, never traffic.
  const payloads = read
    .filter(({ from, to }) => from !== to)
    .map((each) => ({ name: name(each), bytes: each.packet ? payloadOf(each.packet) : each.bytes.length }));
  const shape = payloads.map((each) => each.name).join(', ');
  const sizes = payloads.map((each) => `${each.name} ${each.bytes}`).join(', ');
  // Senders and recipients are in plain sight of whoever watches the wires.
  const senders = read.flatMap(({ packet }) => (packet && !encrypted ? sendersIn(packet) : []));
  const features: MessageFeatures = encrypted ? { sizes: new Map() } : withTip(featuresOf(seen, store), read);
  const content = encrypted
    ? ''
    : (read.map(({ type, bytes, packet }) => fileIn(type, bytes, packet)).find((each) => each) ?? '');
  const outcome = read.flatMap(({ type, bytes }) => (type === 'learnt' ? [fromUtf8(bytes)] : [])).join();
  const entry = encrypted ? '' : (read.map(({ packet }) => packet && entryIn(packet)).find((each) => each) ?? '');
  return {
    features: {
      ...features,
      sizes: new Map(payloads.map((each, i) => [`${i} ${each.name}`, each.bytes])),
      symbol: [sizes, outcome, entry, content].join(' | '),
    },
    shape,
    sizes,
    bits: features.bits ? toHex(features.bits) : '',
    content,
    outcome,
    entry,
    sender: encrypted ? (endpointOf(views, message) ?? '') : (senders[0] ?? ''),
  };
}

const directionOf = (from: Role, to: Role): string => (onDevice.has(from) ? `from ${from}` : `to ${to}`);

/** Bytes behind the header: the header's own length tells of counters, which in decimal are longer the later it is. */
const payloadOf = ({ blobs }: Packet): number => Object.values(blobs).reduce((sum, each) => sum + each.length, 0);

function sendersIn(packet: Packet): string[] {
  const { header } = packet;
  if ('sender' in header) return [header.sender];
  return header.type === 'tip' ? [tipIn(packet).reportedAccount.id] : [];
}

/** The address that a message came from, as the wires show it. */
function endpointOf(views: Deployment['views'], message: string): string | undefined {
  for (const role of ['relay', 'provider'] as const)
    for (const { from, bytes } of views[role].about(message)) {
      const read = from === 'sender' ? decode(bytes) : undefined;
      if (read?.ok && 'sender' in read.packet.header) return read.packet.header.sender;
    }
  return undefined;
}

function entryIn(packet: Packet): string | undefined {
  const { header } = packet;
  if (header.type === 'flag') return header.entry;
  return header.type === 'tip' ? (tipIn(packet).files[0]?.listEntry ?? undefined) : undefined;
}

const tipIn = (packet: Packet): Tip => check(Tip, JSON.parse(fromUtf8(blob(packet, 'tip'))), 'Report to the curator');

/** The hash that a report to the curator names, where nothing else shows one. */
function withTip(features: MessageFeatures, read: readonly { readonly packet: Packet | undefined }[]): MessageFeatures {
  if (features.bits) return features;
  for (const { packet } of read) {
    const hash = packet?.header.type === 'tip' ? tipIn(packet).files[0]?.perceptualHash : undefined;
    if (hash) return { ...features, bits: fromHex(hash.hex) };
  }
  return features;
}

/** Name of the file that a packet holds, or whose digest a report gives. */
function fileIn(type: ViewEntry['type'], bytes: Uint8Array, packet: Packet | undefined): string | undefined {
  const file = type === 'opened' ? bytes : (packet?.blobs.picture ?? packet?.blobs.plaintext);
  if (file) return fileName(file);
  return packet?.header.type === 'tip' ? tipIn(packet).files[0]?.sha256?.slice(0, nameLength) : undefined;
}

/** Hex digits by which files of a run are told apart. */
const nameLength = 16;

/** Name of a file in the rows: the beginning of its digest. */
export const fileName = (file: Uint8Array): string =>
  Buffer.from(fileId(file), 'base64').toString('hex').slice(0, nameLength);
