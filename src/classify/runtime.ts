/**
 * tfjs in this thread, on one of its backends: WebAssembly, libtensorflow if the user has installed @tensorflow/tfjs-node (its install script
 * downloads from outside the registry, so presend does not depend on it), WebGPU in a page that brings @tensorflow/tfjs-backend-webgpu, or
 * plain JavaScript. A page says where the WebAssembly files are, by setWasmPaths() of @tensorflow/tfjs-backend-wasm, before it loads a network.
 * https://www.tensorflow.org/js/guide/platform_environment
 */
import type * as Tfjs from '@tensorflow/tfjs';
import { isMachineTrouble, MissingError, reasonOf, UserError } from '../util/errors.ts';
import { type Backend, backendNamed, backends, type Inference, tensorflowEnvironment } from './backend.ts';
import { speedUpBatchNorm } from './batch-norm.ts';

/** The tfjs module, from whichever package. */
export type Tf = typeof Tfjs;

/** What runs the networks. */
export interface Runtime {
  readonly tf: Tf;
  /** The backend in use. */
  readonly backend: TfjsBackend;
  readonly inference: Inference;
  /** Makes the backend the current one: tfjs has one for the whole thread, and another runtime may have changed it. */
  activate(): void;
}

// Imported through variables, so that a bundler or Vite does not require packages that can be missing.
const node = '@tensorflow/tfjs-node';
const webgpu = '@tensorflow/tfjs-backend-webgpu';

/** How each backend of tfjs is loaded. */
const loaders = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm') as Promise<unknown>,
  tensorflow() {
    // tfjs-node 4.22 calls a function that Node 23 removed.
    const util = globalThis.process?.getBuiltinModule?.('node:util') as Record<string, unknown> | undefined;
    if (util) util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
    Object.assign(globalThis.process?.env ?? {}, tensorflowEnvironment);
    return import(/* @vite-ignore */ node) as Promise<unknown>;
  },
  webgpu: () => import(/* @vite-ignore */ webgpu) as Promise<unknown>,
  cpu: () => Promise.resolve() as Promise<unknown>,
} as const satisfies Record<Exclude<Backend, 'onnx'>, () => Promise<unknown>>;

/** A backend of tfjs. */
export type TfjsBackend = keyof typeof loaders;

/** Whether a backend is one of tfjs. */
const isTfjs = (backend: Backend): backend is TfjsBackend => Object.hasOwn(loaders, backend);

const opened = new Map<Backend, Promise<Runtime>>();
let queue: Promise<unknown> = Promise.resolve();

/**
 * tfjs on the backend asked for, else on the usual one (backend.ts); loaded once per thread. A UserError on a backend that is unknown or none
 * of tfjs, a MissingError when it does not work here.
 */
export async function loadRuntime(asked?: string): Promise<Runtime> {
  const name = backendNamed(asked);
  const { id, needs } = backends[name];
  if (!isTfjs(id)) throw new UserError(`The backend '${name}' runs networks in ONNX, not those of tfjs`);
  const known = opened.get(id);
  if (known !== undefined) return known;
  // One at a time: each patches the console while it loads, and tfjs has one current backend.
  const loading = queue.then(() => open(id, needs));
  queue = loading.catch(() => {});
  opened.set(id, loading);
  // A failure is not kept: what was missing may have been installed since.
  loading.catch(() => opened.delete(id));
  return loading;
}

function open(backend: TfjsBackend, needs: string): Promise<Runtime> {
  return quietly(async () => {
    try {
      const module = await import('@tensorflow/tfjs');
      // tfjs is CommonJS: a bundler can put its names on the default export only.
      const tf = 'setBackend' in module ? module : (module as { default: Tf }).default;
      // A page that is bundled may have brought it already.
      if (!tf.findBackendFactory(backend)) await loaders[backend]();
      if (!(await tf.setBackend(backend))) throw new Error('tfjs could not start it');
      if (backend === 'wasm') speedUpBatchNorm(tf);
      // One real operation: a backend may register and still not run.
      const two = tf.tidy(() => tf.add(tf.tensor1d([1]), 1).dataSync()[0]);
      if (two !== 2) throw new Error(`it computes 1 + 1 = ${two}`);
      const activate = (): void => {
        // Synchronous once a backend has started, so no other call can come in between.
        if (tf.getBackend() !== backend) void tf.setBackend(backend);
      };
      return { tf, backend, inference: await inferenceOf(tf, backend), activate };
    } catch (error) {
      // A machine without memory or file handles says nothing about the backend.
      if (isMachineTrouble(error)) throw error;
      throw new MissingError(
        `The tfjs backend '${backend}' does not work here (${oneLine(reasonOf(error))}): \`npm install ${needs}\` installs it.`,
      );
    }
  });
}

async function inferenceOf(tf: Tf, backend: TfjsBackend): Promise<Inference> {
  const runtime = `tfjs ${tf.version_core}`;
  if (backend === 'wasm')
    return { runtime, kernels: (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'wasm simd' : 'wasm' };
  if (backend === 'cpu') return { runtime, kernels: 'javascript' };
  if (backend === 'webgpu') return { runtime, kernels: 'webgpu' };
  const { binding } = tf.backend() as unknown as { readonly binding: { readonly TF_Version: string } };
  return { runtime: `${runtime}, libtensorflow ${binding.TF_Version}`, kernels: 'native' };
}

/** Most characters of a package's own words that are passed on. */
const mostWords = 400;

/** A package's error message in one line: all its lines except the stack, because the useful part is often in the last. */
export function oneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const words = lines.filter((line) => line !== '' && !/^at .*[:(]/.test(line)).join(' ');
  return words.length > mostWords ? `${words.slice(0, mostWords - 1)}…` : words;
}

/** tfjs's advertisement for tfjs-node, printed by the first tensor on the cpu backend. */
const chatter = /Hi, looks like you are running TensorFlow\.js in Node/;

/** Runs a load without printing the advertisement; every other line is printed. */
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { info, log, warn } = console;
  const filtered =
    (print: typeof console.log): typeof console.log =>
    (...words) => {
      if (!chatter.test(String(words[0]))) print(...words);
    };
  Object.assign(console, { info: filtered(info), log: filtered(log), warn: filtered(warn) });
  try {
    return await load();
  } finally {
    Object.assign(console, { info, log, warn });
  }
}
