/** Encodes and decodes packets. All that a role knows about others passed through `decode`. */
import { isPacketHeader, type PacketHeader, type PacketType } from '../schema/packet.ts';
import { equalBytes } from '../util/bytes.ts';
import { answerLimits, type Blobs, type FrameLimits, frame, frameHead, unframe } from '../util/framing.ts';

export type { Blobs };

type HeaderOf<T extends PacketType> = Extract<PacketHeader, { type: T }>;
type WithoutBlobs<H> = H extends PacketHeader ? Omit<H, 'blobs'> : never;

/** A header of one type, before the lengths of its blobs are filled in. */
export type Draft<T extends PacketType = PacketType> = WithoutBlobs<HeaderOf<T>>;

/** A packet that was read from bytes. Its blobs are views into them, not copies. */
export interface Packet<T extends PacketType = PacketType> {
  readonly header: HeaderOf<T>;
  readonly blobs: Blobs;
}

/** A packet that a role has written but that is not sent yet. */
export interface Outgoing<T extends PacketType = PacketType> {
  readonly draft: Draft<T>;
  readonly blobs: Blobs;
}

/** Result of decoding bytes from another party. */
type Decoded = { readonly ok: true; readonly packet: Packet } | { readonly ok: false; readonly reason: string };

/** The bytes of a packet. A packet that is passed on as it came is not copied: its bytes are those in which it came. */
export function encode(draft: Draft, blobs: Blobs = {}): Uint8Array {
  const came = cameIn.get(blobs);
  const isSame =
    came !== undefined &&
    Object.values(blobs).every(({ buffer }) => buffer === came.buffer) &&
    startsWith(came, frameHead(draft, blobs));
  return isSame ? came : frame(draft, blobs);
}

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  equalBytes(bytes.subarray(0, start.length), start);

/** Decodes a packet; returns the reason if the bytes are malformed. Never throws. */
export function decode(bytes: Uint8Array, limits: FrameLimits = answerLimits): Decoded {
  const framed = unframe(bytes, limits);
  if (!framed.ok) return framed;
  if (!isPacketHeader(framed.header)) return { ok: false, reason: 'the header fits no packet type' };
  const packet: Packet = { header: framed.header, blobs: framed.blobs };
  readFrom.set(packet, bytes);
  cameIn.set(packet.blobs, bytes);
  packets.set(bytes, packet);
  return { ok: true, packet };
}

/** Caches the bytes of each packet and of its blobs, and the packet of each byte string: none is encoded or decoded twice. */
const readFrom = new WeakMap<object, Uint8Array>();
const cameIn = new WeakMap<Blobs, Uint8Array>();
const packets = new WeakMap<Uint8Array, Packet>();

/** The bytes of a packet: the original ones, if it was decoded. */
export function bytesOf(packet: { readonly header: PacketHeader; readonly blobs: Blobs }): Uint8Array {
  const { blobs: _, ...draft } = packet.header;
  return readFrom.get(packet) ?? encode(draft as Draft, packet.blobs);
}

/** Decodes bytes that were validated before, by a store for example. Throws an Error if they are malformed. */
export function decoded(bytes: Uint8Array): Packet {
  const known = packets.get(bytes);
  if (known) return known;
  const result = decode(bytes);
  if (!result.ok) throw new Error(`A packet that was checked cannot be read: ${result.reason}`);
  return result.packet;
}

/** Whether a packet is of a type. */
export const isOf = <P extends { readonly header: { readonly type: PacketType } }, T extends PacketType>(
  packet: P,
  type: T,
): packet is P & Packet<T> => packet.header.type === type;

/** The blob of that name; empty if it or the packet is missing. Its reader checks lengths anyway. */
export const blob = (packet: { readonly blobs: Blobs } | undefined, name: string): Uint8Array =>
  packet?.blobs[name] ?? new Uint8Array(0);
