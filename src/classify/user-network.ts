/**
 * A user's own network as a deep hash, with the seed matrix of NeuralHash's published conversion. Steps: picture to tensor, network, then
 * bit i = (row i of the matrix · embedding >= 0): as in nnhash.py, https://github.com/AsuharietYgvar/AppleNeuralHash2ONNX. presend contains
 * neither network nor matrix.
 */
import { check } from '../schema/check.ts';
import { NetworkFile } from '../schema/network-file.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { type DeepHash, deepQuality, leastDeepQuality } from './deep-hash.ts';
import { sidesOf } from './hyperplanes.ts';
import { beside, loadModel, readNetworkValue, readOrSay, runModel } from './network-file.ts';
import { readSeedMatrix } from './seed-matrix.ts';
import { tensorOf } from './tensor-input.ts';

/** Reads and validates the network file of a deep hash. Throws a UserError about the first fault, or a MissingError if it does not exist. */
export async function readNetworkFile(path: string): Promise<NetworkFile> {
  const what = `Network file ${path}`;
  const file = check(NetworkFile, await readNetworkValue(path, what), what);
  if (file.threshold >= file.bits)
    throw new UserError(`${what} at /threshold: ${file.threshold} of ${file.bits} bits would match every picture`);
  return file;
}

/**
 * Loads the network that a network file describes; models run on `backend`, or on the usual one (backend.ts). A UserError says what
 * in its files is wrong, a MissingError which file or package is not there.
 */
export async function loadUserNetwork(path: string, options: { readonly backend?: string } = {}): Promise<DeepHash> {
  const file = await readNetworkFile(path);
  const { name, bits, threshold, input, matrix } = file;
  const seeds = await readOrSay(beside(path, matrix.path), `Seed matrix of ${name}`);
  const hyperplanes = readSeedMatrix(seeds, bits, `Seed matrix of ${name}`, matrix.headerBytes);
  const { network, sha256 } = await loadModel(path, file, [file.output], options.backend);
  return {
    name,
    bits,
    threshold,
    minQuality: leastDeepQuality,
    summary: file.summary ?? 'A network of the user’s own, with a seed matrix.',
    reference: file.reference ?? 'none given',
    inference: network.inference,
    sha256: sha256Hex(canonicalJson({ model: sha256, matrix: sha256Hex(seeds), input, output: file.output, bits })),
    async hash(image) {
      const [embedding] = await runModel(name, network, tensorOf(image, input));
      if (embedding!.length !== hyperplanes.length)
        throw new UserError(
          `The network ${name} gives ${embedding!.length} floats, but a row of its seed matrix has ${hyperplanes.length}`,
        );
      if (!embedding!.every(Number.isFinite))
        throw new UserError(`The network ${name} gives an embedding with values that are not numbers`);
      return { hash: sidesOf(hyperplanes, embedding!), quality: deepQuality(image) };
    },
  };
}
