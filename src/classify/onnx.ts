/**
 * Runs ONNX networks with onnxruntime on one thread: compiled for the processor (onnxruntime-node, which users install themselves, because its
 * install script downloads from outside the registry) or for WebAssembly (onnxruntime-web, an optional dependency), which is the same in
 * Node and in a browser. https://onnxruntime.ai/docs/api/js/
 */
import { isMachineTrouble, MissingError, reasonOf, UserError } from '../util/errors.ts';
import type { Inference } from './backend.ts';
import { type LoadedNetwork, mustFit, onlyOutput, type StatedInput } from './network.ts';
import { oneLine } from './runtime.ts';

/** The used part of onnxruntime's interface. */
interface OnnxModule {
  readonly env: {
    logLevel?: string;
    readonly wasm: { numThreads?: number };
    readonly versions: Readonly<Record<string, string | undefined>>;
  };
  readonly Tensor: new (
    type: 'float32' | 'uint8',
    data: Float32Array | Uint8Array,
    dims: readonly number[],
  ) => OnnxTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
}
interface OnnxTensor {
  readonly type: string;
  readonly data: unknown;
}
interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly { readonly type?: string; readonly shape?: readonly unknown[] }[];
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
}

/** A package of onnxruntime, and what it runs on. */
const packages = {
  'onnxruntime-node': { provider: 'cpu', kernels: 'native', version: 'node' },
  'onnxruntime-web': { provider: 'wasm', kernels: 'wasm simd', version: 'web' },
} as const satisfies Record<string, { provider: string; kernels: Inference['kernels']; version: string }>;

/** Name of a package of onnxruntime. */
export type OnnxPackage = keyof typeof packages;

/** All of them, the fastest first. */
export const onnxPackages = Object.keys(packages) as readonly OnnxPackage[];

/** onnxruntime, and the package that it came from. */
interface OnnxRuntime {
  readonly ort: OnnxModule;
  readonly name: OnnxPackage;
  readonly inference: Inference;
}

/** An additional file with weights of an ONNX file, under the name that the ONNX file uses. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/** Names of the outputs of the bundled networks' ONNX files. */
export const onnxOutputs = ['scores', 'embedding'] as const;
/** Name of the output of an ONNX file that ends at an inner layer: the mean cube of each channel. */
export const onnxCubes = 'cubes';

const opened = new Map<OnnxPackage, Promise<OnnxRuntime>>();

/** onnxruntime, from the first of the packages that works here. If none does, a MissingError has all reasons, and the command that installs one. */
export async function loadOnnxRuntime(among: readonly OnnxPackage[] = onnxPackages): Promise<OnnxRuntime> {
  const reasons: string[] = [];
  for (const name of among)
    try {
      const loading = opened.get(name) ?? open(name);
      opened.set(name, loading);
      loading.catch(() => opened.delete(name));
      return await loading;
    } catch (error) {
      if (isMachineTrouble(error)) throw error;
      reasons.push(oneLine(reasonOf(error)));
    }
  throw new MissingError(
    `Networks in ONNX need onnxruntime (${reasons.join(' ')}): \`npm install ${among.at(-1)}\` installs it.`,
  );
}

async function open(name: OnnxPackage): Promise<OnnxRuntime> {
  // Imported through a variable, so that neither a bundler nor TypeScript requires a package that can be missing.
  const ort = (await import(/* @vite-ignore */ name)) as OnnxModule;
  // The order of sums, and with it the last bits, must not depend on the machine's cores.
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const { kernels, version } = packages[name];
  return { ort, name, inference: { runtime: `${name} ${ort.env.versions[version]}`, kernels } };
}

/**
 * Loads an ONNX file with one input, and its additional weight files, on the first of the packages that works here. `outputs` are names of its
 * outputs, undefined for its only one. Throws a MissingError if onnxruntime is not installed, a UserError if inputs or outputs are unsuitable,
 * and the runtime's own error for a corrupt file.
 */
export async function loadOnnx(
  file: Uint8Array,
  outputs: readonly (string | undefined)[],
  {
    externalData = [],
    among,
  }: { readonly externalData?: readonly ExternalData[]; readonly among?: readonly OnnxPackage[] | undefined } = {},
): Promise<LoadedNetwork> {
  const { ort, name: backend, inference } = await loadOnnxRuntime(among);
  const session = await ort.InferenceSession.create(file, {
    executionProviders: [packages[backend].provider],
    executionMode: 'sequential',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    ...(externalData.length > 0 ? { externalData } : {}),
  });
  const { inputNames, outputNames } = session;
  if (inputNames.length !== 1)
    throw new UserError(`it takes ${inputNames.length} inputs (${inputNames.join(', ')}) instead of one picture`);
  const names = outputs.map((name) => name ?? onlyOutput(outputNames));
  for (const name of names)
    if (!outputNames.includes(name))
      throw new UserError(`its outputs are ${outputNames.join(', ')}: name one of them, not ${name}, as the output`);
  const { type, shape } = session.inputMetadata[0]!;
  const stated: StatedInput | undefined = shape && { name: inputNames[0]!, type, shape };
  return {
    backend,
    inference,
    outputNames: names,
    async run(input) {
      if (stated) mustFit(stated, input);
      const type = input.data instanceof Uint8Array ? 'uint8' : 'float32';
      const results = await session.run({ [inputNames[0]!]: new ort.Tensor(type, input.data, input.shape) });
      return names.map((name) => {
        const { type, data: values } = results[name]!;
        const floats = floatsOf(type, values);
        if (floats) return floats;
        throw new UserError(`its output ${name} is of type ${type} instead of float32`);
      });
    },
  };
}

/** The numbers of a tensor as floats: of whole numbers and of bits too, as hashes give them; undefined for other types. */
function floatsOf(type: string, values: unknown): Float32Array | undefined {
  if (type === 'float32') return values as Float32Array;
  if (['uint8', 'int8', 'int32', 'bool'].includes(type)) return Float32Array.from(values as Uint8Array);
  if (type === 'int64') return Float32Array.from(values as BigInt64Array, Number);
  return undefined;
}
