/**
 * Networks in ONNX, by onnxruntime-web (an optional dependency) on WebAssembly: the same code in Node and in a browser, and nothing is
 * downloaded when it is installed. https://onnxruntime.ai/docs/api/js/
 */
import { isMachineTrouble, MissingError, reasonOf, UserError } from '../util/errors.ts';
import { type LoadedNetwork, onlyOutput } from './network.ts';
import { oneLine } from './runtime.ts';

/** The part of onnxruntime's interface that is used here. */
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

// Named through a variable, so that neither a bundler nor TypeScript insists on a package that may be absent.
const onnxruntime = 'onnxruntime-web';

/** A file beside an ONNX file that holds weights of it, under the name by which the ONNX file calls it. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/** onnxruntime, on one thread. A MissingError names the command that installs it. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    const ort = (await import(/* @vite-ignore */ onnxruntime)) as OnnxRuntime;
    // The order of sums, and with it the last bits, must not depend on the machine's cores.
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
 * Loads an ONNX file of one input, with the files of weights that it names. `outputs` are names of its outputs, undefined for its only one. A MissingError when onnxruntime is not
 * installed; a UserError where inputs or outputs are not as they must be; the runtime's own error on a damaged file.
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
