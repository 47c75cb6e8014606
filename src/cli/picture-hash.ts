/** A hash that pictures are listed and matched with: a perceptual hash of presend, or a detector. */
import type { BackendName } from '../classify/backend.ts';
import type { Answer } from '../harness/detectors/answers.ts';
import { isDetector } from '../harness/detectors/detectors.ts';
import { type DetectorIdentity, openPictureDetector } from '../harness/detectors/picture-detector.ts';
import { hashByName } from '../hash/index.ts';
import { multiHashes } from '../hash/multi-hashes.ts';
import type { Raster } from '../image/raster.ts';
import type { VectorDistance } from '../schema/detector-file.ts';
import { UserError } from '../util/errors.ts';

/** A hash at work. */
export interface PictureHash {
  readonly name: string;
  readonly bits: number;
  /** Largest distance of the bits that is a match. */
  readonly threshold: number;
  readonly minQuality: number;
  /** How vectors are compared as they are; undefined if only bits are compared. */
  readonly vector?: VectorDistance | undefined;
  /** Of a detector: what says whether hashes can be compared with its own. */
  readonly identity?: DetectorIdentity;
  /** Throws a UserError if a detector cannot go on. */
  ask(image: Raster): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Opens the hash of that name, or of that detector file. Throws as `openPictureDetector` does, and a UserError if there is no such hash or it gives
 * several hashes for each picture.
 */
export async function openPictureHash(name: string, backend?: BackendName): Promise<PictureHash> {
  if (isDetector(name)) {
    const { answer, close, ...identity } = await openPictureDetector(name, backend);
    const { bits, threshold, minQuality, vector } = identity.facts;
    return { name: identity.facts.name, bits, threshold, minQuality, vector, identity, ask: answer, close };
  }
  if (backend !== undefined) throw new UserError(`--backend is for hashes of networks, not for ${name}`);
  if (Object.hasOwn(multiHashes, name)) throw new UserError(severalHashes(name));
  const hash = hashByName(name);
  const { bits, threshold, minQuality } = hash;
  return { name, bits, threshold, minQuality, ask: async (image) => hash.hash(image), close: async () => undefined };
}

/** Why a list cannot hold the hashes of regions. */
export const severalHashes = (name: string): string =>
  `${name} gives each picture several hashes, so there is no single distance: a list cannot hold them and match cannot search for them; presend hash prints them`;
