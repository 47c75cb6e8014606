/**
 * A user's own network as a deep hash. Steps: picture to tensor, network, then bit i = (row i of the matrix · embedding >= 0): as in
 * nnhash.py, https://github.com/AsuharietYgvar/AppleNeuralHash2ONNX. The matrix is that of NeuralHash's published conversion, or is drawn from
 * a seed. presend contains neither network nor matrix.
 */
import { check } from '../schema/check.ts';
import { NetworkFile } from '../schema/network-file.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { RefusedError, UserError } from '../util/errors.ts';
import { comparisonOf } from './comparison.ts';
import { type DeepHash, deepQuality, leastDeepQuality } from './deep-hash.ts';
import { deepHashes, loadDeepHash } from './deep-hashes.ts';
import { type Hyperplanes, seededHyperplanes, sidesOf } from './hyperplanes.ts';
import { beside, loadModel, readNetworkValue, readOrSay, runModel } from './network-file.ts';
import { possibleHeaders, readSeedMatrix } from './seed-matrix.ts';
import { inputFault, tensorOf } from './tensor-input.ts';

/** Reads and validates the network file of a deep hash. Throws a UserError about the first fault, or a MissingError if it does not exist. */
export async function readNetworkFile(path: string): Promise<NetworkFile> {
  const what = `Network file ${path}`;
  const file = check(NetworkFile, await readNetworkValue(path, what), what);
  if ([file.matrix, file.hyperplanes, file.signs].filter((each) => each !== undefined).length !== 1)
    throw new UserError(
      `${what}: expected either /matrix or /hyperplanes, which turns the embedding into bits, or /signs, if the output is bits`,
    );
  const { vector } = comparisonOf(file, what);
  if (vector && file.signs)
    throw new UserError(`${what} at /distance: ${vector.distance} compares vectors, but /signs makes the output bits`);
  const fault = inputFault(file.input);
  if (fault) throw new UserError(`${what} at ${fault}`);
  return file;
}

const loaded = new Map<string, Promise<DeepHash>>();

/** The network of a file, or the deep hash of presend of that name, loaded once per thread. Throws as `loadUserNetwork` does. */
export async function loadUserNetworkOnce(path: string): Promise<DeepHash> {
  if (Object.hasOwn(deepHashes, path)) return loadDeepHash(path);
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const loading = loadUserNetwork(path);
  loaded.set(path, loading);
  loading.catch(() => loaded.delete(path));
  return loading;
}

/**
 * Loads the network that a network file describes; models run on `backend`, or on the usual one (backend.ts). A UserError says what
 * in its files is wrong, a MissingError which file or package is not there.
 */
export async function loadUserNetwork(path: string, options: { readonly backend?: string } = {}): Promise<DeepHash> {
  const file = await readNetworkFile(path);
  const { name, bits, input } = file;
  const { threshold, vector } = comparisonOf(file, `Network file ${path}`);
  const { bitsOf, facts } = await binarisation(path, file);
  const { network, sha256 } = await loadModel(path, file, [file.output], options.backend);
  return {
    name,
    bits,
    threshold,
    minQuality: leastDeepQuality,
    summary: file.summary ?? 'A network of the user’s own.',
    reference: file.reference ?? 'none given',
    inference: network.inference,
    sha256: sha256Hex(canonicalJson({ model: sha256, ...facts, input, output: file.output, bits })),
    async hash(image) {
      const [embedding] = await runModel(name, network, tensorOf(image, input));
      const hash = bitsOf(embedding!, network.outputNames[0]!);
      const quality = deepQuality(image);
      if (vector === undefined) return { hash, quality };
      if (embedding!.length !== vector.dimensions)
        throw new UserError(
          `The network ${name} gives ${embedding!.length} floats, but its file says ${vector.dimensions} dimensions (its output '${network.outputNames[0]}')`,
        );
      if (embedding!.every((value) => value === 0))
        throw new RefusedError(`The network ${name} gives an embedding of zeros, which has no direction`);
      return { hash, quality, vector: embedding! };
    },
  };
}

/** How an embedding becomes bits, and what identifies that. */
interface Binarisation {
  /** Throws a UserError if an embedding has the wrong length, and a RefusedError if its values are no numbers, as can happen for one picture. */
  bitsOf(embedding: Float32Array, output: string): Uint8Array;
  readonly facts: object;
}

async function binarisation(path: string, file: NetworkFile): Promise<Binarisation> {
  const { name, bits, signs } = file;
  const mustBe = (embedding: Float32Array, output: string, wanted: number, but: string): void => {
    if (embedding.length !== wanted)
      throw new UserError(`The network ${name} gives ${embedding.length} floats, but ${but} (its output '${output}')`);
    if (!embedding.every(Number.isFinite))
      throw new RefusedError(
        `The network ${name} gives an embedding with values that are not numbers (NaN or infinite)`,
      );
  };
  if (signs !== undefined)
    return {
      bitsOf(embedding, output) {
        mustBe(embedding, output, bits, `its file says ${bits} bits, one for each`);
        return packed(embedding, (value) => value > signs.above);
      },
      facts: { signs },
    };
  const { planes, facts } = await hyperplanesOf(path, file);
  return {
    bitsOf(embedding, output) {
      const hyperplanes = planes(embedding.length);
      mustBe(embedding, output, hyperplanes.length, `a row of its seed matrix has ${hyperplanes.length}`);
      return sidesOf(hyperplanes, embedding);
    },
    facts,
  };
}

/** Bits of numbers, the first one highest. */
function packed(values: Float32Array, isOne: (value: number) => boolean): Uint8Array {
  const out = new Uint8Array(Math.ceil(values.length / 8));
  for (const [i, value] of values.entries()) if (isOne(value)) out[i >> 3]! |= 0x80 >> (i & 7);
  return out;
}

/** The hyperplanes for an embedding of a number of floats, and what identifies them. Those of a matrix have the length of its rows. */
async function hyperplanesOf(
  path: string,
  { name, bits, matrix, hyperplanes }: NetworkFile,
): Promise<{ planes(floats: number): Hyperplanes; facts: object }> {
  if (matrix !== undefined) {
    const seeds = await readOrSay(beside(path, matrix.path), `Seed matrix of ${name}`);
    const headers = matrix.headerBytes === undefined ? possibleHeaders(seeds, bits) : [matrix.headerBytes];
    const read = headers.map((header) => readSeedMatrix(seeds, bits, `Seed matrix of ${name}`, header));
    return {
      planes: (floats) => read.find(({ length }) => length === floats) ?? read[0]!,
      facts: { matrix: sha256Hex(seeds) },
    };
  }
  const { seed } = hyperplanes!;
  let drawn: Hyperplanes | undefined;
  return {
    planes(floats) {
      if (drawn?.length !== floats) drawn = seededHyperplanes(bits, floats, seed);
      return drawn;
    },
    facts: { hyperplanes },
  };
}
