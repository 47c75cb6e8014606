/** Hashes to search: random ones, synthetic correlated ones, and PDQ hashes of photographs and their edits. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Dataset } from '../src/dataset/dataset.ts';
import { openDataset } from '../src/dataset/open.ts';
import { type PictureFile, readPictureBytes } from '../src/dataset/picture-file.ts';
import { pdqDihedral } from '../src/hash/pdq.ts';
import type { Raster } from '../src/image/raster.ts';
import { sharp } from '../src/image/sharp.ts';
import { cut, mapBytes } from '../src/image/transform/pixels.ts';
import { concatBytes } from '../src/util/bytes.ts';
import { idOf } from '../src/util/digest.ts';
import { MissingError } from '../src/util/errors.ts';
import { type Rng, seededRng } from '../src/util/rng.ts';

export const bits = 256;
export const bytes = bits / 8;
/** Queries per call: half of them are near an entry, half are new. */
export const batch = 32;

/** Packed hashes and packed queries. */
export interface Searched {
  readonly packed: Uint8Array;
  readonly asked: Uint8Array;
  /** Description for a title. */
  readonly kind: string;
}

const flip = (rng: Rng, packed: Uint8Array, index: number, flips: number): void => {
  for (; flips > 0; flips--) packed[index * bytes + rng.int(bytes)]! ^= 1 << rng.int(8);
};

/** Synthetic packed hashes, and as many queries: every other query is an entry with 20 flipped bits. */
function madeUp(kind: string, length: number, make: (rng: Rng, count: number) => Uint8Array): Searched {
  const rng = seededRng(length, `bench search ${kind}`);
  const packed = make(rng, length);
  const asked = make(rng, batch);
  for (let i = 0; i < batch; i += 2) {
    const at = rng.int(length) * bytes;
    asked.set(packed.subarray(at, at + bytes), i * bytes);
    flip(rng, asked, i, 20);
  }
  return { packed, asked, kind };
}

/** Independent fair bits. */
export const random = (length: number): Searched => madeUp('random', length, (rng, count) => rng.bytes(count * bytes));

/** A quarter of the bits are set with probability one eighth; clusters of a hundred, each hash up to 40 flips from the centre. */
export const correlated = (length: number): Searched =>
  madeUp('correlated', length, (rng, count) => {
    const centres = Array.from({ length: Math.ceil(count / 100) }, () =>
      rng.bytes(bytes).map((byte, i) => (i % 4 === 0 ? byte & rng.int(256) & rng.int(256) : byte)),
    );
    const out = new Uint8Array(count * bytes);
    for (let i = 0; i < count; i++) {
      out.set(rng.pick(centres), i * bytes);
      flip(rng, out, i, rng.int(41));
    }
    return out;
  });

/** Every tenth picture is not listed; new queries come from these. */
const heldOut = 10;

/**
 * PDQ hashes of photographs (or generated pictures, if there are no photographs). Pictures are scaled to at most 192 pixels per side, which
 * saves minutes, and of which PDQ uses 64. They are cropped to 40 to 95 % of each side, with a gamma of 0.7 to 1.4, each in its eight turns
 * and mirror images. So they are variants of few pictures and form clusters, unlike a list of unrelated pictures. Near queries are listed
 * crops with another gamma. Cached in a file of the system's temporary folder.
 */
export async function real(length: number): Promise<Searched> {
  const dataset = await pictures();
  const listed = dataset.pictures.filter((_, i) => i % heldOut !== 0);
  const kind = `PDQ (variants of ${listed.length} ${dataset.name})`;
  const file = join(tmpdir(), 'presend-bench', `${idOf([4, dataset.sha256, length, batch])}.hashes`);
  const known = await readFile(file).catch(() => undefined);
  if (known?.length === (length + batch) * bytes)
    return { packed: known.subarray(0, length * bytes), asked: known.subarray(length * bytes), kind };
  process.stdout.write(`Hashing ${length} variants of ${listed.length} pictures; they are kept in ${file}\n`);
  const rng = seededRng(length, 'bench search real');
  const packed = new Uint8Array(length * bytes);
  const asked: Uint8Array[] = [];
  let filled = 0;
  for (const [i, picture] of listed.entries()) {
    const image = await small(picture);
    // Shares as equal as whole numbers allow, in units of eight hashes.
    const end = Math.round(((i + 1) * length) / listed.length / 8) * 8;
    let last: Raster | undefined;
    while (filled < Math.min(end, length)) {
      last = edited(image, rng);
      for (const { hash } of pdqDihedral(last)) if (filled < length) packed.set(hash, filled++ * bytes);
    }
    // For some of the pictures, another gamma gives a near query.
    if (last && asked.length < batch / 2 && i >= (asked.length * listed.length * 2) / batch)
      asked.push(pdqDihedral(withGamma(last, 1.25))[0]!.hash);
  }
  // If the last share is short of a multiple of eight, the first hashes occur twice.
  packed.copyWithin(filled * bytes, 0, (length - filled) * bytes);
  const others = dataset.pictures.filter((_, i) => i % heldOut === 0);
  for (let i = 0; asked.length < batch; i++)
    asked.push(pdqDihedral(edited(await small(others[i % others.length]!), rng))[0]!.hash);
  await mkdir(join(tmpdir(), 'presend-bench'), { recursive: true });
  const queries = concatBytes(...asked);
  await writeFile(file, concatBytes(packed, queries));
  return { packed, asked: queries, kind };
}

async function pictures(): Promise<Dataset> {
  try {
    return await openDataset('photographs', { seed: 1 });
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    process.stdout.write(`${error.message} Generated pictures are used instead.\n`);
    return openDataset('generated', { seed: 1 });
  }
}

/** A picture in colour, scaled down. */
async function small(picture: PictureFile): Promise<Raster> {
  const { data, info } = await sharp(await readPictureBytes(picture))
    .resize(192, 192, { fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: Uint8Array.from(data) };
}

/** A random crop of 40 to 95 % of each side, and a random gamma. */
function edited(image: Raster, rng: Rng): Raster {
  const share = (): number => 0.4 + 0.55 * rng.next();
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * share())));
  const [left, top] = [rng.int(image.width - width! + 1), rng.int(image.height - height! + 1)];
  return withGamma(cut(image, left, top, width!, height!), 0.7 + 0.7 * rng.next());
}

const withGamma = (image: Raster, exponent: number): Raster =>
  mapBytes(image, (value) => 255 * (value / 255) ** exponent);
