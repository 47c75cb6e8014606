/**
 * PDQ's 64 × 64 grey thumbnail: nearest-neighbour to at most 512 × 512, luma, two tent (Jarosz) filters, every 8th pixel.
 * `pdq/cpp/downscaling/downscaling.cpp` and `pdq/cpp/hashing/pdqhashing.cpp` in github.com/facebook/ThreatExchange, bit by bit in
 * 32-bit floats. Wojciech Jarosz, "Fast Image Convolutions" (SIGGRAPH 2001).
 */
import type { Raster } from '../image/raster.ts';

/** Side of the thumbnail in pixels. */
export const edge = 64;
/** Side in pixels above which a picture is first downsampled. */
export const largest = 512;
/** Side in pixels below which there is no hash. */
const smallest = 5;
/** Side in pixels of the tiles that are transposed at a time: small enough to stay in the cache. */
const tile = 16;

const fl = Math.fround;
const share = (weight: number): Float32Array => Float32Array.from({ length: 256 }, (_, value) => fl(weight) * value);
const red = share(0.299);
const green = share(0.587);
const blue = share(0.114);

// Shared scratch space: hashing is synchronous. It grows for whole frames.
let first = new Float32Array(largest * largest);
let second = new Float32Array(largest * largest);
let sums = new Float32Array(largest);
const thumbnail = new Float32Array(edge * edge);

/** Exceptions from the usual way to the thumbnail. */
export interface ThumbnailOptions {
  /** Sample to 512 × 512 although the picture is smaller, because it was larger before it was decoded at reduced scale. Default false. */
  readonly stretch?: boolean;
  /** Leave a picture of 64 × 64 unfiltered, as the reference's plain hash does. Default false. */
  readonly skipFilterAt64?: boolean;
  /** Filter all pixels of a picture above 512 × 512 too, as vPDQ does with frames. Default false. */
  readonly whole?: boolean;
}

/** The size that is filtered: at most 512 × 512, unless it is the whole; undefined if a side is then below 5 pixels. */
export function filteredSize(
  image: Raster,
  { stretch = false, whole = false }: ThumbnailOptions,
): { readonly width: number; readonly height: number } | undefined {
  const sample = stretch || (!whole && (image.width > largest || image.height > largest));
  const width = sample ? largest : image.width;
  const height = sample ? largest : image.height;
  return width < smallest || height < smallest ? undefined : { width, height };
}

/** Whether the picture is its own thumbnail. */
export const isThumbnail = ({ width, height }: Raster, { skipFilterAt64, stretch }: ThumbnailOptions): boolean =>
  skipFilterAt64 === true && !stretch && width === edge && height === edge;

/** The thumbnail, row by row, valid until the next call; undefined if the picture is less than 5 pixels wide or high. */
export function thumbnailOf(image: Raster, options: ThumbnailOptions): Float32Array | undefined {
  const size = filteredSize(image, options);
  if (!size) return undefined;
  const { width, height } = size;
  makeRoom(width, height);
  luma(image, width, height);
  if (isThumbnail(image, options)) {
    transpose(first, thumbnail, edge, edge);
    return thumbnail;
  }
  const across = (width + 127) >> 7;
  const down = (height + 127) >> 7;
  // Each step of a running sum depends on the previous one, so several lines are filtered side by side: `box` only works on columns. To
  // filter rows, the picture is transposed, as `luma` left it. The reference's order stays: rows, columns, rows, columns.
  box(first, second, height, width, across);
  transpose(second, first, width, height);
  box(first, second, width, height, down);
  transpose(second, first, height, width);
  box(first, second, height, width, across);
  // Columns are filtered independently, so all except the 64 used ones can be dropped before the last filter.
  for (let j = 0; j < edge; j++) {
    const column = kept(j, width) * height;
    for (let y = 0; y < height; y++) first[y * edge + j] = second[column + y]!;
  }
  box(first, second, edge, height, down);
  for (let i = 0; i < edge; i++) {
    const row = kept(i, height) * edge;
    thumbnail.set(second.subarray(row, row + edge), i * edge);
  }
  return thumbnail;
}

/** Enlarges the scratch space, if a whole frame needs it. */
function makeRoom(width: number, height: number): void {
  // The last filter works on 64 columns, which can be more than the picture has.
  const needed = Math.max(width, edge) * height;
  if (needed > first.length) {
    first = new Float32Array(needed);
    second = new Float32Array(needed);
  }
  const longest = Math.max(width, height, edge);
  if (longest > sums.length) sums = new Float32Array(longest);
}

/** Index of the i-th of 64 sampled pixels among n. */
const kept = (i: number, n: number): number => Math.trunc(((i + 0.5) * n) / edge);

/** Fills `first` with the picture's luma, sampled to width × height by nearest neighbour, column by column. */
function luma(image: Raster, width: number, height: number): void {
  const { data, channels } = image;
  const columns = Int32Array.from({ length: width }, (_, x) => channels * Math.floor((x * image.width) / width));
  const rows = Int32Array.from(
    { length: height },
    (_, y) => channels * image.width * Math.floor((y * image.height) / height),
  );
  for (let top = 0; top < height; top += tile) {
    const bottom = Math.min(top + tile, height);
    for (let x = 0; x < width; x++)
      for (let y = top, to = x * height + top; y < bottom; y++, to++) {
        const from = rows[y]! + columns[x]!;
        if (channels === 1) first[to] = data[from]!;
        else first[to] = fl(red[data[from]!]! + green[data[from + 1]!]!) + blue[data[from + 2]!]!;
      }
  }
}

/** Transposes rows to columns. */
function transpose(source: Float32Array, target: Float32Array, rows: number, columns: number): void {
  for (let top = 0; top < rows; top += tile)
    for (let left = 0; left < columns; left += tile) {
      const bottom = Math.min(top + tile, rows);
      const right = Math.min(left + tile, columns);
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) target[x * rows + y] = source[y * columns + x]!;
    }
}

/**
 * Running mean down each column. The window reaches `ahead` pixels down and `window - 1 - ahead` up, and shrinks at both ends. Adding
 * before subtracting, each rounded, is part of the specification, even for a window of one pixel.
 */
function box(source: Float32Array, target: Float32Array, width: number, height: number, window: number): void {
  const ahead = ((window + 2) >> 1) - 1;
  sums.fill(0);
  // At step y row y enters, row y - window leaves, and row y - ahead is written.
  for (let y = 0; y < height + ahead; y++) {
    const row = y * width;
    const old = (y - window) * width;
    const to = (y - ahead) * width;
    if (y < height && y >= window)
      for (let x = 0; x < width; x++) {
        const sum = fl(fl(sums[x]! + source[row + x]!) - source[old + x]!);
        sums[x] = sum;
        target[to + x] = sum / window;
      }
    else {
      const count = Math.min(y + 1, height) - Math.max(0, y - window + 1);
      for (let x = 0; x < width; x++) {
        if (y < height) sums[x] = sums[x]! + source[row + x]!;
        if (y >= window) sums[x] = sums[x]! - source[old + x]!;
        if (y >= ahead) target[to + x] = sums[x]! / count;
      }
    }
  }
}
