/**
 * Caches networks' results for pictures on disk: one file per picture and network, named by everything that determines the result. Files
 * are written under a temporary name and renamed, so a kill leaves no incomplete file, and threads and processes can share the folder. A
 * corrupt file is ignored, and its result computed again.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cacheFolder } from '../disk/project.ts';
import { bytesIfThere, statIfThere } from '../disk/read.ts';
import { decode } from '../image/decode.ts';
import type { Raster } from '../image/raster.ts';
import { sharp } from '../image/sharp.ts';
import { wallClock } from '../util/clock.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { systemCode } from '../util/errors.ts';
import type { Classification, Classifier } from './classifier.ts';
import { cpuFeatures } from './cpu-features.ts';

/** A classification, and the time it took. */
interface Cached extends Classification {
  /** Milliseconds of the network alone; null if the answer was cached. */
  readonly millis: number | null;
}

/** A classifier with a cache. Scores and embeddings are bit-identical, cached or not. */
export interface EmbeddingCache {
  /** For a picture's file; it is decoded only if the answer is not cached. Throws a RefusedError like decode(). */
  ofFile(file: Uint8Array): Promise<Cached>;
  /** For decoded pixels. */
  ofRaster(image: Raster): Promise<Cached>;
}

/** Location and maximum size of the cache. */
interface CacheOptions {
  readonly folder?: string;
  /** Maximum bytes of all networks together; above it the oldest files are deleted. */
  readonly maxBytes?: number;
}

/** The folder of all caches of embeddings; git ignores it. */
const embeddingFolder = (): string => join(cacheFolder, 'embeddings');

const gibibyte = 2 ** 30;
/** Increases when the layout of a file changes. */
const version = 1;
const digestBytes = 32;

/** Opens the cache of a classifier; a head uses the cache of its network. */
export function openEmbeddingCache(classifier: Classifier, options: CacheOptions = {}): EmbeddingCache {
  const { folder = embeddingFolder(), maxBytes = gibibyte } = options;
  const network = classifier.network ?? classifier;
  const { sha256, backend, inference, preprocessing } = network;
  const { sharp: wrapper, vips } = sharp.versions as { sharp?: string; vips?: string };
  let making: Promise<string> | undefined;
  const maker = async (): Promise<string> => {
    // Native kernels are picked by what the processor has, and a folder may be shared by several machines.
    const processor = inference.kernels === 'native' ? { processor: await cpuFeatures() } : {};
    return canonicalJson({
      version,
      sha256,
      backend,
      inference,
      ...processor,
      preprocessing,
      decoder: { wrapper, vips },
    });
  };
  const shelf = shelves(folder, maxBytes);

  const find = async (content: string, pixels: () => Promise<Raster>): Promise<Cached> => {
    making ??= maker();
    const path = shelf.path(sha256Hex(`${await making} ${content}`));
    const known = await readEntry(path, network);
    if (known) return answer(known, null);
    const image = await pixels();
    const start = wallClock();
    const made = await network.classify(image);
    const millis = wallClock() - start;
    await shelf.put(path, entryOf(made));
    return answer(made, millis);
  };
  const answer = ({ scores, embedding }: Classification, millis: number | null): Cached => ({
    scores: classifier.scoresOf?.(embedding) ?? scores,
    embedding,
    millis,
  });
  return {
    ofFile: (file) => find(`file ${digest(file).toString('hex')}`, () => decode(file)),
    ofRaster: (image) => {
      const { width, height, channels, data } = image;
      return find(`pixels ${width} ${height} ${channels} ${digest(data).toString('hex')}`, async () => image);
    },
  };
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Contents of a cache file: SHA-256 of the rest, scores as 64-bit floats, embedding as 32-bit floats. */
function entryOf({ scores, embedding }: Classification): Uint8Array {
  const body = Buffer.concat([
    new Uint8Array(Float64Array.from(scores).buffer),
    new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength),
  ]);
  return Buffer.concat([digest(body), body]);
}

/** The bytes of a cache file; undefined if it does not exist, or if a file has the place of its folder. */
async function bytesOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await bytesIfThere(path);
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Contents of a cache file; undefined if it does not exist or is incomplete. */
async function readEntry(path: string, { labels, embeddingLength }: Classifier): Promise<Classification | undefined> {
  const read = await bytesOf(path);
  const scoreBytes = 8 * labels.length;
  if (read?.length !== digestBytes + scoreBytes + 4 * embeddingLength) return undefined;
  const file = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  // A copy, because floats must be aligned.
  const body = Uint8Array.from(file.subarray(digestBytes));
  if (!digest(body).equals(file.subarray(0, digestBytes))) return undefined;
  return {
    scores: Array.from(new Float64Array(body.buffer, 0, labels.length)),
    embedding: new Float32Array(body.buffer.slice(scoreBytes)),
  };
}

/** 256 folders by the first two digits of the name; each limits its share of the bytes by itself. */
function shelves(folder: string, maxBytes: number) {
  const sizes = new Map<string, number>();
  const share = maxBytes / 256;
  return {
    path: (key: string): string => join(folder, key.slice(0, 2), key.slice(2)),
    /**
     * Moves a file into its place. An unwritable cache is no reason to stop, whatever the system error: the answer is known, but not
     * cached.
     */
    async put(path: string, entry: Uint8Array): Promise<void> {
      const own = dirname(path);
      const part = `${path}.${randomUUID()}`;
      try {
        await mkdir(own, { recursive: true });
        await writeFile(part, entry);
        await rename(part, path);
        const known = sizes.get(own);
        const size = known === undefined ? total(await files(own)) : known + entry.length;
        sizes.set(own, size > share ? await shrink(own, 0.8 * share) : size);
      } catch (error) {
        if (systemCode(error) === undefined) throw error;
        sizes.delete(own);
        await removePart(part);
      }
    },
  };
}

/** Removes the rest of a failed write; removing can fail for the same reason. */
async function removePart(part: string): Promise<void> {
  try {
    await rm(part, { force: true });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}

interface Stored {
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
}

/** The files of a folder; files that another process removes meanwhile are skipped. */
async function files(folder: string): Promise<Stored[]> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const facts = await statIfThere(path);
      return facts ? [{ path, bytes: facts.size, modified: facts.mtimeMs }] : [];
    }),
  );
  return found.flat();
}

const total = (stored: readonly Stored[]): number => stored.reduce((sum, { bytes }) => sum + bytes, 0);

/** Removes the oldest files until at most `most` bytes remain; returns the remaining bytes. */
async function shrink(folder: string, most: number): Promise<number> {
  const stored = (await files(folder)).sort((a, b) => a.modified - b.modified);
  let size = total(stored);
  for (const { path, bytes } of stored) {
    if (size <= most) break;
    await rm(path, { force: true });
    size -= bytes;
  }
  return size;
}
