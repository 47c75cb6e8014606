/** Networks in the files of tfjs: a model.json and its weight shards. https://www.tensorflow.org/js/guide/save_load */
import { readFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { io, Tensor } from '@tensorflow/tfjs';
import { concatBytes, fromUtf8 } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import type { Embedder } from './embedder.ts';
import { fromMemory } from './from-memory.ts';
import { loadRuntime, type Tf } from './runtime.ts';

/** The model.json and its shards, read once. */
export interface TfjsFiles {
  readonly modelJson: io.ModelJSON;
  /** All shards, one after the other. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Reads the shards that a model.json names, all in its own folder or below. A UserError when it is no model.json. */
export async function readShards(path: string, bytes: Uint8Array): Promise<TfjsFiles> {
  const modelJson = parse(bytes);
  const folder = dirname(resolve(path));
  const shards = modelJson.weightsManifest.flatMap(({ paths }) =>
    paths.map((name) => {
      const shard = resolve(folder, name);
      if (!shard.startsWith(folder + sep)) throw new UserError(`its shard ${name} is outside the folder of model.json`);
      return readFile(shard).catch(() => {
        throw new UserError(`its shard ${name} cannot be read`);
      });
    }),
  );
  return { modelJson, weights: Uint8Array.from(concatBytes(...(await Promise.all(shards)))) };
}

function parse(bytes: Uint8Array): io.ModelJSON {
  const wrong = new UserError(
    'it is not the model.json of a tfjs model: no JSON with modelTopology and weightsManifest',
  );
  let value: Partial<io.ModelJSON> | null;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    throw wrong;
  }
  const groups = value?.weightsManifest;
  const fits =
    value?.modelTopology instanceof Object &&
    Array.isArray(groups) &&
    groups.every(
      (group) =>
        Array.isArray(group?.weights) &&
        Array.isArray(group.paths) &&
        group.paths.every((at) => typeof at === 'string'),
    );
  if (!fits) throw wrong;
  return value as io.ModelJSON;
}

/**
 * Loads a layers or a graph model. `output` names the layer or node whose output is the embedding; without it, the model has one output.
 * A UserError when there are several; tfjs' own error when it cannot load the model.
 */
export async function loadTfjs(files: TfjsFiles, output?: string, backend?: string): Promise<Embedder> {
  const runtime = await loadRuntime(backend);
  const { tf } = runtime;
  runtime.activate();
  const forward = await (files.modelJson.format === 'graph-model' ? graph : layers)(tf, files, output);
  return {
    async embed({ data, shape }) {
      runtime.activate();
      const result = tf.tidy(() => forward(tf.tensor(data, [...shape], 'float32')));
      try {
        return await result.data<'float32'>();
      } finally {
        result.dispose();
      }
    },
  };
}

/** One pass through a network. */
type Forward = (batch: Tensor) => Tensor;

async function layers(tf: Tf, { modelJson, weights }: TfjsFiles, output?: string): Promise<Forward> {
  const model = await tf.loadLayersModel(fromMemory(modelJson, weights));
  if (output === undefined) alone(model.outputs.map(({ name }) => name));
  const outputs = output === undefined ? model.outputs : model.getLayer(output).output;
  const embedding = tf.model({ inputs: model.inputs, outputs });
  return (batch) => embedding.predictOnBatch(batch) as Tensor;
}

async function graph(tf: Tf, { modelJson, weights }: TfjsFiles, output?: string): Promise<Forward> {
  const model = await tf.loadGraphModel(fromMemory(modelJson, weights));
  const wanted = output ?? alone(model.outputs.map(({ name }) => name));
  return (batch) => model.execute(batch, wanted) as Tensor;
}

/** The only output there is. */
function alone(names: readonly string[]): string {
  if (names.length !== 1) throw new UserError(`its outputs are ${names.join(', ')}: name one of them as the output`);
  return names[0]!;
}
