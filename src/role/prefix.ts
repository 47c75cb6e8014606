/** The first bits of a hash, as a prefix look-up sends them. */

/** The first `bits` bits; the last byte is padded with zeros. */
export function prefixOf(hash: Uint8Array, bits: number): Uint8Array {
  const out = hash.slice(0, Math.ceil(bits / 8));
  if (bits % 8 > 0) out[out.length - 1]! &= 0xff << (8 - (bits % 8));
  return out;
}
