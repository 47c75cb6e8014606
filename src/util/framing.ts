/** A JSON header with named byte strings behind it: u32 header length, header, blobs. Wire packets and scratch files are framed so. */
import { concatBytes, fromUtf8, readU32, u32, utf8 } from './bytes.ts';

/** Byte strings by name. */
export type Blobs = Readonly<Record<string, Uint8Array>>;

/** The framed bytes; the header gets a `blobs` member with the length of each blob. */
export function frame(header: object, blobs: Blobs): Uint8Array {
  const lengths = Object.fromEntries(Object.entries(blobs).map(([name, bytes]) => [name, bytes.length]));
  const head = utf8(JSON.stringify({ ...header, blobs: lengths }));
  return concatBytes(u32(head.length), head, ...Object.values(blobs));
}

/** Header and blobs of framed bytes, or the reason why they are none. The blobs are views into the bytes, not copies. */
export function unframe(
  bytes: Uint8Array,
):
  | { readonly ok: true; readonly header: unknown; readonly blobs: Blobs }
  | { readonly ok: false; readonly reason: string } {
  if (bytes.length < 4) return { ok: false, reason: 'a packet is at least 4 bytes long' };
  const end = 4 + readU32(bytes, 0);
  if (end > bytes.length) return { ok: false, reason: 'the packet ends inside its header' };
  let header: unknown;
  try {
    header = JSON.parse(fromUtf8(bytes.subarray(4, end)));
  } catch {
    return { ok: false, reason: 'the header is no JSON' };
  }
  const lengths = (header as { blobs?: unknown } | null)?.blobs;
  if (lengths === null || typeof lengths !== 'object') return { ok: false, reason: 'the header lists no blobs' };
  // Without a prototype, so that a blob called __proto__ is one like any other.
  const blobs: Record<string, Uint8Array> = Object.create(null);
  let at = end;
  for (const [name, length] of Object.entries(lengths)) {
    if (!Number.isSafeInteger(length) || length < 0 || at + length > bytes.length)
      return { ok: false, reason: `the packet ends inside its ${name}` };
    blobs[name] = bytes.subarray(at, at + length);
    at += length;
  }
  if (at !== bytes.length) return { ok: false, reason: 'bytes are left over behind the packet' };
  return { ok: true, header, blobs };
}
