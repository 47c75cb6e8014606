/**
 * The tfjs runtime of this thread, on the fastest available backend: libtensorflow if the user has installed @tensorflow/tfjs-node (the
 * project does not, because its install script downloads from outside the registry); WebGPU in a browser whose page provides
 * @tensorflow/tfjs-backend-webgpu; otherwise WebAssembly; otherwise plain JavaScript. Before it loads a network, a page must set the
 * location of the WebAssembly files with setWasmPaths() of @tensorflow/tfjs-backend-wasm.
 * https://www.tensorflow.org/js/guide/platform_environment
 */
import type * as Tfjs from '@tensorflow/tfjs';
import { isMachineTrouble, MissingError, reasonOf } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';

/** The tfjs module, from whichever package. */
export type Tf = typeof Tfjs;

/** What runs the networks. */
export interface Runtime {
  readonly tf: Tf;
  /** The backend in use. */
  readonly backend: Backend;
  /** Version of tfjs-core. */
  readonly version: string;
  /** Faster backends that were tried first, each with the reason why it is not in use. */
  readonly passedOver: readonly string[];
  /** Makes the backend the current one: tfjs has one per thread, and another runtime may have changed it. */
  activate(): void;
}

// Imported through variables, so that a bundler or Vite does not require packages that can be missing.
const node = '@tensorflow/tfjs-node';
const webgpu = '@tensorflow/tfjs-backend-webgpu';
const wasm = '@tensorflow/tfjs-backend-wasm';

/** Every backend, fastest first, with its package. */
const backends = {
  tensorflow: { needs: node, open: () => import(/* @vite-ignore */ node) as Promise<unknown> },
  webgpu: { needs: webgpu, open: () => import(/* @vite-ignore */ webgpu) as Promise<unknown> },
  wasm: { needs: wasm, open: () => import('@tensorflow/tfjs-backend-wasm') },
  cpu: { needs: '@tensorflow/tfjs', open: () => Promise.resolve() },
} as const;

/** Name of a tfjs backend that presend can use. */
export type Backend = keyof typeof backends;

/** The backends' names, fastest first. */
export const backendNames = Object.keys(backends) as readonly Backend[];

const opened = new Map<string, Promise<Runtime>>();
let queue: Promise<unknown> = Promise.resolve();

/**
 * The runtime on the requested backend (or the one in PRESEND_BACKEND), by default the fastest that works; loaded once per thread. Throws a
 * UserError for an unknown backend, a MissingError if the requested one does not work here.
 */
export function loadRuntime(backend: string | undefined = globalThis.process?.env?.PRESEND_BACKEND): Promise<Runtime> {
  const key = backend ?? '';
  const known = opened.get(key);
  if (known !== undefined) return known;
  // One at a time: each patches the console while it loads, and tfjs has one current backend.
  const loading = queue.then(() => (backend ? open(backend) : openFastest()));
  queue = loading.catch(() => {});
  opened.set(key, loading);
  // A failure is not cached: the missing package may have been installed since.
  loading.catch(() => opened.delete(key));
  return loading;
}

async function openFastest(): Promise<Runtime> {
  const passedOver: string[] = [];
  for (const name of backendNames)
    try {
      return { ...(await open(name)), passedOver };
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      passedOver.push(reasonOf(error));
    }
  throw new MissingError(`No tfjs backend works here. ${passedOver.join(' ')}`);
}

async function open(name: string): Promise<Runtime> {
  const { needs, open: load } = lookUp(backends, 'tfjs backend', name);
  return quietly(async () => {
    try {
      const module = await import('@tensorflow/tfjs');
      // tfjs is CommonJS: a bundler can put its names on the default export only.
      const tf = 'setBackend' in module ? module : (module as { default: Tf }).default;
      // The bundle of a page may already include it.
      if (!tf.findBackendFactory(name)) await load();
      if (!(await tf.setBackend(name))) throw new Error('tfjs could not start it');
      // One real operation: a backend can register and still not work.
      const two = tf.tidy(() => tf.add(tf.tensor1d([1]), 1).dataSync()[0]);
      if (two !== 2) throw new Error(`it computes 1 + 1 = ${two}`);
      const activate = (): void => {
        // Synchronous after a backend has started, so no other call can interleave.
        if (tf.getBackend() !== name) void tf.setBackend(name);
      };
      return { tf, backend: name as Backend, version: tf.version_core, passedOver: [], activate };
    } catch (error) {
      // A machine without memory or file handles says nothing about the backend.
      if (isMachineTrouble(error)) throw error;
      throw new MissingError(
        `The tfjs backend '${name}' does not work here (${oneLine(reasonOf(error))}): \`npm install ${needs}\` installs it.`,
      );
    }
  });
}

/** Maximum number of characters of a package's error message. */
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
