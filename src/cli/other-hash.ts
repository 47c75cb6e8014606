/** The hashes of `presend hash` that are no PerceptualHash: several a picture, or of a network that has to be loaded. */
import type { BackendName } from '../classify/backend.ts';
import { deepHashes, loadDeepHash } from '../classify/deep-hashes.ts';
import { loadUserNetwork } from '../classify/user-network.ts';
import { openDetectors, readDetector } from '../harness/detectors/detectors.ts';
import { hashes } from '../hash/index.ts';
import type { MultiHash } from '../hash/multi-hash.ts';
import { multiHashText } from '../hash/multi-hash.ts';
import { multiHashes } from '../hash/multi-hashes.ts';
import { leastStructure } from '../hash/structure.ts';
import type { Raster } from '../image/raster.ts';
import { RefusedError, UserError } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { lookUp } from '../util/registry.ts';
import { distrust, eachPicture, notesOf } from './hash-file.ts';
import { csvLine, note, say, sayJson } from './output.ts';

/** A hash of another kind, as the command prints it. */
interface OtherHash {
  readonly name: string;
  /** Length of a hash, or of each region's hash. */
  readonly bits: number;
  /** SHA-256 of the network, and of its binarisation, if it has one. */
  readonly sha256?: string;
  hash(
    image: Raster,
  ): Promise<{ readonly text: string; readonly quality: number; readonly hashes?: readonly string[] }>;
}

/**
 * The hash of another kind of that name, or of a network file; undefined for a perceptual hash. A UserError lists the names of every kind
 * when there is none.
 */
export async function otherHash(
  name: string,
  { network, backend }: { readonly network?: string | undefined; readonly backend?: BackendName | undefined } = {},
): Promise<OtherHash | undefined> {
  const on = backend === undefined ? {} : { backend };
  if (network !== undefined) return deep(await loadUserNetwork(network, on));
  lookUp<unknown>({ ...hashes, ...multiHashes, ...deepHashes }, 'perceptual hash', name);
  if (Object.hasOwn(deepHashes, name)) return deep(await loadDeepHash(name, on));
  if (backend !== undefined) throw new UserError(`--backend is for hashes of networks, not for ${name}`);
  return Object.hasOwn(multiHashes, name) ? regions(lookUp<MultiHash>(multiHashes, 'multi-hash', name)) : undefined;
}

/** Hashes the files with a detector, and prints them as `printOther` does. Throws as `openDetectors` does, and if the detector cannot go on. */
export async function hashWithDetector(
  files: readonly string[],
  {
    backend,
    ...options
  }: { readonly json: boolean; readonly orient: boolean; readonly backend: BackendName | undefined },
  file: string,
): Promise<void> {
  const { name, bits, sha256, kind } = (await readDetector(file)).facts;
  if (kind === 'network')
    return printOther(files, options, deep(await loadUserNetwork(file, backend === undefined ? {} : { backend })));
  if (backend !== undefined) throw new UserError(`--backend is for hashes of networks, not for ${name}`);
  // Two, as many as pictures are decoded ahead.
  const detectors = await openDetectors([file], 2);
  try {
    const [program] = detectors.programs;
    await printOther(files, options, {
      name,
      bits,
      sha256,
      async hash(image) {
        const answer = await program!.askPicture(image, detectors.folder!);
        if ('refused' in answer) throw new RefusedError(answer.refused);
        return { text: toHex(answer.hash), quality: answer.quality };
      },
    });
  } finally {
    await detectors.close();
  }
}

const deep = (network: Awaited<ReturnType<typeof loadDeepHash>>): OtherHash => ({
  name: network.name,
  bits: network.bits,
  sha256: network.sha256,
  async hash(image) {
    const { hash, quality } = await network.hash(image);
    return { text: toHex(hash), quality };
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
  eachPicture(files, { json, orient }, hash, ({ text, quality, hashes: several }, file, notes) => {
    const doubt = distrust({ quality }, leastStructure);
    if (doubt) note(`${file}: ${doubt}`);
    if (!json) return say(csvLine([text, quality, file]));
    const value = several ? { hashes: several } : { hash: text };
    sayJson({ file, algorithm: name, bits, ...value, quality, ...(sha256 ? { sha256 } : {}), ...notesOf(notes) });
  });
