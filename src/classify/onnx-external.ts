/**
 * Finds the additional files with an ONNX model's weights: models of more than two gigabytes need them, and exporters also create them for
 * smaller ones. The model's tensors contain their names. Fields are identified by their numbers in onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), in the wire format of Protocol Buffers.
 */
import { fromUtf8 } from '../util/bytes.ts';

/** The messages that can contain tensors, each with its fields that are messages again. */
const messages = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
} as const;
type Message = keyof typeof messages | 'entry';

/** Names of the files that contain tensors of the model, each once; empty if it is not an ONNX file. */
export function externalFiles(model: Uint8Array): string[] {
  const found = new Set<string>();
  // Not recursive: graphs can be nested to any depth.
  const waiting: { readonly message: Message; readonly bytes: Uint8Array }[] = [{ message: 'model', bytes: model }];
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    const { message, bytes } = each;
    if (message === 'entry') {
      const location = locationOf(bytes);
      if (location !== undefined) found.add(location);
      continue;
    }
    const inner = messages[message] as Readonly<Record<number, Message>>;
    for (const { id, content } of fields(bytes)) if (inner[id]) waiting.push({ message: inner[id], bytes: content });
  }
  return [...found].sort();
}

/** The value of an entry with the key "location". */
function locationOf(entry: Uint8Array): string | undefined {
  const parts = new Map([...fields(entry)].map(({ id, content }) => [id, content]));
  const [key, value] = [parts.get(1), parts.get(2)];
  return key && value && fromUtf8(key) === 'location' ? fromUtf8(value) : undefined;
}

/** The fields of a message that have a length: text, bytes and messages. Stops where the bytes are malformed. */
function* fields(bytes: Uint8Array): Generator<{ readonly id: number; readonly content: Uint8Array }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64 && at < bytes.length; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (!(at + length <= bytes.length)) return;
      yield { id: Math.floor(tag / 8), content: bytes.subarray(at, at + length) };
      at += length;
    } else return;
  }
}
