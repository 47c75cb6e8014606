/** Parses the blocks of a GIF, as far as needed before decoding. GIF89a, https://www.w3.org/Graphics/GIF/spec-gif89a.txt. */

/** Header fields of one image of the file. */
interface GifImage {
  /** Its position on the screen, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Its palette: its own, or that of the file. */
  readonly palette: Uint8Array;
  /** Its transparent colour, and the byte offset at which the file declares it. */
  readonly clear: { readonly index: number; readonly at: number } | undefined;
  /** End of its last data, in bytes; undefined if the file ends earlier. */
  readonly end: number | undefined;
}

/** Contents of a file: the size of its screen, its first image, and the number of images that start in it. */
export interface GifFacts {
  readonly width: number;
  readonly height: number;
  readonly first: GifImage | undefined;
  readonly images: number;
}

/** Reads the blocks of a file; stops where it ends or is malformed. */
export function gifFacts(bytes: Uint8Array): GifFacts {
  const u16 = (at: number): number => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const screenFlags = bytes[10] ?? 0;
  let at = 13 + tableBytes(screenFlags);
  const shared = bytes.subarray(13, at);
  let clear: GifImage['clear'];
  let first: GifImage | undefined;
  let images = 0;
  /** End of a sequence of data blocks; undefined if the file ends earlier. */
  const blocksEnd = (from: number): number | undefined => {
    for (let to = from; to < bytes.length; to += 1 + bytes[to]!) if (bytes[to] === 0) return to + 1;
    return undefined;
  };
  for (let next: number | undefined = at; next !== undefined && next < bytes.length; ) {
    at = next;
    if (bytes[at] === 0x21) {
      // A graphic control extension applies to the following image.
      if (bytes[at + 1] === 0xf9 && bytes[at + 2] === 4)
        clear = bytes[at + 3]! & 1 ? { index: bytes[at + 6] ?? 0, at: at + 3 } : undefined;
      next = blocksEnd(at + 2);
    } else if (bytes[at] === 0x2c) {
      const flags = bytes[at + 9] ?? 0;
      const data = at + 10 + tableBytes(flags);
      images++;
      next = blocksEnd(data + 1);
      first ??= {
        left: u16(at + 1),
        top: u16(at + 3),
        width: u16(at + 5),
        height: u16(at + 7),
        palette: flags & 0x80 ? bytes.subarray(at + 10, data) : shared,
        clear,
        end: next,
      };
      clear = undefined;
    } else break;
  }
  return { width: u16(6), height: u16(8), first, images };
}
