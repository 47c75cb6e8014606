/** Reads the files of a tfjs model: a model.json and its weight shards. Their contents are checked before anything is allocated. */
import type { io } from '@tensorflow/tfjs';
import { fromUtf8 } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import { jsonValue } from '../util/plain-data.ts';
import { readParts } from './model-parts.ts';
import type { TfjsModel } from './tfjs-model.ts';

/** Maximum bytes of a model.json, which contains only the topology. */
const mostTopology = 64 * 2 ** 20;
/** Maximum number of layers: tfjs recurses from layer to layer, and the deepest networks for pictures have about a thousand. */
const mostLayers = 2000;
/** Maximum number of values of an input picture. */
const mostInputs = 2 ** 26;

/**
 * Reads the shards that a model.json names, all in or below its own folder. Throws a UserError if it is not a model.json, or if its shards
 * do not match it.
 */
export async function readShards(path: string, bytes: Uint8Array): Promise<TfjsModel> {
  if (bytes.length > mostTopology)
    throw new UserError(`its model.json has ${bytes.length} bytes, limit ${mostTopology}`);
  const modelJson = parse(bytes);
  const specs = modelJson.weightsManifest.flatMap(({ weights }) => weights);
  checkSizes(modelJson.modelTopology, specs);
  const names = modelJson.weightsManifest.flatMap(({ paths }) => paths);
  const shards = await readParts(path, names, 'shard');
  const total = shards.reduce((sum, { length }) => sum + length, 0);
  const claimed = specs.reduce((sum, each) => sum + bytesOf(each), 0);
  // Only the reader of a text knows its length (NaN).
  if (claimed !== total && !Number.isNaN(claimed))
    throw new UserError(`its shards hold ${total} bytes where model.json says that the weights have ${claimed}`);
  const weights = new Uint8Array(total);
  let at = 0;
  for (const shard of shards) {
    weights.set(shard, at);
    at += shard.length;
  }
  return { modelJson, weights };
}

type Spec = io.WeightsManifestEntry;

/** Bytes per value of each type in a shard; the length of text varies. */
const typeBytes: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  string: Number.NaN,
  float16: 2,
  uint16: 2,
  uint8: 1,
};

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1);

const bytesOf = ({ shape, dtype, quantization }: Spec): number =>
  sizeOf(shape) * typeBytes[quantization?.dtype ?? dtype]!;

/** Fields with which a layer states the size of a weight; each is the length of one side of that weight. */
const sides = new Set(['units', 'filters', 'output_dim', 'input_dim']);

/**
 * Rejects a topology whose layers would allocate more than the weights require: tfjs creates every layer at full size before it reads the
 * weights.
 */
function checkSizes(topology: object, specs: readonly Spec[]): void {
  const longest = specs.reduce((most, { shape }) => Math.max(most, ...shape), 0);
  // Not recursive: the topology can be as deep as `jsonValue` allows, and as long as the file.
  let layers = 0;
  const waiting: object[] = [topology];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop())
    for (const [key, value] of Object.entries(each)) {
      if (sides.has(key) && typeof value === 'number' && value > longest)
        throw new UserError(`a layer has ${key} ${value}, but no weight has a side of more than ${longest}`);
      if (/^batch_?input_?shape$/i.test(key) && Array.isArray(value)) {
        const inputs = sizeOf(value.filter((side) => typeof side === 'number'));
        if (!(inputs <= mostInputs)) throw new UserError(`its input has ${inputs} values, limit ${mostInputs}`);
      }
      if (key === 'layers' && Array.isArray(value)) layers += value.length;
      if (layers > mostLayers) throw new UserError(`it has more than ${mostLayers} layers`);
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
}

function parse(bytes: Uint8Array): io.ModelJSON {
  const wrong = (why: string): UserError => new UserError(`it is not the model.json of a tfjs model: ${why}`);
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    throw wrong('no text in UTF-8');
  }
  const value = jsonValue(text, 'it is not the model.json of a tfjs model: its text') as Partial<io.ModelJSON> | null;
  if (!(value?.modelTopology instanceof Object) || !Array.isArray(value.weightsManifest))
    throw wrong('no JSON with modelTopology and weightsManifest');
  for (const group of value.weightsManifest as readonly unknown[]) {
    const { paths, weights } = (group ?? {}) as { paths?: unknown; weights?: unknown };
    if (!Array.isArray(paths) || !paths.every((at) => typeof at === 'string'))
      throw wrong('a group of its weightsManifest has no paths');
    if (!Array.isArray(weights) || !weights.every(isSpec))
      throw wrong('a weight in its weightsManifest lacks name, shape or a known dtype');
  }
  return value as io.ModelJSON;
}

function isSpec(value: unknown): value is Spec {
  const { name, shape, dtype, quantization } = (value ?? {}) as Record<keyof Spec, unknown>;
  const stored = quantization === undefined ? dtype : (quantization as { dtype?: unknown } | null)?.dtype;
  return (
    typeof name === 'string' &&
    [dtype, stored].every((each) => typeof each === 'string' && Object.hasOwn(typeBytes, each)) &&
    Array.isArray(shape) &&
    shape.every((side) => Number.isSafeInteger(side) && side >= 0) &&
    Number.isSafeInteger(sizeOf(shape as number[]))
  );
}
