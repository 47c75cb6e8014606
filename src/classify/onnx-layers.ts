/**
 * The layers of the bundled networks as ONNX operators. tfjs keeps pictures as height × width × channels, ONNX as channels × height × width: the
 * input is turned once, and every kernel when it is written. Kernels stay in the 8 bits in which they are stored; onnxruntime makes floats of
 * them, with batch normalisation folded in, when it loads the file.
 */
import { UserError } from '../util/errors.ts';
import { OnnxWriter, toFloat } from './onnx-writer.ts';
import type { Weight } from './tfjs-weights.ts';

/** What a layer gives: pictures × channels × height × width, or pictures × channels where `flat`. */
export interface Maps {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly flat?: true;
}

/** How a window moves over a picture. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  /** 'same': zeros around it, so that a stride of 1 keeps the size; 'valid': none; or how many at top, left, bottom, right. */
  readonly padding: 'same' | 'valid' | readonly [number, number, number, number];
}

/** A convolution. */
interface Convolution extends Omit<Window, 'size'> {
  /** Height × width × inputs × outputs; of a depthwise one, height × width × inputs × outputs per input. */
  readonly kernel: Weight;
  readonly depthwise: boolean;
  /** One number for each output; `factor` multiplies it before `bias` is added. */
  readonly factor?: Float32Array | undefined;
  readonly bias?: Float32Array | undefined;
}

/** What follows a layer, by the names of Keras; relu6 is relu up to 6. */
export type Activation = 'linear' | 'relu' | 'relu6' | 'softmax';

const activations: readonly string[] = ['linear', 'relu', 'relu6', 'softmax'] satisfies Activation[];
/** The activation of that name. A UserError where it is none of those that can be converted. */
export function activationNamed(name: string): Activation {
  if (activations.includes(name)) return name as Activation;
  throw new UserError(`its activation ${name} cannot be converted to ONNX`);
}

/** A network that grows by one layer at a time. */
export class OnnxLayers {
  readonly #writer = new OnnxWriter();
  #input: { readonly name: string; readonly shape: readonly number[] } | undefined;
  #limits: readonly string[] | undefined;

  /** The input: pictures × height × width × channels. */
  input(name: string, [height, width, channels]: readonly [number, number, number]): Maps {
    this.#input = { name, shape: [height, width, channels] };
    const turned = this.#writer.node(`${name}/channels first`, 'Transpose', [name], { perm: [0, 3, 1, 2] });
    return { name: turned, channels, height, width };
  }

  convolution(name: string, from: Maps, { kernel, depthwise, factor, bias, strides, padding }: Convolution): Maps {
    const [height, width, inputs, outputs] = kernel.shape as readonly [number, number, number, number];
    if (inputs !== from.channels) throw new UserError(`its layer ${name} takes ${inputs} channels of ${from.channels}`);
    const channels = depthwise ? inputs * outputs : outputs;
    const weights = this.#weight(`${name}/kernel`, kernel, {
      shape: [channels, depthwise ? 1 : inputs, height, width],
      order: channelsFirst(kernel.shape, depthwise),
      factor,
    });
    const window: Window = { size: [height, width], strides, padding };
    const { attributes, ...size } = windowOf(from, window);
    const added = bias ? [this.#writer.constant(`${name}/bias`, { shape: [channels], data: bias })] : [];
    this.#writer.node(name, 'Conv', [from.name, weights, ...added], { ...attributes, group: depthwise ? inputs : 1 });
    return { name, channels, ...size };
  }

  pool(name: string, from: Maps, kind: 'max' | 'average', window: Window): Maps {
    const { attributes, ...size } = windowOf(from, window);
    this.#writer.node(name, kind === 'max' ? 'MaxPool' : 'AveragePool', [from.name], attributes);
    return { name, channels: from.channels, ...size };
  }

  /** The mean of the third powers of each channel. */
  meanCube(name: string, from: Maps): Maps {
    const square = this.#writer.node(`${name}/square`, 'Mul', [from.name, from.name]);
    const cube = this.#writer.node(`${name}/cube`, 'Mul', [square, from.name]);
    return {
      name: this.#writer.node(`${name}/mean`, 'GlobalAveragePool', [cube]),
      channels: from.channels,
      height: 1,
      width: 1,
    };
  }

  add(name: string, from: readonly [Maps, Maps]): Maps {
    return {
      ...from[0],
      name: this.#writer.node(
        name,
        'Add',
        from.map((each) => each.name),
      ),
    };
  }

  /** Side by side, by channels. */
  concatenate(name: string, from: readonly Maps[]): Maps {
    const channels = from.reduce((sum, each) => sum + each.channels, 0);
    this.#writer.node(
      name,
      'Concat',
      from.map((each) => each.name),
      { axis: 1 },
    );
    return { ...from[0]!, name, channels };
  }

  /** The input with one number multiplied or subtracted. */
  scalar(name: string, from: Maps, operator: 'Mul' | 'Sub', value: Weight): Maps {
    const constant = this.#writer.constant(`${name}/number`, { shape: [], data: value.values() });
    return { ...from, name: this.#writer.node(name, operator, [from.name, constant]) };
  }

  /** One number for each channel. A UserError where there is still a picture: its order would be another than in tfjs. */
  flatten(name: string, from: Maps): Maps {
    if (from.flat) return from;
    if (from.height * from.width !== 1)
      throw new UserError(`its layer ${name} flattens maps of ${from.height} × ${from.width}; expected 1 × 1`);
    return { ...from, name: this.#writer.node(name, 'Flatten', [from.name], { axis: 1 }), flat: true };
  }

  /** A matrix of inputs × outputs. */
  dense(name: string, from: Maps, matrix: Weight, bias: Float32Array | undefined): Maps {
    const [inputs, channels] = matrix.shape as readonly [number, number];
    if (!from.flat || inputs !== from.channels)
      throw new UserError(`its layer ${name} takes ${inputs} numbers, not what it gets`);
    const weights = this.#weight(`${name}/matrix`, matrix, { shape: matrix.shape });
    const added = bias ? [this.#writer.constant(`${name}/bias`, { shape: [channels], data: bias })] : [];
    return { ...from, name: this.#writer.node(name, 'Gemm', [from.name, weights, ...added]), channels };
  }

  activation(name: string, from: Maps, activation: Activation): Maps {
    if (activation === 'linear') return from;
    if (activation === 'relu') return { ...from, name: this.#writer.node(name, 'Relu', [from.name]) };
    if (activation === 'relu6') {
      this.#limits ??= [0, 6].map((limit) =>
        this.#writer.constant(`limit ${limit}`, { shape: [], data: Float32Array.of(limit) }),
      );
      return { ...from, name: this.#writer.node(name, 'Clip', [from.name, ...this.#limits]) };
    }
    return { ...from, name: this.#writer.node(name, 'Softmax', [from.name], { axis: from.flat ? 1 : -1 }) };
  }

  /** The file, which gives each of the outputs under its key. */
  file(outputs: Readonly<Record<string, Maps>>, producer: string): Uint8Array {
    if (!this.#input) throw new UserError('it has no input');
    const named = Object.entries(outputs).map(([key, maps]) => {
      const flat = this.flatten(`${key}/flat`, maps);
      return { name: this.#writer.node(key, 'Identity', [flat.name]), length: flat.channels };
    });
    return this.#writer.file(this.#input, named, producer);
  }

  /** A weight in another order, multiplied by one number for each entry of its first side; the name of its floats. */
  #weight(
    name: string,
    { quantised, values }: Weight,
    {
      shape,
      order,
      factor,
    }: { readonly shape: readonly number[]; readonly order?: Uint32Array; readonly factor?: Float32Array | undefined },
  ): string {
    const writer = this.#writer;
    const number = (what: string, value: number): string =>
      writer.constant(`${name}/${what}`, { shape: [], data: Float32Array.of(value) });
    let floats: string;
    if (quantised) {
      const { bytes, scale, min } = quantised;
      const stored = writer.constant(`${name}/bytes`, {
        shape,
        data: order ? reordered(bytes, new Uint8Array(bytes.length), order) : bytes,
      });
      const cast = writer.node(`${name}/cast`, 'Cast', [stored], { to: toFloat });
      const scaled = writer.node(`${name}/scaled`, 'Mul', [cast, number('scale', scale)]);
      floats = writer.node(name, 'Add', [scaled, number('min', min)]);
    } else {
      const all = values();
      floats = writer.constant(name, {
        shape,
        data: order ? reordered(all, new Float32Array(all.length), order) : all,
      });
    }
    if (!factor) return floats;
    const factors = writer.constant(`${name}/factors`, { shape: [factor.length, 1, 1, 1], data: factor });
    return writer.node(`${name}/folded`, 'Mul', [floats, factors]);
  }
}

/** The numbers in another order: `to[i]` is the one at `order[i]`. */
function reordered<T extends Uint8Array | Float32Array>(from: T, to: T, order: Uint32Array): T {
  for (let i = 0; i < order.length; i++) to[i] = from[order[i]!]!;
  return to;
}

/** Where in a kernel of tfjs each number of one of ONNX lies. */
function channelsFirst(shape: readonly number[], depthwise: boolean): Uint32Array {
  const [height, width, inputs, outputs] = shape as readonly [number, number, number, number];
  const order = new Uint32Array(height * width * inputs * outputs);
  const [outer, inner] = depthwise ? [inputs, outputs] : [outputs, inputs];
  let to = 0;
  for (let a = 0; a < outer; a++)
    for (let b = 0; b < inner; b++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [input, output] = depthwise ? [a, b] : [b, a];
          order[to++] = ((y * width + x) * inputs + input) * outputs + output;
        }
  return order;
}

/** A window's attributes, and the size of what it gives. */
function windowOf({ height, width }: Maps, { size, strides, padding }: Window) {
  const along = (
    side: number,
    axis: 0 | 1,
  ): { readonly before: number; readonly after: number; readonly count: number } => {
    const [length, stride] = [size[axis], strides[axis]];
    if (padding === 'same') {
      const count = Math.ceil(side / stride);
      const total = Math.max((count - 1) * stride + length - side, 0);
      // Where it cannot be halved, TensorFlow puts the larger part after the picture.
      return { before: Math.floor(total / 2), after: Math.ceil(total / 2), count };
    }
    const [before, after] = padding === 'valid' ? [0, 0] : [padding[axis], padding[axis + 2]!];
    return { before, after, count: Math.floor((side + before + after - length) / stride) + 1 };
  };
  const [rows, columns] = [along(height, 0), along(width, 1)];
  return {
    height: rows.count,
    width: columns.count,
    attributes: {
      kernel_shape: [...size],
      strides: [...strides],
      pads: [rows.before, columns.before, rows.after, columns.after],
    },
  };
}
