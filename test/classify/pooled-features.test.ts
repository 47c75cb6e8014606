/** Features of an inner layer: the generalised mean by its definition, and the same on every backend. */
import { expect, test } from 'vitest';
import { mobilenetV2Mid, readBundle } from '../../src/classify/nsfwjs.ts';
import { loadOnnxRuntime } from '../../src/classify/onnx.ts';
import { loadPooledFeatures } from '../../src/classify/pooled-features.ts';
import { toInput } from '../../src/classify/preprocess.ts';
import { loadTfjs } from '../../src/classify/tfjs-model.ts';
import { reasonOf } from '../../src/util/errors.ts';
import { waves } from './picture.ts';

const noOnnx = await loadOnnxRuntime().then(() => undefined, reasonOf);
if (noOnnx) console.warn(`skipped: ${noOnnx}`);

// The third block: soon computed.
const layer = mobilenetV2Mid.embeddingNode.replace('Logits/AvgPool', 'expanded_conv_3/expand/Relu6');
const image = waves(120, 90, 4);

/** (mean of x³)^(1/3) of each channel, over their length, with the sums in another order. */
async function byDefinition(): Promise<number[]> {
  const network = await loadTfjs(await readBundle(mobilenetV2Mid), [layer], 'wasm');
  const [map] = await network.run({ data: toInput(image, 224), shape: [1, 224, 224, 3] });
  const channels = map!.length / 56 ** 2;
  const means = Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let at = map!.length - channels + c; at >= 0; at -= channels) sum += map![at]! ** 3;
    return (sum / 56 ** 2) ** (1 / 3);
  });
  return means.map((each) => each / Math.hypot(...means));
}

test('is the generalised mean of each channel, on every backend', async () => {
  const expected = await byDefinition();
  for (const backend of ['wasm', 'cpu', ...(noOnnx ? [] : ['onnx'])]) {
    const features = await loadPooledFeatures(mobilenetV2Mid, { layer, channels: expected.length }, backend);
    const found = await features.describe(image);
    expect(found).toHaveLength(expected.length);
    for (const [i, each] of expected.entries()) expect(found[i], backend).toBeCloseTo(each, 4);
  }
});
