/**
 * A network of the user's own as a deep hash: an ONNX file or a tfjs model, described by a network file (schema/network-file.ts), with
 * the seed matrix of NeuralHash's published conversion. Picture to tensor, network, then bit i = (row i of the matrix · embedding >= 0):
 * the steps of nnhash.py, https://github.com/AsuharietYgvar/AppleNeuralHash2ONNX. No network and no matrix come with presend.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { check } from '../schema/check.ts';
import { NetworkFile } from '../schema/network-file.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { MissingError, reasonOf, UserError } from '../util/errors.ts';
import type { DeepHash } from './deep-hash.ts';
import type { Embedder } from './embedder.ts';
import { sidesOf } from './hyperplanes.ts';
import { loadOnnx } from './onnx.ts';
import { firstLine } from './runtime.ts';
import { readSeedMatrix } from './seed-matrix.ts';
import { tensorOf } from './tensor-input.ts';
import { loadTfjs, readShards } from './tfjs-model.ts';

/** Reads and checks a network file, YAML or JSON. A UserError names the first mistake, a MissingError a file that is not there. */
export async function readNetworkFile(path: string): Promise<NetworkFile> {
  const what = `Network file ${path}`;
  const text = new TextDecoder().decode(await read(path, what));
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new UserError(`${what} is neither YAML nor JSON: ${firstLine(reasonOf(error))}`);
  }
  const file = check(NetworkFile, value, what);
  if (file.threshold >= file.bits)
    throw new UserError(`${what} at /threshold: ${file.threshold} of ${file.bits} bits would match every picture`);
  return file;
}

/**
 * Loads the network that a network file describes; tfjs models run on `backend`, or on the fastest that works here. A UserError says what
 * in its files is wrong, a MissingError which file or package is not there.
 */
export async function loadUserNetwork(path: string, options: { readonly backend?: string } = {}): Promise<DeepHash> {
  const file = await readNetworkFile(path);
  const { name, bits, threshold, input, matrix } = file;
  const beside = (other: string): string => resolve(dirname(path), other);
  const seeds = await read(beside(matrix.path), `Seed matrix of ${name}`);
  const hyperplanes = readSeedMatrix(seeds, bits, `Seed matrix of ${name}`, matrix.headerBytes);
  const model = await read(beside(file.model), `Model of ${name}`);
  const { embedder, sha256: modelSha256 } = await load(file, beside(file.model), model, options.backend);
  return {
    name,
    bits,
    threshold,
    minQuality: 0,
    summary: file.summary ?? 'A network of the user’s own, with a seed matrix.',
    reference: file.reference ?? 'none given',
    sha256: sha256Hex(
      canonicalJson({ model: modelSha256, matrix: sha256Hex(seeds), input, output: file.output, bits }),
    ),
    async hash(image) {
      const embedding = await embedder.embed(tensorOf(image, input)).catch((error: unknown) => {
        throw new UserError(`The network ${name} cannot take its input: ${firstLine(reasonOf(error))}`);
      });
      if (embedding.length !== hyperplanes.length)
        throw new UserError(
          `The network ${name} gives ${embedding.length} floats, but a row of its seed matrix has ${hyperplanes.length}`,
        );
      if (!embedding.every(Number.isFinite))
        throw new UserError(`The network ${name} gives an embedding with values that are no numbers`);
      return { hash: sidesOf(hyperplanes, embedding), quality: 100 };
    },
  };
}

/** The network, and the SHA-256 of its bytes. */
async function load(
  { name, format, output }: NetworkFile,
  path: string,
  bytes: Uint8Array,
  backend?: string,
): Promise<{ embedder: Embedder; sha256: string }> {
  try {
    if (format === 'onnx') return { embedder: await loadOnnx(bytes, output), sha256: sha256Hex(bytes) };
    const files = await readShards(path, bytes);
    const sha256 = sha256Hex(`${sha256Hex(bytes)}${sha256Hex(files.weights)}`);
    return { embedder: await loadTfjs(files, output, backend), sha256 };
  } catch (error) {
    if (error instanceof MissingError) throw error;
    throw new UserError(`The network ${name} cannot be loaded: ${firstLine(reasonOf(error))}`);
  }
}

async function read(path: string, what: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new MissingError(`${what}: there is no file ${path}`);
    throw new UserError(`${what}: ${path} cannot be read`);
  }
}
