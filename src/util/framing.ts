/** A JSON header followed by named byte strings: u32 header length, header, blobs. Packets and scratch files use this format. */
import { concatBytes, fromUtf8, readU32, u32, utf8 } from './bytes.ts';
import { isDeeper } from './json-depth.ts';

/** Byte strings by name. */
export type Blobs = Readonly<Record<string, Uint8Array>>;

/** Encodes a frame. The header gets a `blobs` member with the length of each blob. */
export const frame = (header: object, blobs: Blobs): Uint8Array =>
  concatBytes(frameHead(header, blobs), ...Object.values(blobs));

/** The beginning of a frame: all but its blobs. */
export function frameHead(header: object, blobs: Blobs): Uint8Array {
  const lengths = Object.fromEntries(Object.entries(blobs).map(([name, bytes]) => [name, bytes.length]));
  const head = utf8(JSON.stringify({ ...header, blobs: lengths }));
  return concatBytes(u32(head.length), head);
}

/** Maximum contents of a frame. A few megabytes of header with one name per blob would cost seconds. */
export interface FrameLimits {
  readonly headerBytes: number;
  readonly blobs: number;
  /** Maximum characters of a blob's name. */
  readonly nameLength: number;
  /** Maximum nesting of arrays and objects. */
  readonly depth: number;
}

/** Limits for data from other parties. */
export const wireLimits: FrameLimits = { headerBytes: 64 * 1024, blobs: 256, nameLength: 128, depth: 16 };

/** Limits for the services' answers: their header can contain the names of a list's entries. */
export const answerLimits: FrameLimits = { ...wireLimits, headerBytes: 64 * 2 ** 20 };

/** Limits for data that the same program wrote: scratch files, and views of the demo's roles. */
export const ownLimits: FrameLimits = { headerBytes: 256 * 2 ** 20, blobs: 2 ** 20, nameLength: 1024, depth: 32 };

/** Decodes a frame to header and blobs, or returns the reason if it is malformed. The blobs are views into the bytes, not copies. */
export function unframe(
  bytes: Uint8Array,
  limits: FrameLimits = wireLimits,
):
  | { readonly ok: true; readonly header: unknown; readonly blobs: Blobs }
  | { readonly ok: false; readonly reason: string } {
  if (bytes.length < 4) return { ok: false, reason: 'a packet is at least 4 bytes long' };
  const end = 4 + readU32(bytes, 0);
  if (end > bytes.length) return { ok: false, reason: 'the packet ends inside its header' };
  if (end - 4 > limits.headerBytes)
    return { ok: false, reason: `the header has ${end - 4} bytes; ${limits.headerBytes} are allowed` };
  const head = bytes.subarray(4, end);
  if (isDeeper(head, limits.depth)) return { ok: false, reason: `the header is nested more than ${limits.depth} deep` };
  let header: unknown;
  try {
    header = JSON.parse(fromUtf8(head));
  } catch (error) {
    // Neither UTF-8 (TypeError) nor JSON.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    return { ok: false, reason: 'the header is not valid JSON' };
  }
  const lengths = (header as { blobs?: unknown } | null)?.blobs;
  if (lengths === null || typeof lengths !== 'object') return { ok: false, reason: 'the header lists no blobs' };
  const named = Object.entries(lengths);
  if (named.length > limits.blobs)
    return { ok: false, reason: `the header lists ${named.length} blobs; ${limits.blobs} are allowed` };
  // Without a prototype, so that a blob called __proto__ is not special.
  const blobs: Record<string, Uint8Array> = Object.create(null);
  let at = end;
  for (const [name, length] of named) {
    if (name.length > limits.nameLength)
      return { ok: false, reason: `the name of a blob is longer than ${limits.nameLength} characters` };
    if (!Number.isSafeInteger(length) || length < 0 || at + length > bytes.length)
      return { ok: false, reason: `the packet ends inside its ${name}` };
    blobs[name] = bytes.subarray(at, at + length);
    at += length;
  }
  if (at !== bytes.length) return { ok: false, reason: 'bytes are left over behind the packet' };
  return { ok: true, header, blobs };
}
