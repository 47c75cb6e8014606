/**
 * Network files: a user's own network, as an ONNX file or a tfjs model, and its input format (schema/network-file.ts). user-network.ts and
 * user-classifier.ts interpret its output as bits or labels.
 */
import { dirname, resolve } from 'node:path';
import { bytesIfThere } from '../disk/read.ts';
import { sha256Hex } from '../util/digest.ts';
import { isMachineTrouble, MissingError, reasonOf, UserError } from '../util/errors.ts';
import { yamlValue } from '../util/plain-data.ts';
import { backendNamed } from './backend.ts';
import { readParts } from './model-parts.ts';
import type { LoadedNetwork } from './network.ts';
import { type ExternalData, loadOnnx, type OnnxPackage, onnxPackages } from './onnx.ts';
import { externalFiles } from './onnx-external.ts';
import { oneLine } from './runtime.ts';
import { readShards } from './tfjs-files.ts';
import { loadTfjs } from './tfjs-model.ts';

/** Common fields of network files. */
interface ModelFile {
  readonly name: string;
  readonly format: 'onnx' | 'tfjs';
  /** Relative to the folder of the network file. */
  readonly model: string;
}

/** The value in a network file, YAML or JSON. Throws a UserError if it is neither, a MissingError if it does not exist. */
export async function readNetworkValue(path: string, what: string): Promise<unknown> {
  return yamlValue(new TextDecoder().decode(await readOrSay(path, what)), what);
}

/** The path that a network file names, relative to the file's own folder. */
export const beside = (networkFile: string, other: string): string => resolve(dirname(networkFile), other);

/**
 * Loads the model of a network file with the named outputs (see loadTfjs), on `backend` or on the usual one (backend.ts).
 * Also returns the SHA-256 of its bytes. Throws a UserError if something is invalid, a MissingError if something does not exist.
 */
export async function loadModel(
  networkFile: string,
  { name, format, model }: ModelFile,
  outputs: readonly (string | undefined)[],
  backend?: string,
): Promise<{ network: LoadedNetwork; sha256: string }> {
  const chosen = backendNamed(backend);
  if (format === 'tfjs' && chosen === 'onnx')
    throw new UserError(
      `The network ${name} is a model of tfjs, which the backend onnx cannot run: use --backend tfjs-wasm or tfjs-node`,
    );
  const path = beside(networkFile, model);
  const bytes = await readOrSay(path, `Model of ${name}`);
  try {
    if (format === 'onnx') {
      // The usual backend gives the same bytes on every processor; so does the package for WebAssembly.
      const among: readonly OnnxPackage[] = chosen === 'onnx' ? onnxPackages : ['onnxruntime-web'];
      const external = await readExternal(path, bytes);
      const sha256 = sha256Hex([bytes, ...external.map(({ data }) => data)].map((each) => sha256Hex(each)).join(''));
      return {
        network: await loadOnnx(bytes, outputs, { externalData: external, among }),
        // A model in one file has the digest of that file.
        sha256: external.length === 0 ? sha256Hex(bytes) : sha256,
      };
    }
    const files = await readShards(path, bytes);
    const sha256 = sha256Hex(`${sha256Hex(bytes)}${sha256Hex(files.weights)}`);
    return { network: await loadTfjs(files, outputs, backend), sha256 };
  } catch (error) {
    if (error instanceof MissingError || isMachineTrouble(error)) throw error;
    throw new UserError(`The network ${name} cannot be loaded: ${oneLine(reasonOf(error))}`);
  }
}

/** The additional files with a model's weights. */
async function readExternal(model: string, bytes: Uint8Array): Promise<ExternalData[]> {
  const names = externalFiles(bytes);
  const parts = await readParts(model, names, 'file of weights');
  return names.map((path, i) => ({ path, data: parts[i]! }));
}

/** One pass through a user's network. Throws a UserError, with the runtime's message, if the tensor does not fit. */
export async function runModel(
  name: string,
  network: LoadedNetwork,
  input: Parameters<LoadedNetwork['run']>[0],
): Promise<Float32Array[]> {
  try {
    return await network.run(input);
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    throw new UserError(`The network ${name} cannot take its input: ${oneLine(reasonOf(error))}`);
  }
}

/** A file's bytes. Throws a MissingError, which starts with `what`, if it does not exist. */
export async function readOrSay(path: string, what: string): Promise<Uint8Array> {
  const bytes = await bytesIfThere(path);
  if (bytes === undefined) throw new MissingError(`${what}: there is no file ${path}`);
  return bytes;
}
