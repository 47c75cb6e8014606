/**
 * The backends on which networks run. Their last bits differ, so a run names one and keeps to it. The default gives the same bytes on every
 * processor, and installs everywhere.
 */
import { lookUp } from '../util/registry.ts';

/** What a backend is called on the command line and in run records, and which package must be installed for it. */
export const backends = {
  'tfjs-wasm': { id: 'wasm', needs: '@tensorflow/tfjs-backend-wasm' },
  'tfjs-node': { id: 'tensorflow', needs: '@tensorflow/tfjs-node' },
  'tfjs-webgpu': { id: 'webgpu', needs: '@tensorflow/tfjs-backend-webgpu' },
  'tfjs-cpu': { id: 'cpu', needs: '@tensorflow/tfjs' },
  onnx: { id: 'onnx', needs: 'onnxruntime-web' },
} as const;

/** Name of a backend, as people write it. */
export type BackendName = keyof typeof backends;

/** Name of a backend in rows and in experiment files: tfjs's own names, and onnx. */
export type Backend = (typeof backends)[BackendName]['id'];

/** Names in rows, in the order of the table. */
export const backendIds: readonly Backend[] = Object.values(backends).map(({ id }) => id);

/** Backends that the command line offers: the others are for pages and for comparison. */
export const offered = ['tfjs-wasm', 'tfjs-node', 'onnx'] as const satisfies readonly BackendName[];

/** The backend that is used where none is named. */
export const defaultBackend: BackendName = 'tfjs-wasm';

/** Environment variable that names the backend of a process and of its worker threads. */
export const backendVariable = 'PRESEND_BACKEND';

/**
 * The backend that is asked for by either of its names; else the one that PRESEND_BACKEND names, else the default. A UserError lists the names
 * when there is none of that name.
 */
export function backendNamed(asked?: string): BackendName {
  const name = asked ?? (globalThis.process?.env?.[backendVariable] || defaultBackend);
  const byId = Object.entries(backends).find(([, { id }]) => id === name)?.[0];
  const known = byId ?? name;
  lookUp<unknown>(backends, 'backend', known);
  return known as BackendName;
}

/**
 * Environment of libtensorflow: one thread for each network, as on the other backends, and no notes on stderr. It reads that of the process,
 * not of a worker thread.
 */
export const tensorflowEnvironment = {
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '2',
} as const;

/** What gives a network's numbers, beside its weights: two that are alike in all of this give the same bytes. */
export interface Inference {
  /** Package and version, such as 'onnxruntime-node 1.30.0'. */
  readonly runtime: string;
  /** The instruction set that the package was compiled for; 'native' where it takes what the processor has. */
  readonly kernels: 'javascript' | 'wasm' | 'wasm simd' | 'webgpu' | 'native';
}
