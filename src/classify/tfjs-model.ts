/** Runs networks of tfjs, as a Keras layers model or as a frozen TensorFlow graph. https://www.tensorflow.org/js/guide/save_load */
import type { io, LayersModel, Shape, Tensor } from '@tensorflow/tfjs';
import { reasonOf, UserError } from '../util/errors.ts';
import type { Inference } from './backend.ts';
import { fusedLayers } from './fused-layers.ts';
import { type LoadedNetwork, mustFit, onlyOutput, type StatedInput } from './network.ts';
import { loadRuntime, type Tf } from './runtime.ts';

/** A model in memory. */
export interface TfjsModel {
  readonly modelJson: io.ModelJSON;
  /** All weight shards, concatenated. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/**
 * Loads a layers or a graph model on a tfjs backend, the usual one when none is named. `outputs` are names of layers or nodes, undefined for
 * the model's only output. A UserError when it has several; tfjs' own error when it cannot load the model.
 */
export async function loadTfjs(
  model: TfjsModel,
  outputs: readonly (string | undefined)[],
  backend?: string,
): Promise<LoadedNetwork> {
  const runtime = await loadRuntime(backend);
  const { tf } = runtime;
  runtime.activate();
  const { forward, names, stated, fused } = await (model.modelJson.format === 'graph-model' ? graph : layers)(
    tf,
    model,
    outputs,
  );
  return {
    backend: runtime.backend,
    inference: fused ? fusedInference(runtime.inference) : runtime.inference,
    outputNames: names,
    async run(input) {
      const { data, shape } = input;
      if (stated) mustFit(stated, input);
      runtime.activate();
      // tfjs has no bytes: it takes them as whole numbers.
      const batch = tf.tensor(data, [...shape], data instanceof Uint8Array ? 'int32' : 'float32');
      let results: Tensor[] = [];
      try {
        results = await forward(batch);
        return await Promise.all(results.map((each) => each.data<'float32'>()));
      } finally {
        tf.dispose([batch, ...results]);
      }
    },
  };
}

/** What a model says of itself, and how it is run. */
interface Opened {
  readonly forward: Forward;
  /** Of the outputs. */
  readonly names: readonly string[];
  readonly stated: StatedInput | undefined;
  /** Whether its layers run as fused operations (fused-layers.ts). */
  readonly fused?: true;
}

/** Fused operations give other last digits than a network's layers one by one. */
const fusedInference = (inference: Inference): Inference => ({
  ...inference,
  runtime: `${inference.runtime}, fused layers`,
});

/** One pass through a network; the caller disposes the results. */
type Forward = (batch: Tensor) => Tensor[] | Promise<Tensor[]>;

async function layers(
  tf: Tf,
  { modelJson, weights }: TfjsModel,
  wanted: readonly (string | undefined)[],
): Promise<Opened> {
  const model = await tf.loadLayersModel(fromMemory(modelJson, weights));
  checkOutputs(model);
  if (wanted.includes(undefined)) onlyOutput(model.outputs.map(({ name }) => name));
  const outputs = wanted.flatMap((name) => (name === undefined ? model.outputs : model.getLayer(name).output));
  const part = tf.model({ inputs: model.inputs, outputs });
  const [input] = model.inputs;
  const stated = input && { name: input.name, type: undefined, shape: input.shape };
  const opened = { names: outputs.map(({ name }) => name), stated };
  const fused = fusedLayers(tf, part);
  if (!fused) {
    const forward: Forward = (batch) => tf.tidy(() => [part.predictOnBatch(batch)].flat() as Tensor[]);
    return { ...opened, forward };
  }
  model.dispose();
  return { ...opened, forward: fused, fused: true };
}

async function graph(
  tf: Tf,
  { modelJson, weights }: TfjsModel,
  wanted: readonly (string | undefined)[],
): Promise<Opened> {
  const model = await tf.loadGraphModel(fromMemory(modelJson, weights));
  const names = wanted.map((name) => name ?? onlyOutput(model.outputs.map((each) => each.name)));
  // Loops, conditions and outputs of dynamic size only run asynchronously; tfjs' error indicates this.
  let dynamic = false;
  const forward: Forward = async (batch) => {
    if (!dynamic)
      try {
        return tf.tidy(() => [model.execute(batch, names)].flat() as Tensor[]);
      } catch (error) {
        if (!/executeAsync/.test(reasonOf(error))) throw error;
        dynamic = true;
      }
    return [await model.executeAsync(batch, names)].flat() as Tensor[];
  };
  const [input] = model.inputs;
  const stated = input?.shape && { name: input.name, type: typeOf(input.dtype), shape: input.shape };
  return { forward, names, stated };
}

/** A type of a graph's input under the name that network files have for it; tfjs takes bytes as whole numbers. */
const typeOf = (dtype: string): string => (dtype === 'int32' ? 'uint8' : dtype);

/** Maximum number of values that one layer can output for a picture. */
const mostValues = 2 ** 27;

/** Rejects a model with a layer whose output for one picture exceeds memory: a few bytes of a model.json can cause that. */
function checkOutputs(model: LayersModel): void {
  for (const { name, inboundNodes } of model.layers)
    for (const shape of inboundNodes.flatMap((node) => node.outputShapes as Shape[])) {
      const values = [shape].flat().reduce<number>((product, side) => product * (side ?? 1), 1);
      if (!(values <= mostValues)) throw new UserError(`its layer ${name} gives ${values} values, limit ${mostValues}`);
    }
}

/** An IO handler in tfjs' format. */
function fromMemory({ weightsManifest, ...rest }: io.ModelJSON, weights: Uint8Array<ArrayBuffer>): io.IOHandler {
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  return { load: async () => ({ ...rest, weightSpecs, weightData: weights.buffer }) as io.ModelArtifacts };
}
