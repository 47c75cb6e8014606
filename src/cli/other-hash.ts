/** The hashes of `presend hash` that are no PerceptualHash: several a picture, or of a network that has to be loaded. */
import type { BackendName } from '../classify/backend.ts';
import { deepHashes } from '../classify/deep-hashes.ts';
import { openPictureDetector, type PictureDetector } from '../harness/detectors/picture-detector.ts';
import { hashes } from '../hash/index.ts';
import type { MultiHash } from '../hash/multi-hash.ts';
import { multiHashText } from '../hash/multi-hash.ts';
import { multiHashes } from '../hash/multi-hashes.ts';
import { leastStructure } from '../hash/structure.ts';
import type { Raster } from '../image/raster.ts';
import { RefusedError, UserError } from '../util/errors.ts';
import { float32Text } from '../util/float32.ts';
import { toHex } from '../util/hex.ts';
import { lookUp } from '../util/registry.ts';
import { distrust, eachPicture, notesOf } from './hash-file.ts';
import { csvLine, note, say, sayJson } from './output.ts';

/** A hash of another kind, as the command prints it. */
interface OtherHash {
  readonly name: string;
  /** Length of a hash, or of each region's hash. */
  readonly bits: number;
  /** SHA-256 of what decides the hashes of a detector. */
  readonly sha256?: string;
  hash(image: Raster): Promise<OtherHashed>;
}

interface OtherHashed {
  readonly text: string;
  readonly quality: number;
  readonly hashes?: readonly string[];
  /** Of detectors whose vectors are compared as they are. */
  readonly vector?: Float32Array;
}

/**
 * The hash of another kind of that name; undefined for a perceptual hash. A UserError lists the names of every kind
 * when there is none.
 */
export async function otherHash(
  name: string,
  { backend }: { readonly backend?: BackendName | undefined } = {},
): Promise<OtherHash | undefined> {
  lookUp<unknown>({ ...hashes, ...multiHashes, ...deepHashes }, 'perceptual hash', name);
  if (Object.hasOwn(deepHashes, name)) return ofDetector(await openPictureDetector(name, backend));
  if (backend !== undefined) throw new UserError(`--backend is for hashes of networks, not for ${name}`);
  return Object.hasOwn(multiHashes, name) ? regions(lookUp<MultiHash>(multiHashes, 'multi-hash', name)) : undefined;
}

/** Hashes the files with a detector, and prints them as `printOther` does. Throws as `openPictureDetector` does, and if the detector cannot go on. */
export async function hashWithDetector(
  files: readonly string[],
  {
    backend,
    ...options
  }: { readonly json: boolean; readonly orient: boolean; readonly backend: BackendName | undefined },
  file: string,
): Promise<void> {
  const detector = await openPictureDetector(file, backend);
  try {
    await printOther(files, options, ofDetector(detector));
  } finally {
    await detector.close();
  }
}

const ofDetector = ({ facts: { name, bits }, sha256, answer }: PictureDetector): OtherHash => ({
  name,
  bits,
  sha256,
  async hash(image) {
    const found = await answer(image);
    if ('refused' in found) throw new RefusedError(found.refused);
    return { ...found, text: toHex(found.hash) };
  },
});

const regions = (multi: MultiHash): OtherHash => ({
  name: multi.name,
  bits: multi.bits,
  async hash(image) {
    const found = multi.hash(image);
    return { text: multiHashText(found), quality: multi.quality(found), hashes: found.map(toHex) };
  },
});

/** Hashes the files and prints one line each: `hash,quality,file`. The hashes of several regions form one field, separated by commas. */
export const printOther = (
  files: readonly string[],
  { json, orient }: { readonly json: boolean; readonly orient: boolean },
  { name, bits, sha256, hash }: OtherHash,
): Promise<void> =>
  eachPicture(files, { json, orient }, hash, ({ text, quality, hashes: several, vector }, file, notes) => {
    const doubt = distrust({ quality }, leastStructure);
    if (doubt) note(`${file}: ${doubt}`);
    if (!json) return say(csvLine([text, quality, file]));
    const value = several ? { hashes: several } : { hash: text };
    // The vector comes last: what says how to read it then stands in the beginning of a file.
    const exact = vector ? { dimensions: vector.length, vector: float32Text(vector) } : {};
    sayJson({
      ...{ file, algorithm: name, bits, ...value, quality },
      ...(sha256 ? { sha256 } : {}),
      ...notesOf(notes),
      ...exact,
    });
  });
