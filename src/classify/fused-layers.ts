/**
 * Runs a layers model of Keras as fused operations of tfjs: batch normalisation is folded into the convolution before it, as `tfjs-to-onnx.ts`
 * does for ONNX, and bias, activation and zero padding are part of the convolution. tfjs' own `predict` computes each of them apart, which
 * takes a third of the time of MobileNetV2. Results differ from it in the last digits.
 */
import type { layers as Layers, LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from './runtime.ts';

type Layer = Layers.Layer;
type Pair = readonly [number, number];
/** Zeros at top, left, bottom and right. */
type Padding = 'same' | 'valid' | readonly [number, number, number, number];
type Activation = 'linear' | 'relu' | 'relu6' | 'softmax';

/** The outputs of a model for a batch; the caller disposes them. */
export type FusedForward = (batch: Tensor) => Tensor[];

/** One operation: what it computes is known by the layer whose output it is. */
interface Step {
  readonly name: string;
  readonly from: readonly string[];
  compute(inputs: readonly Tensor[]): Tensor;
}

/** A layer of a kind or with a setting that has no fused form here. */
class NotFused extends Error {}

/**
 * The model as fused operations, undefined if it has a layer of a kind that is not known here: it then runs as tfjs runs it. The weights are
 * copied, so the model may be disposed.
 */
export function fusedLayers(tf: Tf, model: LayersModel): FusedForward | undefined {
  const kept: Tensor[] = [];
  try {
    return forwardOf(tf, model, stepsOf(tf, model, kept));
  } catch (error) {
    tf.dispose(kept);
    if (error instanceof NotFused) return undefined;
    throw error;
  }
}

/** Computes the steps in order, and disposes each result once nothing reads it any more. */
function forwardOf(tf: Tf, model: LayersModel, steps: readonly Step[]): FusedForward {
  const [input] = model.inputs;
  const outputs = model.outputs.map((each) => each.sourceLayer.name);
  const given = input!.sourceLayer.name;
  const lastReader = new Map<string, number>();
  for (const [at, { from }] of steps.entries()) for (const name of from) lastReader.set(name, at);
  // Everything in one tidy: nothing stays if a step fails.
  const forward = (batch: Tensor): Tensor[] => {
    // As tfjs does before a model: whole numbers become floats.
    const results = new Map<string, Tensor>([[given, tf.cast(batch, input!.dtype)]]);
    for (const [at, step] of steps.entries()) {
      const inputs = step.from.map((name) => results.get(name)!);
      results.set(
        step.name,
        tf.tidy(() => step.compute(inputs)),
      );
      for (const name of new Set(step.from))
        if (lastReader.get(name) === at && !outputs.includes(name)) results.get(name)!.dispose();
    }
    return outputs.map((name) => results.get(name)!);
  };
  return (batch) => tf.tidy(() => forward(batch));
}

function stepsOf(tf: Tf, model: LayersModel, kept: Tensor[]): Step[] {
  const wanted = new Set(model.outputs.map((each) => each.sourceLayer.name));
  if (model.inputs.length !== 1) throw new NotFused();
  const within = new Set(model.layers);
  const sources = ({ inboundNodes }: Layer): Layer[] => inboundNodes[0]!.inboundLayers as Layer[];
  const readers = new Map<Layer, Layer[]>();
  for (const layer of model.layers) {
    if (layer.inboundNodes.length !== 1) throw new NotFused();
    for (const source of sources(layer)) readers.set(source, [...(readers.get(source) ?? []), layer]);
  }
  /** The layer that alone reads what this one gives. */
  const soleReader = (layer: Layer): Layer | undefined => {
    const [reader, ...others] = readers.get(layer) ?? [];
    return others.length > 0 || wanted.has(layer.name) || !within.has(reader!) ? undefined : reader;
  };
  const constant = (values: Float32Array, shape: readonly number[]): Tensor => {
    const tensor = tf.tensor(values, [...shape]);
    kept.push(tensor);
    return tensor;
  };
  const steps: Step[] = [];
  /** Layers that are part of a step before them. */
  const absorbed = new Set<Layer>();
  /** Where the output of a layer that computes nothing is found. */
  const alias = new Map<string, string>();
  const padded = new Map<string, Padding>();
  const inputsOf = (layer: Layer): string[] => sources(layer).map(({ name }) => alias.get(name) ?? name);

  for (const layer of model.layers) {
    if (absorbed.has(layer)) continue;
    const config = layer.getConfig() as Record<string, unknown>;
    const add = (last: Layer, compute: Step['compute']): void => {
      steps.push({ name: last.name, from: inputsOf(layer), compute });
    };
    const pass = (): void => {
      if (wanted.has(layer.name)) throw new NotFused();
      alias.set(layer.name, inputsOf(layer)[0]!);
    };
    const pool = (kind: 'avgPool' | 'maxPool'): void => {
      mustBeLast(config.dataFormat);
      const { poolSize, strides, padding } = config as unknown as { poolSize: Pair; strides: Pair; padding: 'same' };
      add(layer, ([x]) => tf[kind](x as Tensor4D, [...poolSize], [...strides], padding));
    };
    const convolution = (depthwise: boolean): void => {
      mustBeLast(config.dataFormat);
      if ([config.dilationRate].flat().some((rate) => rate !== 1)) throw new NotFused();
      const [kernel, bias] = layer.getWeights() as [Tensor, Tensor?];
      const { absorbing, last, activation, factor, offset } = chainAfter(layer, bias, soleReader);
      for (const each of absorbing) absorbed.add(each);
      // The last axis of a kernel is its output; that of a depthwise one counts on within its input.
      const channels = depthwise ? kernel.shape[2]! * kernel.shape[3]! : kernel.shape[3]!;
      const values = kernel.dataSync<'float32'>();
      const filter = constant(
        factor ? values.map((value, i) => value * factor[i % channels]!) : values.slice(),
        kernel.shape,
      ) as Tensor4D;
      const added = offset && (constant(offset, [channels]) as Tensor1D);
      const zeros = padded.get(sources(layer)[0]!.name) ?? (config.padding as Padding);
      const pad: 'same' | 'valid' | [Pair, Pair, Pair, Pair] =
        typeof zeros === 'string'
          ? zeros
          : [
              [0, 0],
              [zeros[0], zeros[2]],
              [zeros[1], zeros[3]],
              [0, 0],
            ];
      const compute = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
      const settings = { filter, strides: config.strides, pad, activation, ...(added ? { bias: added } : {}) };
      add(last, ([x]) => compute({ x: x as Tensor4D, ...settings } as Parameters<typeof compute>[0]));
    };
    const kinds: Readonly<Record<string, () => void>> = {
      InputLayer() {},
      ZeroPadding2D() {
        mustBeLast(config.dataFormat);
        const [[top, bottom], [left, right]] = config.padding as readonly [Pair, Pair];
        const all = readers.get(layer) ?? [];
        if (
          !all.every((each) => /^(Depthwise)?Conv2D$/.test(each.getClassName()) && each.getConfig().padding === 'valid')
        )
          throw new NotFused();
        padded.set(layer.name, [top, left, bottom, right]);
        pass();
      },
      Conv2D: () => convolution(false),
      DepthwiseConv2D: () => convolution(true),
      ReLU: () => add(layer, activate(tf, activationOf(layer))),
      Activation: () => add(layer, activate(tf, activationOf(layer))),
      Add: () => add(layer, (xs) => xs.reduce((sum, x) => tf.add(sum, x))),
      Concatenate() {
        if (config.axis !== -1 && config.axis !== 3) throw new NotFused();
        add(layer, (xs) => tf.concat([...xs], -1));
      },
      MaxPooling2D: () => pool('maxPool'),
      AveragePooling2D: () => pool('avgPool'),
      GlobalAveragePooling2D() {
        mustBeLast(config.dataFormat);
        add(layer, ([x]) => tf.mean(x!, [1, 2]));
      },
      Flatten() {
        add(layer, ([x]) => tf.reshape(x!, [x!.shape[0]!, -1]));
      },
      Dense() {
        if (sources(layer).some((each) => each.outputShape.length !== 2)) throw new NotFused();
        const [kernel, bias] = layer.getWeights() as [Tensor, Tensor?];
        const b = constant(kernel.dataSync<'float32'>().slice(), kernel.shape) as Tensor2D;
        const added = bias && constant(bias.dataSync<'float32'>().slice(), bias.shape);
        const then = activate(tf, activationOf(layer));
        add(layer, ([a]) => {
          return then([tf.fused.matMul({ a: a as Tensor2D, b, ...(added ? { bias: added } : {}) })]);
        });
      },
      // It does nothing once a network is trained.
      Dropout: pass,
    };
    const kind = layer.getClassName();
    if (!Object.hasOwn(kinds, kind)) throw new NotFused();
    kinds[kind]!();
  }
  return steps;
}

function mustBeLast(dataFormat: unknown): void {
  if (dataFormat !== 'channelsLast') throw new NotFused();
}

/** What a layer does with each number: the kinds ReLU and Activation only this, others after what else they do. */
function activationOf(layer: Layer): Activation {
  const config = layer.getConfig();
  if (layer.getClassName() !== 'ReLU') {
    const name = config.activation;
    if (name === 'linear' || name === 'relu' || name === 'relu6' || name === 'softmax') return name;
    throw new NotFused();
  }
  // tfjs reads no other setting of this layer.
  const { maxValue } = config;
  if (maxValue !== 6 && maxValue !== undefined && maxValue !== null) throw new NotFused();
  return maxValue === 6 ? 'relu6' : 'relu';
}

function activate(tf: Tf, activation: Activation): (inputs: readonly Tensor[]) => Tensor {
  const functions: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
    linear: (x) => tf.clone(x),
    relu: (x) => tf.relu(x),
    relu6: (x) => tf.clipByValue(x, 0, 6),
    softmax: (x) => tf.softmax(x),
  };
  return ([x]) => functions[activation](x!);
}

/** What a convolution does for the layers after it. */
interface Chain {
  readonly absorbing: readonly Layer[];
  /** The layer whose output it gives. */
  readonly last: Layer;
  readonly activation: Exclude<Activation, 'softmax'>;
  /** One number for each channel: what the kernel is multiplied by, and what is added. */
  readonly factor?: Float32Array;
  readonly offset?: Float32Array | undefined;
}

/** A batch normalisation and an activation that are all that reads a convolution. */
function chainAfter(
  convolution: Layer,
  bias: Tensor | undefined,
  soleReader: (layer: Layer) => Layer | undefined,
): Chain {
  const absorbing: Layer[] = [];
  const own = activationOf(convolution);
  if (own === 'softmax') throw new NotFused();
  const chain = { absorbing, last: convolution, activation: own, offset: bias?.dataSync<'float32'>().slice() };
  if (own !== 'linear') return chain;
  let next = soleReader(convolution);
  let folded: Pick<Chain, 'factor' | 'offset'> = {};
  if (next?.getClassName() === 'BatchNormalization') {
    folded = foldedOf(next, chain.offset);
    absorbing.push(next);
    next = soleReader(next);
  }
  const then = next && /^(ReLU|Activation)$/.test(next.getClassName()) ? activationOf(next) : 'softmax';
  const activation = then === 'softmax' ? 'linear' : then;
  if (then !== 'softmax') absorbing.push(next!);
  return { ...chain, ...folded, activation, last: absorbing.at(-1) ?? convolution };
}

/** Batch normalisation as a factor and an offset: gamma (x + bias − mean) / √(variance + epsilon) + beta. */
function foldedOf(layer: Layer, bias: Float32Array | undefined): Required<Pick<Chain, 'factor' | 'offset'>> {
  const { axis, scale, center, epsilon } = layer.getConfig() as Record<string, unknown>;
  if (axis !== -1 && axis !== 3) throw new NotFused();
  const values = layer.getWeights().map((each) => each.dataSync<'float32'>());
  const gamma = scale ? values.shift() : undefined;
  const beta = center ? values.shift() : undefined;
  const [mean, variance] = values as [Float32Array, Float32Array];
  const factors = Array.from(variance, (each, i) => (gamma?.[i] ?? 1) / Math.sqrt(each + (epsilon as number)));
  return {
    factor: Float32Array.from(factors),
    offset: Float32Array.from(factors, (factor, i) => (beta?.[i] ?? 0) + ((bias?.[i] ?? 0) - mean[i]!) * factor),
  };
}
