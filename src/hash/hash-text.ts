/** The hexadecimal form of a hash as its reference prints it. Some hashes have no whole number of bytes, and so fewer digits. */
import { toHex } from '../util/hex.ts';
import { hashes } from './index.ts';
import type { PerceptualHash } from './perceptual-hash.ts';

/** Number of hex digits that the reference of a hash prints, if it is fewer than its bytes have. */
export const digitsOf = (algorithm: string): number | undefined =>
  Object.hasOwn(hashes, algorithm) ? (hashes as Record<string, PerceptualHash>)[algorithm]!.digits : undefined;

/** Hex digits as the reference prints them, from those of the bytes. Never drops a non-zero digit. */
export function referenceDigits(algorithm: string, hex: string): string {
  const surplus = hex.length - (digitsOf(algorithm) ?? hex.length);
  return surplus > 0 && /^0+$/.test(hex.slice(0, surplus)) ? hex.slice(surplus) : hex;
}

/** The text of a hash. */
export const hashText = (algorithm: string, hash: Uint8Array): string => referenceDigits(algorithm, toHex(hash));
