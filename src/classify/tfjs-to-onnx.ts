/**
 * The bundled networks of tfjs as ONNX files: layers of Keras, or a frozen graph of TensorFlow, with the few kinds of layers that they have.
 * Batch normalisation is folded into the convolution before it. The same network gives the same bytes.
 */
import { fromBase64 } from '../util/base64.ts';
import { fromUtf8 } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import { onnxCubes, onnxOutputs } from './onnx.ts';
import { type Activation, activationNamed, type Maps, OnnxLayers, type Window } from './onnx-layers.ts';
import type { TfjsModel } from './tfjs-model.ts';
import { type Weight, weightsOf } from './tfjs-weights.ts';

/** The ONNX file of a network; `embeddingNode` is the layer or node of its embedding. A UserError names what cannot be converted. */
export function tfjsToOnnx(model: TfjsModel, embeddingNode: string): Uint8Array {
  const network = model.modelJson.format === 'graph-model' ? graph(model) : layers(model);
  const embedding = network.named.get(embeddingNode);
  if (!embedding) throw new UserError(`it has no layer ${embeddingNode}`);
  const [scores, features] = onnxOutputs;
  return network.built.file({ [scores]: network.output, [features]: embedding }, 'presend');
}

/**
 * The part of a network up to a layer, as an ONNX file whose only output is the mean cube of each of the layer's channels (GeM pooling
 * without its root). A UserError names what cannot be converted.
 */
export function tfjsToOnnxCubes(model: TfjsModel, layer: string): Uint8Array {
  const { built, named } = model.modelJson.format === 'graph-model' ? graph(model, layer) : layers(model);
  const maps = named.get(layer);
  if (!maps) throw new UserError(`it has no layer ${layer}`);
  return built.file({ [onnxCubes]: built.meanCube('cubes', maps) }, 'presend');
}

/** A network that was built, what it gives, and what each of its layers gives. */
interface Built {
  readonly built: OnnxLayers;
  readonly output: Maps;
  readonly named: ReadonlyMap<string, Maps>;
}

const missing = (name: string): UserError => new UserError(`its ${name} is not there`);

/** The entry of that name. */
function need<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw missing(name);
  return found;
}

// A model of Keras: a list of layers, each after those that it reads.

interface KerasLayer {
  readonly name: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes: readonly (readonly (readonly [string, ...unknown[]])[])[];
}

type Pair = readonly [number, number];

function layers(model: TfjsModel): Built {
  const weights = weightsOf(model);
  const topology = model.modelJson.modelTopology as unknown as {
    readonly model_config?: { readonly config: unknown };
    readonly config?: unknown;
  };
  const { layers: all, output_layers } = (topology.model_config?.config ?? topology.config) as {
    readonly layers: readonly KerasLayer[];
    readonly output_layers: readonly (readonly [string, ...unknown[]])[];
  };
  const sources = (layer: KerasLayer): string[] => (layer.inbound_nodes[0] ?? []).map(([name]) => name);
  const readers = new Map<string, KerasLayer[]>();
  for (const layer of all) for (const name of sources(layer)) readers.set(name, [...(readers.get(name) ?? []), layer]);

  const built = new OnnxLayers();
  const named = new Map<string, Maps>();
  /** Zeros around what a layer gives, for the convolution that reads it: top, left, bottom, right. */
  const padded = new Map<string, readonly [number, number, number, number]>();
  /** Convolutions whose batch normalisation is still to come. */
  const waiting = new Map<string, (folded: { factor: Float32Array; bias: Float32Array }) => Maps>();
  for (const layer of all) {
    const { name, config, class_name: kind } = layer;
    const from = (i = 0): Maps => need(named, sources(layer)[i] ?? `input of ${name}`);
    const weight = (what: string): Weight => need(weights, `${name}/${what}`);
    const bias = (): Float32Array | undefined => (config.use_bias ? weight('bias').values() : undefined);
    const then = (maps: Maps): Maps => {
      const activation = activationNamed((config.activation as string | undefined) ?? 'linear');
      return built.activation(`${name}/${activation}`, maps, activation);
    };
    const window = (size: unknown): Window => ({
      size: size as Pair,
      strides: config.strides as Pair,
      padding: padded.get(sources(layer)[0]!) ?? (config.padding as 'same' | 'valid'),
    });
    const make: Readonly<Record<string, () => Maps | undefined>> = {
      InputLayer: () =>
        built.input(name, (config.batch_input_shape as readonly number[]).slice(1) as [number, number, number]),
      ZeroPadding2D() {
        const [[top, bottom], [left, right]] = config.padding as readonly [Pair, Pair];
        if (!(readers.get(name) ?? []).every(isConvolution)) throw unable(kind, name);
        padded.set(name, [top, left, bottom, right]);
        return from();
      },
      Conv2D: () => convolution('kernel'),
      DepthwiseConv2D: () => convolution('depthwise_kernel'),
      BatchNormalization() {
        const convolved = waiting.get(sources(layer)[0]!);
        if (!convolved) throw unable(kind, name);
        return convolved(foldedOf(weight, config));
      },
      ReLU() {
        const limit = config.max_value;
        if (limit !== 6 || config.negative_slope || config.threshold) throw unable(kind, name);
        return built.activation(name, from(), 'relu6');
      },
      Activation: () => built.activation(name, from(), activationNamed(config.activation as string)),
      Add: () => built.add(name, [from(0), from(1)]),
      Concatenate: () =>
        built.concatenate(
          name,
          sources(layer).map((_, i) => from(i)),
        ),
      MaxPooling2D: () => built.pool(name, from(), 'max', window(config.pool_size)),
      AveragePooling2D: () => built.pool(name, from(), 'average', window(config.pool_size)),
      Flatten: () => built.flatten(name, from()),
      Dense: () => then(built.dense(name, from(), weight('kernel'), bias())),
      // It does nothing once a network is trained.
      Dropout: () => from(),
    };
    function convolution(what: string): Maps | undefined {
      const kernel = weight(what);
      const rest = { kernel, depthwise: what !== 'kernel', ...window(kernel.shape.slice(0, 2)) };
      if ((config.dilation_rate as Pair).some((rate) => rate !== 1)) throw unable(kind, name);
      const [reader, ...others] = readers.get(name) ?? [];
      if (reader?.class_name !== 'BatchNormalization')
        return then(built.convolution(name, from(), { ...rest, bias: bias() }));
      if (others.length > 0 || config.use_bias || config.activation !== 'linear') throw unable(kind, name);
      const input = from();
      waiting.set(name, (folded) => built.convolution(name, input, { ...rest, ...folded }));
      return undefined;
    }
    if (!Object.hasOwn(make, kind)) throw unable(kind, name);
    const maps = make[kind]!();
    if (maps) named.set(name, maps);
  }
  return { built, named, output: need(named, output_layers[0]?.[0] ?? 'output') };
}

const isConvolution = ({ class_name: kind }: KerasLayer): boolean => kind === 'Conv2D' || kind === 'DepthwiseConv2D';

const unable = (kind: string, name: string): UserError =>
  new UserError(`its layer ${name} of the kind ${kind} cannot be converted to ONNX`);

/** Batch normalisation as a factor and an offset: gamma (x − mean) / √(variance + epsilon) + beta. */
function foldedOf(weight: (name: string) => Weight, config: KerasLayer['config']) {
  const mean = weight('moving_mean').values();
  const variance = weight('moving_variance').values();
  const gamma = config.scale ? weight('gamma').values() : undefined;
  const beta = config.center ? weight('beta').values() : undefined;
  const factors = Array.from(variance, (each, i) => (gamma?.[i] ?? 1) / Math.sqrt(each + (config.epsilon as number)));
  return {
    factor: Float32Array.from(factors),
    bias: Float32Array.from(factors, (factor, i) => (beta?.[i] ?? 0) - mean[i]! * factor),
  };
}

// A frozen graph of TensorFlow: nodes in any order; what follows a convolution is fused into it.

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[] | undefined;
  readonly attr?: Readonly<Record<string, GraphAttribute>>;
}
interface ReadNode extends GraphNode {
  readonly input: readonly string[];
}
interface GraphAttribute {
  readonly s?: string;
  readonly shape?: { readonly dim: readonly { readonly size: string }[] };
  readonly list?: { readonly i?: readonly string[]; readonly s?: readonly string[] };
}

/** The whole graph, or what the node `end` needs. */
function graph(model: TfjsModel, end?: string): Built {
  const weights = weightsOf(model);
  const { node: all } = model.modelJson.modelTopology as unknown as { readonly node: readonly GraphNode[] };
  // A name that begins with ^ says only what is computed before; a number after the name of a node, which of its outputs is read.
  const read = (node: GraphNode): string[] =>
    (node.input ?? []).filter((name) => !name.startsWith('^')).map((name) => name.replace(/:0$/, ''));
  const nodes = new Map(all.map((node) => [node.name, { ...node, input: read(node) }]));
  const { outputs } = signatureOf(model);
  const last = end ?? Object.values(outputs)[0]?.name.replace(/:0$/, '') ?? 'output';
  const built = new OnnxLayers();
  const named = new Map<string, Maps>();
  for (const node of inOrder(nodes, last)) if (node.op !== 'Const') named.set(node.name, made(node));
  return { built, named, output: need(named, last) };

  function made(node: ReadNode): Maps {
    const { name, op, input, attr = {} } = node;
    const inputs = input
      .filter((each) => !nodes.get(each) || nodes.get(each)!.op !== 'Const')
      .map((each) => need(named, each));
    const constants = input.filter((each) => nodes.get(each)?.op === 'Const').map((each) => need(weights, each));
    const word = (key: string): string => textOf(attr[key]?.s ?? '');
    const numbers = (key: string): number[] => (attr[key]?.list?.i ?? []).map(Number);
    const window = (size: Pair): Window => ({
      size,
      strides: numbers('strides').slice(1, 3) as unknown as Pair,
      padding: word('padding').toLowerCase() as 'same' | 'valid',
    });
    const fused = (): Activation => {
      const [first, second, ...more] = (attr.fused_ops?.list?.s ?? []).map(textOf);
      if (first !== 'BiasAdd' || more.length > 0) throw unable(op, name);
      return activationNamed(second?.toLowerCase() ?? 'linear');
    };
    const convolution = (depthwise: boolean): Maps => {
      const [kernel, bias] = constants as [Weight, Weight];
      if (numbers('dilations').some((rate) => rate !== 1)) throw unable(op, name);
      const activation = fused();
      const [height, width] = kernel.shape as [number, number];
      const maps = built.convolution(`${name}/convolution`, inputs[0]!, {
        kernel,
        depthwise,
        bias: bias.values(),
        ...window([height, width]),
      });
      return built.activation(name, maps, activation);
    };
    const make: Readonly<Record<string, () => Maps>> = {
      Placeholder: () =>
        built.input(name, attr.shape!.shape!.dim.slice(1).map(({ size }) => Number(size)) as [number, number, number]),
      Mul: () => built.scalar(name, inputs[0]!, 'Mul', number(constants[0])),
      // The number may be on the left of a product only.
      Sub: () =>
        built.scalar(name, inputs[0]!, 'Sub', number(nodes.get(input[1]!)?.op === 'Const' ? constants[0] : undefined)),
      _FusedConv2D: () => convolution(false),
      FusedDepthwiseConv2dNative: () => convolution(true),
      AddV2: () => built.add(name, [inputs[0]!, inputs[1]!]),
      AvgPool: () => built.pool(name, inputs[0]!, 'average', window(numbers('ksize').slice(1, 3) as unknown as Pair)),
      Squeeze: () => built.flatten(name, inputs[0]!),
      _FusedMatMul: () =>
        built.activation(
          `${name}/${fused()}`,
          built.dense(name, inputs[0]!, constants[0]!, constants[1]!.values()),
          fused(),
        ),
      Softmax: () => built.activation(name, inputs[0]!, 'softmax'),
      Identity: () => inputs[0]!,
    };
    function number(weight: Weight | undefined): Weight {
      if (weight?.shape.length !== 0) throw unable(op, name);
      return weight;
    }
    if (!Object.hasOwn(make, op)) throw unable(op, name);
    return make[op]!();
  }
}

const textOf = (base64: string): string => fromUtf8(fromBase64(base64));

/** The signature of a saved model, which exporters keep in one of two places. */
function signatureOf({ modelJson }: TfjsModel): {
  readonly outputs: Readonly<Record<string, { readonly name: string }>>;
} {
  const { signature, userDefinedMetadata } = modelJson as unknown as Record<
    string,
    { signature?: unknown } | undefined
  >;
  return (signature ?? userDefinedMetadata?.signature ?? { outputs: {} }) as ReturnType<typeof signatureOf>;
}

/** The nodes that a node needs, each after those that it reads itself. */
function inOrder(nodes: ReadonlyMap<string, ReadNode>, last: string): ReadNode[] {
  const done = new Set<string>();
  const ordered: ReadNode[] = [];
  // Not a function that calls itself: a graph may be as deep as it is long.
  const waiting = [last];
  while (waiting.length > 0) {
    const name = waiting.at(-1)!;
    const node = need(nodes, name);
    const first = node.input.find((each) => !done.has(each));
    if (first !== undefined && !done.has(name)) {
      if (waiting.includes(first)) throw new UserError(`its node ${name} reads itself`);
      waiting.push(first);
      continue;
    }
    waiting.pop();
    if (done.has(name)) continue;
    done.add(name);
    ordered.push(node);
  }
  return ordered;
}
