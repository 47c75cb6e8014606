/** A detector that a command hashes pictures with, one by one: a detector file's network or program, or a deep hash of presend. */
import type { BackendName } from '../../classify/backend.ts';
import type { DeepHash } from '../../classify/deep-hash.ts';
import { deepHashes, loadDeepHash } from '../../classify/deep-hashes.ts';
import { loadUserNetwork } from '../../classify/user-network.ts';
import type { Raster } from '../../image/raster.ts';
import type { DetectorFacts, ProgramFile } from '../../schema/detector-file.ts';
import { RefusedError, UserError } from '../../util/errors.ts';
import type { Answer } from './answers.ts';
import { digestOfDetector, openDetectors, readDetector } from './detectors.ts';

/** A detector at work. */
export interface PictureDetector {
  readonly facts: DetectorFacts;
  /**
   * SHA-256 of what decides its hashes: of a network the model, its input and how its output becomes bits, of a program its command, the files beside it and the
   * form of its answers. Name, threshold, licence and time limits are no part of it, so that hashes stay comparable where these change.
   */
  readonly sha256: string;
  /** The hash of a picture, or why there is none. Throws a UserError if the detector cannot go on. */
  answer(image: Raster): Promise<Answer>;
  close(): Promise<void>;
}

/** What says whether hashes can be compared with those of a detector. */
export type DetectorIdentity = Pick<PictureDetector, 'facts' | 'sha256'>;

/** Programs that run: as many as pictures are decoded ahead on the command line. */
const processes = 2;

/**
 * Opens the detector of a file, or the deep hash of presend of that name. Networks run on `backend`, or on the usual one. Throws as `readDetector` and
 * `loadUserNetwork` do, and a UserError about a program that does not work.
 */
export async function openPictureDetector(file: string, backend?: BackendName): Promise<PictureDetector> {
  const { facts, program } = await readDetector(file);
  if (!program) return ofNetwork(facts, await loadNetwork(file, backend === undefined ? {} : { backend }));
  if (backend !== undefined) throw new UserError(`--backend is for hashes of networks, not for ${facts.name}`);
  const sha256 = await digestOfAnswers(file, program);
  const { programs, folder, close } = await openDetectors([file], processes);
  return { facts, sha256, answer: (image) => programs[0]!.askPicture(image, folder!), close };
}

/** The identity of the detector of a file, whose program is not started. Throws as `openPictureDetector` does. */
export async function detectorIdentity(file: string): Promise<DetectorIdentity> {
  const { facts, program } = await readDetector(file);
  return { facts, sha256: program ? await digestOfAnswers(file, program) : (await loadNetwork(file, {})).sha256 };
}

const loadNetwork = (file: string, on: { readonly backend?: BackendName }): Promise<DeepHash> =>
  Object.hasOwn(deepHashes, file) ? loadDeepHash(file, on) : loadUserNetwork(file, on);

const ofNetwork = (facts: DetectorFacts, network: DeepHash): PictureDetector => ({
  facts,
  sha256: network.sha256,
  async answer(image) {
    try {
      return await network.hash(image);
    } catch (error) {
      if (error instanceof RefusedError) return { refused: error.message };
      throw error;
    }
  },
  close: async () => undefined,
});

const digestOfAnswers = (file: string, { command, bits, vector }: ProgramFile): Promise<string> =>
  digestOfDetector(file, { command, bits, ...(vector ? { vector } : {}) }, command);
