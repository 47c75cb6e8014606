/**
 * Writes ONNX files: nodes, tensors and one input, in the wire format of Protocol Buffers. The same calls give the same bytes. Fields by their
 * numbers in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { concatBytes, utf8 } from '../util/bytes.ts';

/** An attribute of a node: a whole number, several, or a word. */
type Attribute = number | readonly number[] | string;

/** Numbers that lie in the file. */
interface Constant {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array;
}

/** Opset of the operators that the converter uses, and the version of the file format that belongs to it. */
const [opset, irVersion] = [13, 8];
const types = { float: 1, uint8: 2 } as const;
/** Types of an attribute. */
const kinds = { int: 2, string: 3, ints: 7 } as const;
/** Number of the element type that Cast turns its input into. */
export const toFloat = types.float;

/** A graph that grows by one node at a time; names are given by the caller, each once. */
export class OnnxWriter {
  readonly #nodes: Uint8Array[] = [];
  readonly #constants: Uint8Array[] = [];
  readonly #names = new Set<string>();

  /** A tensor that lies in the file; its name. */
  constant(name: string, { shape, data }: Constant): string {
    this.#own(name);
    const type = data instanceof Uint8Array ? types.uint8 : types.float;
    const sides = shape.map((side) => whole(1, side));
    this.#constants.push(concatBytes(...sides, whole(2, type), text(8, name), bytes(9, littleEndian(data))));
    return name;
  }

  /** A node of one output; the output's name. */
  node(
    name: string,
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.#own(name);
    const given = Object.entries(attributes).map(([key, value]) => bytes(5, attribute(key, value)));
    this.#nodes.push(
      concatBytes(...inputs.map((input) => text(1, input)), text(2, name), text(3, name), text(4, operator), ...given),
    );
    return name;
  }

  /** The file. The first side of the input, and of every output, is the number of pictures. */
  file(
    input: { readonly name: string; readonly shape: readonly number[] },
    outputs: readonly { readonly name: string; readonly length: number }[],
    producer: string,
  ): Uint8Array {
    const graph = concatBytes(
      ...this.#nodes.map((each) => bytes(1, each)),
      text(2, 'network'),
      ...this.#constants.map((each) => bytes(5, each)),
      bytes(11, value(input.name, input.shape)),
      ...outputs.map(({ name, length }) => bytes(12, value(name, [length]))),
    );
    return concatBytes(whole(1, irVersion), text(2, producer), bytes(7, graph), bytes(8, whole(2, opset)));
  }

  #own(name: string): void {
    if (this.#names.has(name)) throw new Error(`The name ${name} is used twice in an ONNX file`);
    this.#names.add(name);
  }
}

/** Description of an input or an output of floats: pictures × shape. */
function value(name: string, shape: readonly number[]): Uint8Array {
  const sides = [bytes(1, text(2, 'pictures')), ...shape.map((side) => bytes(1, whole(1, side)))];
  const tensor = concatBytes(whole(1, types.float), bytes(2, concatBytes(...sides)));
  return concatBytes(text(1, name), bytes(2, bytes(1, tensor)));
}

function attribute(name: string, given: Attribute): Uint8Array {
  if (typeof given === 'number') return concatBytes(text(1, name), whole(3, given), whole(20, kinds.int));
  if (typeof given === 'string') return concatBytes(text(1, name), text(4, given), whole(20, kinds.string));
  return concatBytes(text(1, name), ...given.map((each) => whole(8, each)), whole(20, kinds.ints));
}

function littleEndian(data: Constant['data']): Uint8Array {
  if (data instanceof Uint8Array) return data;
  const view = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((each, i) => void view.setFloat32(4 * i, each, true));
  return new Uint8Array(view.buffer);
}

// Fields of a message: a whole number of at least 0, or something that has a length.

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) + 128);
  }
}
const whole = (field: number, value: number): Uint8Array => Uint8Array.from([...varint(8 * field), ...varint(value)]);
const bytes = (field: number, content: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.from([...varint(8 * field + 2), ...varint(content.length)]), content);
const text = (field: number, content: string): Uint8Array => bytes(field, utf8(content));
