/**
 * The frame size that coded VP8 and VP9 data declare, read before a decoder allocates it: two bytes of a small file can ask for
 * 65,536 × 65,536 pixels. RFC 6386, 9.1 (VP8); "VP9 Bitstream & Decoding Process Specification" 0.6, 6.2 and Annex B.
 */

/** Width × height of the largest frame in a packet; 0 if no frame of it states a size. */
export function largestFrame(codec: 'VP8' | 'VP9', packet: Uint8Array): number {
  if (codec === 'VP8') return vp8Pixels(packet);
  return Math.max(0, ...framesOf(packet).map(vp9Pixels));
}

/** A key frame has the lowest bit 0, three bytes of a start code, and two sizes of 14 bits. */
function vp8Pixels(frame: Uint8Array): number {
  if (frame.length < 10 || frame[0]! & 1) return 0;
  return ((frame[6]! | (frame[7]! << 8)) & 0x3fff) * ((frame[8]! | (frame[9]! << 8)) & 0x3fff);
}

/** The frames of a packet: a superframe has an index at its end, between two equal markers. */
function framesOf(packet: Uint8Array): Uint8Array[] {
  const marker = packet.at(-1) ?? 0;
  const count = (marker & 7) + 1;
  const sizeBytes = ((marker >> 3) & 3) + 1;
  const index = packet.length - 2 - count * sizeBytes;
  if ((marker & 0xe0) !== 0xc0 || index < 0 || packet[index] !== marker) return [packet];
  const frames: Uint8Array[] = [];
  for (let i = 0, at = 0, from = index + 1; i < count; i++, from += sizeBytes) {
    let size = 0;
    for (let byte = 0; byte < sizeBytes; byte++) size += packet[from + byte]! * 256 ** byte;
    frames.push(packet.subarray(at, Math.min(index, at + size)));
    at += size;
  }
  return frames;
}

/** Colour space of RGB, which has no field for its range. */
const rgb = 7;

function vp9Pixels(frame: Uint8Array): number {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = value * 2 + (((frame[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const colour = (profile: number): void => {
    if (profile >= 2) bits(1);
    if (bits(3) !== rgb) bits(profile & 1 ? 4 : 1);
    else if (profile & 1) bits(1);
  };
  const pixels = (): number => (bits(16) + 1) * (bits(16) + 1);
  if (bits(2) !== 2) return 0;
  const profile = bits(1) + 2 * bits(1);
  if (profile === 3) bits(1);
  // An earlier frame is shown again.
  if (bits(1)) return 0;
  const inter = bits(1);
  const shown = bits(1);
  const resilient = bits(1);
  if (!inter) {
    bits(24);
    colour(profile);
    return pixels();
  }
  const intraOnly = shown ? 0 : bits(1);
  if (!resilient) bits(2);
  if (intraOnly) {
    bits(24);
    if (profile > 0) colour(profile);
    bits(8);
    return pixels();
  }
  bits(8 + 3 * 4);
  // The size of one of three earlier frames, or its own.
  for (let i = 0; i < 3; i++) if (bits(1)) return 0;
  return pixels();
}
