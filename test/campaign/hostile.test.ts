/** Files that claim hostile sizes: each is refused with one sentence, at once, and takes nothing with it. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { readHead } from '../../src/classify/model-folder.ts';
import { loadOnnxRuntime } from '../../src/classify/onnx.ts';
import { loadUserNetwork } from '../../src/classify/user-network.ts';
import { checkAny, readExperiment } from '../../src/experiment/experiment-file.ts';
import { readPreset } from '../../src/harness/edit-preset.ts';
import { decode } from '../../src/image/decode.ts';
import { decodeFast } from '../../src/image/decode-fast.ts';
import { segments, startOfScan } from '../../src/image/jpeg.ts';
import { sharp } from '../../src/image/sharp.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { reasonOf, UserError } from '../../src/util/errors.ts';
import { jsonValue, yamlValue } from '../../src/util/plain-data.ts';
import { matrix, onnxFile, onnxInitialiser, saveLayers, seedFile, type Tiny } from '../classify/tiny-network.ts';
import { measured, outcomeOf } from './run-case.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** CPU in milliseconds and memory in mebibytes that a refusal may cost: several times what it does, so that a slow machine is not taken for a fault. */
const [mostMillis, mostMebibytes] = [4000, 100];

/** The sentence with which the file is refused. */
async function refusal(read: () => unknown): Promise<string> {
  const { outcome, cpuMillis, grownMebibytes } = await measured(() =>
    outcomeOf(async () => {
      await read();
      return 0;
    }),
  );
  expect(outcome).toMatchObject({ state: 'refused' });
  expect(cpuMillis).toBeLessThan(mostMillis);
  expect(grownMebibytes).toBeLessThan(mostMebibytes);
  return outcome.state === 'refused' ? outcome.reason : '';
}

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe('audit: settings in YAML', () => {
  const bomb = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n');
  const chain = Array.from({ length: 900 }, (_, i) => `- &a${i + 1} [*a${i}]`).join('\n');
  test.each([
    ['a few thousand dashes, which once ended the process', '- '.repeat(3000), /more than 100 deep/],
    ['brackets', '['.repeat(100_000), /more than 100 deep/],
    ['explicit keys', '? '.repeat(3000), /more than 100 deep/],
    [
      'a map in a map, each on its line',
      Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      /100 deep/,
    ],
    ['aliases of aliases', `a0: &a0 [x]\n${bomb}`, /alias count/],
    ['aliases that lie in one another', `- &a0 x\n${chain}`, /alias count|100 deep/],
    ['many aliases', `- &a x\n${'- *a\n'.repeat(2000)}`, /more aliases, limit 1000/],
    ['many keys', Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`).join('\n'), /more keys in one map, limit 5000/],
    ['many mistakes', `[${','.repeat(50_000)}`, /at line 1, column \d+$/],
    ['many anchors', '&a '.repeat(30_000), /at line 1, column 4$/],
    ['two million characters', `a: ${'x'.repeat(2e6)}`, /2000003 characters, limit 1048576/],
    ['a second document', 'a: 1\n---\nb: 2\n', /a second document begins at line 2/],
    ['a tag that nobody knows', 'a: !python/object x', /Unresolved tag/],
    ['an alias of itself', '&a [*a]', /more than 100 deep/],
  ])('%s', async (_, text, sentence) => {
    const path = file('experiment.yaml', text);
    expect(await refusal(() => readExperiment(path))).toMatch(sentence);
    expect(await refusal(() => readPreset(path))).toMatch(/^Preset /);
  });

  test('what is written as any text editor writes it is read', () => {
    expect(yamlValue('\ufeffa: [1, 2]\r\nb: "x"\r\n', 'it')).toEqual({ a: [1, 2], b: 'x' });
    expect(yamlValue('{"a": {"b": [null, 1e3]}}', 'it')).toEqual({ a: { b: [null, 1000] } });
    expect(yamlValue('x: &x [1]\ny: *x\n', 'it')).toEqual({ x: [1], y: [1] });
    expect(yamlValue('', 'it')).toBeNull();
    expect(() => yamlValue('a: 1\na: 2', 'Preset p')).toThrow(
      new UserError('Preset p is neither YAML nor JSON: Map keys must be unique at line 2, column 1'),
    );
  });

  test('JSON that lies deep is refused, and a value of any kind has a sentence', () => {
    expect(() => jsonValue(`${'['.repeat(1e6)}${']'.repeat(1e6)}`, 'it')).toThrow(/more than 100 deep/);
    for (const kind of [{ toString: 0 }, [[['x']]], 7, true])
      expect(() => checkAny({ kind }, 'Experiment x')).toThrow(
        /^Expected one of tradeoff, .* for Experiment x at \/kind/,
      );
  });
});

describe('audit: heads', () => {
  const layer = { inputs: 4, outputs: 2, activation: 'none', weights: 'A'.repeat(44), bias: 'A'.repeat(12) };
  const head = {
    version: 1,
    name: 'h',
    kind: 'logistic',
    network: { name: 'n', sha256: '0'.repeat(64), embeddingLength: 4 },
    labels: ['a', 'b'],
    layers: [layer],
    temperature: 1,
  };
  test.each([
    ['10^9 outputs', { ...head, layers: [{ ...layer, outputs: 1e9 }] }, /at \/layers\/0\/outputs: must be <= 65536/],
    [
      '65,536 × 65,536 weights',
      {
        ...head,
        network: { ...head.network, embeddingLength: 65_536 },
        layers: [{ ...layer, inputs: 65_536, outputs: 65_536 }],
      },
      /labels/,
    ],
    ['a hundred layers', { ...head, layers: Array.from({ length: 100 }, () => layer) }, /at \/layers/],
    ['200,000 labels', { ...head, labels: Array.from({ length: 200_000 }, (_, i) => `l${i}`) }, /labels/],
    ['the same label 200,000 times', { ...head, labels: Array.from({ length: 200_000 }, () => 'l') }, /labels/],
    ['weights of 20 MB', { ...head, layers: [{ ...layer, weights: 'A'.repeat(2e7) }] }, /15000000 bytes instead of 8/],
    [
      'a temperature that makes all scores no numbers',
      { ...head, temperature: 1e-320 },
      /at \/temperature: must be >=/,
    ],
    ['a number of 10^5 digits', { ...head, temperature: 'N' }, /temperature/],
  ])('%s', async (_, value, sentence) => {
    const text = JSON.stringify(value).replace('"N"', '9'.repeat(100_000));
    file('head.json', text);
    expect(await refusal(() => readHead(`${folder}/`))).toMatch(sentence);
  });
});

const tiny: Tiny = { side: 4, block: 1, outputs: 8, weights: matrix(48, 8, [37, 101, 199]) };
const picture = { width: 4, height: 4, channels: 3, data: new Uint8Array(48) } as const;

/** Loads the network that is in the folder, and shows it a picture. */
async function load(format: 'onnx' | 'tfjs', model: string): Promise<void> {
  const input = { width: 4, height: 4, layout: 'nchw', mean: 0.5, scale: 2 };
  const network = { version: 1, name: 'n', format, model, input, matrix: { path: 'seed.dat' }, bits: 16, threshold: 3 };
  file('seed.dat', seedFile(matrix(16, 8, [131, 71, 257])));
  await (await loadUserNetwork(file('network.yaml', stringify(network)), { backend: 'cpu' })).hash(picture);
}

describe('audit: tfjs models', () => {
  type Model = {
    modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
    weightsManifest: { paths: string[]; weights: { shape: unknown; dtype: string }[] }[];
  };
  let whole: string;
  const fetched = vi.spyOn(globalThis, 'fetch');
  beforeAll(async () => {
    await saveLayers(tiny, folder);
    symlinkSync('/dev/zero', join(folder, 'zero'));
    whole = readFileSync(join(folder, 'model.json'), 'utf8');
    // What tfjs loads once is no file's cost.
    await load('tfjs', 'model.json');
  });
  afterAll(() => {
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  const paths =
    (...names: string[]) =>
    (model: Model): void => {
      model.weightsManifest[0]!.paths = names;
    };
  const shape =
    (value: unknown) =>
    (model: Model): void => {
      model.weightsManifest[0]!.weights[0]!.shape = value;
    };
  const dense = (key: string, value: unknown) => (model: Model) => {
    for (const { class_name: name, config } of model.modelTopology.config.layers)
      if (name === 'Dense') config[key] = value;
  };
  const inserted =
    (at: number, name: string, config: object, times = 1) =>
    (model: Model) =>
      void model.modelTopology.config.layers.splice(
        at,
        0,
        ...Array.from({ length: times }, (_, i) => ({ class_name: name, config: { name: `x${i}`, ...config } })),
      );
  test.each<readonly [string, (model: Model) => void, RegExp]>([
    ['a shard by an absolute path', paths('/etc/passwd'), /outside the folder/],
    ['a shard above the folder', paths('../shard-1.bin'), /outside the folder/],
    ['a shard on the web', paths('http://127.0.0.1:9/shard-1.bin'), /no such file/],
    ['a shard behind a file', paths('shard-1.bin/x'), /cannot be read \(ENOTDIR\)/],
    ['a device as shard', paths('zero'), /is not a file/],
    [
      'the same shard 100,000 times',
      paths(...new Array<string>(100_000).fill('shard-1.bin')),
      /100000 shards, limit 1024/,
    ],
    [
      'the same shard 1,000 times',
      paths(...new Array<string>(1000).fill('shard-1.bin')),
      /shards hold \d+ bytes where/,
    ],
    ['weights of 40 GB', shape([1e5, 1e5]), /says that the weights have 40000000000/],
    ['weights of 10^308', shape([1e308, 8]), /lacks name, shape or a known dtype/],
    ['weights of −48 × −8', shape([-48, -8]), /lacks name, shape or a known dtype/],
    ['a layer of 10^9 units', dense('units', 1e9), /a layer has units 1000000000, but no weight/],
    [
      'an input of 10^18 values',
      (model) => {
        model.modelTopology.config.layers[0]!.config.batch_input_shape = [null, 3, 1e9, 1e9];
      },
      /limit 67108864/,
    ],
    ['20,000 layers', inserted(1, 'Activation', { activation: 'linear' }, 20_000), /more than 2000 layers/],
    ['a layer that repeats its input 10^9 times', inserted(2, 'RepeatVector', { n: 1e9 }), /48000000000 values, limit/],
  ])('%s', async (_, change, sentence) => {
    const model = JSON.parse(whole) as Model;
    change(model);
    file('model.json', JSON.stringify(model));
    expect(await refusal(() => load('tfjs', 'model.json'))).toMatch(sentence);
    file('model.json', whole);
    await load('tfjs', 'model.json');
  });
});

const noOnnx = await loadOnnxRuntime().then(() => undefined, reasonOf);

describe.skipIf(noOnnx !== undefined)('audit: ONNX files', () => {
  beforeAll(() => load('onnx', file('model.onnx', onnxFile(tiny))));

  test.each([
    ['weights of 2^40 × 8', [2 ** 40, 8]],
    ['weights of 2^31 × 2^31', [2 ** 31, 2 ** 31]],
    ['weights of 10^15', [1e15]],
  ])('%s', async (_, sizes) => {
    const path = file(
      'model.onnx',
      onnxFile({ ...tiny, initialiser: onnxInitialiser('weights', sizes, new Uint8Array(32)) }),
    );
    expect(await refusal(() => load('onnx', path))).toMatch(/^The network n cannot be loaded: /);
    // The runtime goes on.
    await load('onnx', file('model.onnx', onnxFile(tiny)));
  });
});

describe('audit M5: a JPEG with a thousand scans', () => {
  test('is refused by the fast decoder where the plain one refuses it, and at its cost', async () => {
    const side = 1008;
    const data = Uint8Array.from({ length: side * side }, (_, i) => 128 + 100 * Math.sin(i / 97));
    const bytes: Uint8Array = await sharp(data, { raw: { width: side, height: side, channels: 1 } })
      .jpeg({ progressive: true, quality: 20 })
      .toBuffer();
    const all = [...segments(bytes)];
    const last = all.filter(({ marker }) => marker === startOfScan).at(-1)!;
    const from = last.end - 4 - last.payload.length;
    const scan = bytes.subarray(from, bytes.length - 2);
    const many = concatBytes(bytes.subarray(0, from), ...new Array<Uint8Array>(1000).fill(scan), bytes.subarray(-2));
    await decodeFast(bytes);
    const plain = await refusal(() => decode(many));
    expect(await refusal(() => decodeFast(many))).toBe(plain);
  });
});
