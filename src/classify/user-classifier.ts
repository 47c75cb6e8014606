/** A user's own network as a classifier: an ONNX file or a tfjs model, with its labels. */
import { check } from '../schema/check.ts';
import { ClassifierFile } from '../schema/network-file.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { inBatches } from './batches.ts';
import type { Classification, Classifier } from './classifier.ts';
import { loadModel, readNetworkValue, runModel } from './network-file.ts';
import { sigmoid, softmax } from './softmax.ts';
import { inputFault, tensorOf } from './tensor-input.ts';

/** Reads and validates the network file of a classifier. Throws a UserError about the first fault, or a MissingError if it does not exist. */
export async function readClassifierFile(path: string): Promise<ClassifierFile> {
  const what = `Network file ${path}`;
  const file = check(ClassifierFile, await readNetworkValue(path, what), what);
  const fault = inputFault(file.input);
  if (fault) throw new UserError(`${what} at ${fault}`);
  return file;
}

/** Functions that turn an output into probabilities. */
const activations = {
  none: (output: Float32Array) => Array.from(output),
  softmax,
  sigmoid: (output: Float32Array) => Array.from(output, sigmoid),
} as const;

/**
 * Loads the classifier that a network file describes; models run on `backend`, or on the usual one (backend.ts). A UserError says
 * what in its files is wrong, a MissingError which file or package is not there. Pictures go in one by one: the batch of many ONNX files
 * is fixed at 1.
 */
export async function loadUserClassifier(
  path: string,
  options: { readonly backend?: string | undefined } = {},
): Promise<Classifier> {
  const file = await readClassifierFile(path);
  const { name, input, labels, activation, output, embedding } = file;
  // Each output is requested once: tfjs cannot return it a second time.
  const outputs = embedding === undefined || embedding === output ? [output] : [output, embedding];
  const { network, sha256 } = await loadModel(path, file, outputs, options.backend);
  const wrong = (why: string): UserError => new UserError(`The network ${name} does not agree with its file: ${why}`);
  const classify: Classifier['classify'] = async (image): Promise<Classification> => {
    const [logits, features = logits] = await runModel(name, network, tensorOf(image, input));
    if (logits!.length !== labels.length)
      throw wrong(`it gives ${logits!.length} scores for ${labels.length} labels (${labels.slice(0, 8).join(', ')})`);
    const scores = activations[activation](logits!);
    // Written so that NaN fails.
    if (!scores.every((each) => each >= 0 && each <= 1))
      throw wrong(
        `its scores with activation ${activation} are [${scores.slice(0, 8).join(', ')}], not all of them from 0 to 1`,
      );
    if (!features!.every(Number.isFinite)) throw wrong('its embedding has values that are not numbers');
    return { scores, embedding: features! };
  };
  // The length of an embedding is only known after a pass.
  const grey = { width: 1, height: 1, channels: 1, data: Uint8Array.of(128) } as const;
  const { length: embeddingLength } = (await classify(grey)).embedding;
  return {
    name,
    labels,
    embeddingLength,
    backend: network.backend,
    inference: network.inference,
    sha256: sha256Hex(canonicalJson({ model: sha256, input, output, embedding, activation, labels })),
    preprocessing: preprocessingOf(input),
    classify,
    classifyMany: (images) => inBatches(images, async ([image]) => [await classify(image!)], 1),
  };
}

/** Name of the preprocessing that a network file describes. */
const preprocessingOf = (input: ClassifierFile['input']): string => `tensor-input-1 ${canonicalJson(input)}`;
