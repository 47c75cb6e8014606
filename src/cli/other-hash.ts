/** The hashes of `presend hash` that are no PerceptualHash: several a picture, or of a network that has to be loaded. */
import type { BackendName } from '../classify/backend.ts';
import { deepHashes } from '../classify/deep-hashes.ts';
import type { Looked } from '../harness/answer-files.ts';
import type { RefusedPicture } from '../harness/detectors/answers.ts';
import { openPictureDetector, type PictureDetector } from '../harness/detectors/picture-detector.ts';
import { hashes } from '../hash/index.ts';
import type { MultiHash } from '../hash/multi-hash.ts';
import { multiHashText } from '../hash/multi-hash.ts';
import { multiHashes } from '../hash/multi-hashes.ts';
import { leastStructure } from '../hash/structure.ts';
import { defaultMostFrames } from '../image/frames.ts';
import type { Raster } from '../image/raster.ts';
import { UserError } from '../util/errors.ts';
import { float32Text } from '../util/float32.ts';
import { toHex } from '../util/hex.ts';
import { lookUp } from '../util/registry.ts';
import { distrust, eachAnimation, frameName, framesOf, framesSentence, notesOf, withResult } from './hash-file.ts';
import { csvLine, note, say, sayJson } from './output.ts';

/** A hash of another kind, as the command prints it. */
interface OtherHash {
  readonly name: string;
  /** Length of a hash, or of each region's hash. */
  readonly bits: number;
  /** SHA-256 of what decides the hashes of a detector. */
  readonly sha256?: string;
  hash(image: Raster): Promise<OtherHashed | RefusedPicture>;
}

/** How pictures are looked at. */
interface Looking {
  readonly json: boolean;
  readonly orient: boolean;
  readonly mostFrames: number | undefined;
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
  { backend, ...options }: Looking & { readonly backend: BackendName | undefined },
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
    return 'refused' in found ? found : { ...found, text: toHex(found.hash) };
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

/**
 * Hashes the files and prints a line for each picture and for each frame of an animation: `hash,quality,file`. The hashes of several regions form one
 * field, separated by commas.
 */
export const printOther = (
  files: readonly string[],
  { json, orient, mostFrames = defaultMostFrames }: Looking,
  { name, bits, sha256, hash }: OtherHash,
): Promise<void> =>
  eachAnimation<OtherHashed | RefusedPicture>(
    files,
    { json, orient, mostFrames },
    hash,
    withResult,
    (frames, file, { notes, ...count }) => {
      const hashed = withResult(frames);
      const [{ value: own }] = hashed as [Looked<OtherHashed>, ...Looked<OtherHashed>[]];
      const isFlat = ({ value }: Looked<OtherHashed>) => distrust(value, leastStructure) !== undefined;
      const flat = hashed.filter(isFlat).length;
      const refused = frames.length - hashed.length;
      const about = framesSentence(count, { flat, refused }) ?? distrust(own, leastStructure);
      if (about) note(`${file}: ${about}`);
      if (!json) {
        for (const { index, value } of hashed)
          say(csvLine([value.text, value.quality, frameName(file, index, count.declared)]));
        return;
      }
      const inJson = ({ text, quality, hashes: several, vector }: OtherHashed) => ({
        ...(several ? { hashes: several } : { hash: text }),
        quality,
        ...(vector ? { vector: float32Text(vector) } : {}),
      });
      const { vector, ...rest } = inJson(own);
      // Vectors come last: what says how to read them then stands in the beginning of a file.
      sayJson({
        ...{ file, algorithm: name, bits, ...rest },
        ...(sha256 ? { sha256 } : {}),
        ...notesOf(notes),
        ...(own.vector ? { dimensions: own.vector.length, vector } : {}),
        ...framesOf(count, {
          flat,
          ...(refused > 0 ? { refused } : {}),
          hashes: hashed.map(({ index, value }) => ({ frame: index + 1, ...inJson(value) })),
        }),
      });
    },
  );
