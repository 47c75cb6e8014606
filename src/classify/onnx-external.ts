/**
 * The files beside an ONNX file that hold its weights: models of more than two gigabytes must have some, and exporters make them for smaller
 * ones too. Their names stand in the model's tensors. Fields by their numbers in onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), in the wire format of Protocol Buffers.
 */
import { fromUtf8 } from '../util/bytes.ts';

/** The messages in which tensors can lie, each with its fields that are messages again. */
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

/** Names of the files in which tensors of the model lie, each once. What is no ONNX file has none. */
export function externalFiles(model: Uint8Array): string[] {
  const found = new Set<string>();
  // No function that calls itself: graphs may lie in graphs as deep as a stranger likes.
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

/** The value of an entry whose key is "location". */
function locationOf(entry: Uint8Array): string | undefined {
  const parts = new Map([...fields(entry)].map(({ id, content }) => [id, content]));
  const [key, value] = [parts.get(1), parts.get(2)];
  return key && value && fromUtf8(key) === 'location' ? fromUtf8(value) : undefined;
}

/** The fields of a message that have a length: text, bytes and messages. Ends where the bytes are no message. */
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
