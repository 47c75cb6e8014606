/**
 * Runs ONNX networks with onnxruntime-web (an optional dependency) on WebAssembly: the same code in Node and in a browser, and its
 * installation downloads nothing else. https://onnxruntime.ai/docs/api/js/
 */
import { isMachineTrouble, MissingError, reasonOf, UserError } from '../util/errors.ts';
import { type LoadedNetwork, onlyOutput } from './network.ts';
import { oneLine } from './runtime.ts';

/** The used part of onnxruntime's interface. */
interface OnnxRuntime {
  readonly env: { logLevel?: string; readonly wasm: { numThreads?: number } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
}
interface OnnxTensor {
  readonly type: string;
  readonly data: unknown;
}
interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
}

// Imported through a variable, so that neither a bundler nor TypeScript requires a package that can be missing.
const onnxruntime = 'onnxruntime-web';

/** An additional file with weights of an ONNX file, under the name that the ONNX file uses. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/** onnxruntime with one thread. If it is missing, a MissingError names the command that installs it. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    const ort = (await import(/* @vite-ignore */ onnxruntime)) as OnnxRuntime;
    // The order of sums, and with it the last bits, must not depend on the machine's number of cores.
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'error';
    return ort;
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    throw new MissingError(
      `Networks in ONNX need onnxruntime (${oneLine(reasonOf(error))}): \`npm install ${onnxruntime}\` installs it.`,
    );
  }
}

/**
 * Loads an ONNX file with one input, and its additional weight files. `outputs` are names of its outputs, undefined for its only one.
 * Throws a MissingError if onnxruntime is not installed, a UserError if inputs or outputs are unsuitable, and the runtime's own error for a
 * corrupt file.
 */
export async function loadOnnx(
  file: Uint8Array,
  outputs: readonly (string | undefined)[],
  externalData: readonly ExternalData[] = [],
): Promise<LoadedNetwork> {
  const ort = await loadOnnxRuntime();
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['wasm'],
    ...(externalData.length > 0 ? { externalData } : {}),
  });
  const { inputNames, outputNames } = session;
  if (inputNames.length !== 1)
    throw new UserError(`it takes ${inputNames.length} inputs (${inputNames.join(', ')}) instead of one picture`);
  const names = outputs.map((name) => name ?? onlyOutput(outputNames));
  for (const name of names)
    if (!outputNames.includes(name))
      throw new UserError(`its outputs are ${outputNames.join(', ')}: name one of them, not ${name}, as the output`);
  return {
    backend: 'onnxruntime',
    async run({ data, shape }) {
      const results = await session.run({ [inputNames[0]!]: new ort.Tensor('float32', data, shape) });
      return names.map((name) => {
        const { type, data: values } = results[name]!;
        if (values instanceof Float32Array) return values;
        throw new UserError(`its output ${name} is of type ${type} instead of float32`);
      });
    },
  };
}
