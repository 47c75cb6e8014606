/** SHA-256 for identifiers: files, configurations, roots. Pure, so that a browser computes the same ids. */
import { utf8 } from './bytes.ts';
import { toHex } from './hex.ts';
import { sha256 } from './sha256.ts';

/** SHA-256 of bytes or of a string's UTF-8 bytes, as 64 hex digits. */
export const sha256Hex = (data: Uint8Array | string): string =>
  toHex(sha256(typeof data === 'string' ? utf8(data) : data));

/** JSON with sorted keys and no spaces: equal values have the same text, suitable for hashing. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`)
      .join(',')}}`;
  return JSON.stringify(value) ?? 'null';
}

/** Short stable id of any JSON value: the first 12 hex digits of the SHA-256 of its canonical JSON. */
export const idOf = (value: unknown): string => sha256Hex(canonicalJson(value)).slice(0, 12);
