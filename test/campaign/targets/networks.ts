/** Networks of the user's own: ONNX files, and tfjs models with their shards. A damaged one must not be fetched, either. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadOnnxRuntime } from '../../../src/classify/onnx.ts';
import { loadUserNetwork } from '../../../src/classify/user-network.ts';
import { matrix, onnxFile, saveGraph, saveLayers, seedFile, type Tiny } from '../../classify/tiny-network.ts';
import type { Seed, Target } from '../target.ts';

const tiny: Tiny = { side: 4, block: 1, outputs: 8, weights: matrix(48, 8, [37, 101, 199]) };

const networkFile = {
  version: 1,
  name: 'seed',
  input: { width: 4, height: 4, layout: 'nchw', mean: 0.5, scale: 2 },
  matrix: { path: 'seed.dat' },
  bits: 16,
  threshold: 3,
};
const picture = { width: 4, height: 4, channels: 3, data: new Uint8Array(48).map((_, i) => (i * 37) % 256) } as const;

/** Writes the network file and the seed matrix into the folder. */
async function prepare(folder: string, model: object): Promise<string> {
  const path = join(folder, 'network.yaml');
  await writeFile(path, stringify({ ...networkFile, ...model }));
  await writeFile(join(folder, 'seed.dat'), seedFile(matrix(16, 8, [131, 71, 257])));
  return path;
}

/** Loads the network and lets it see one picture. */
async function hashed(path: string): Promise<void> {
  const { hash } = await (await loadUserNetwork(path, { backend: 'cpu' })).hash(picture);
  if (hash.length !== 2) throw new Error(`a hash of ${hash.length} bytes`);
}

export const onnx: Target = {
  name: 'ONNX',
  floorMillis: 250,
  millisPerByte: 0.1,
  mostMebibytes: 128,
  async seeds(folder) {
    await loadOnnxRuntime();
    const path = await prepare(folder, { format: 'onnx', model: 'model.onnx' });
    return [
      {
        name: 'model.onnx',
        bytes: onnxFile(tiny),
        async read(file) {
          await writeFile(join(folder, 'model.onnx'), file);
          await hashed(path);
          return 0;
        },
      },
    ];
  },
};

export const tfjs: Target = {
  name: 'tfjs',
  floorMillis: 250,
  millisPerByte: 0.1,
  mostMebibytes: 128,
  async seeds(folder) {
    // Nothing that a model file says may be fetched.
    globalThis.fetch = async (what) => {
      process.exitCode = 1;
      throw new TypeError(`a model file had ${String(what)} fetched`);
    };
    const path = await prepare(folder, { format: 'tfjs', model: 'model.json' });
    const seeds: Seed[] = [];
    for (const [kind, save] of [
      ['layers', saveLayers],
      ['graph', saveGraph],
    ] as const) {
      await save(tiny, folder);
      const files = ['model.json', 'shard-1.bin', 'shard-2.bin'];
      const whole = await Promise.all(files.map((name) => readFile(join(folder, name))));
      const damagedAt = (damaged: number) => async (file: Uint8Array) => {
        for (const [i, name] of files.entries()) await writeFile(join(folder, name), i === damaged ? file : whole[i]!);
        await hashed(path);
        return 0;
      };
      seeds.push(
        { name: `${kind}, model.json`, bytes: whole[0]!, read: damagedAt(0) },
        { name: `${kind}, shard`, bytes: whole[2]!, read: damagedAt(2) },
      );
    }
    return seeds;
  },
};
