/** Operations on byte strings that every layer shares. */
import { concatBytes as concat } from '@noble/hashes/utils.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 bytes of a string. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Decodes UTF-8 bytes. Throws a TypeError if they are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Concatenates all parts in a new array. */
export const concatBytes: (...parts: Uint8Array[]) => Uint8Array = concat;

/** Pieces of `length` bytes, in order; the last one can be shorter. Views, not copies. */
export function piecesOf(bytes: Uint8Array, length: number): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) out.push(bytes.subarray(at, at + length));
  return out;
}

/** Node's own byte strings, or undefined outside Node: its native code compares padded messages in a twentieth of the time. */
const nativeBytes = globalThis.process?.getBuiltinModule?.('node:buffer')?.Buffer;

/** Whether two byte strings are equal. Not constant-time: for public data only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (nativeBytes) return nativeBytes.compare(a, b) === 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A string with one character per byte, as the key of a Map or Set; for byte strings of up to about ten thousand bytes. */
export const byteKey = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** A 16-bit unsigned integer as 2 big-endian bytes. */
export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);

/** A 32-bit unsigned integer as 4 big-endian bytes. */
export function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

/** The 32-bit unsigned big-endian integer at an offset, in bytes. */
export const readU32 = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
