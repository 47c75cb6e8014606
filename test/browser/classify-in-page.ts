/** What the page and Node both run, so that their answers can be compared: a network, a head on it, and the backends that there are. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { backendIds } from '../../src/classify/backend.ts';
import { headClassifier, readHeadValue } from '../../src/classify/head.ts';
import { classifierNames, loadClassifier } from '../../src/classify/index.ts';
import { loadRuntime } from '../../src/classify/runtime.ts';
import { reasonOf } from '../../src/util/errors.ts';
import { waves } from '../classify/picture.ts';

/** The network that is compared. */
export const network = 'nsfwjs-mobilenet-v2';

/** Scores and embedding of a picture made from a seed, and a head's scores of it, on a backend; the usual one when none is named. */
export async function look(seed: number, head: unknown, backend?: string) {
  const classifier = await loadClassifier(network, backend === undefined ? {} : { backend });
  const [found] = await classifier.classifyMany([waves(300, 200, seed)]);
  const { scores } = await headClassifier(readHeadValue(head, 'Head'), classifier).classify(waves(300, 200, seed));
  return {
    backend: classifier.backend,
    scores: [...found!.scores],
    embedding: [...found!.embedding],
    headScores: [...scores],
  };
}

/** What can be loaded here, and what each backend that cannot be used says. */
export async function surroundings() {
  const refused: Record<string, string> = {};
  const ofTfjs = backendIds.filter((name) => name !== 'onnx');
  for (const name of ofTfjs) await loadRuntime(name).catch((error) => (refused[name] = reasonOf(error)));
  return { classifiers: classifierNames(), backends: [...backendIds], refused };
}

/** Says where the WebAssembly file of onnxruntime-web is. */
export async function setOnnxPath(wasm: string): Promise<void> {
  const name = 'onnxruntime-web';
  const { env } = (await import(/* @vite-ignore */ name)) as { env: { wasm: { wasmPaths: unknown } } };
  env.wasm.wasmPaths = { wasm };
}

export const inPage = { look, surroundings, setWasmPaths, setOnnxPath };
Object.assign(globalThis, { inPage });
