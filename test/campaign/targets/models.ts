/** What lies in a folder under models/: heads, cards, splits, network files, seed matrices. Networks themselves are in networks.ts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { headScores } from '../../../src/classify/head.ts';
import { readCard, readHead, readNetwork, seenPictures } from '../../../src/classify/model-folder.ts';
import { readSeedMatrix } from '../../../src/classify/seed-matrix.ts';
import { readNetworkFile } from '../../../src/classify/user-network.ts';
import { toBase64 } from '../../../src/util/base64.ts';
import { utf8 } from '../../../src/util/bytes.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { floatBytes, seedFile } from '../../classify/tiny-network.ts';
import type { Seed, Target } from '../target.ts';

const sha256 = '0123456789abcdef'.repeat(4);

const floats = (count: number): Float32Array => {
  const rng = seededRng(count, 'campaign floats');
  return Float32Array.from({ length: count }, () => rng.int(2001) / 1000 - 1);
};
const base64 = (count: number): string => toBase64(floatBytes(floats(count)));

const head = {
  version: 1,
  name: 'seed',
  kind: 'mlp',
  network: { name: 'network', sha256, embeddingLength: 6 },
  labels: ['one', 'two', 'three'],
  layers: [
    { inputs: 6, outputs: 4, activation: 'relu', weights: base64(24), bias: base64(4) },
    { inputs: 4, outputs: 3, activation: 'none', weights: base64(12), bias: base64(3) },
  ],
  temperature: 1.5,
};

const input = { width: 8, height: 8, layout: 'nchw', resize: 'bicubic', mean: [0.5, 0.5, 0.5], scale: 2 };

const card = {
  name: 'seed',
  summary: 'a head',
  source: 'here',
  licence: 'Apache-2.0',
  sha256,
  input: { width: 8, height: 8, channels: 3, range: [0, 1] },
  preprocessing: 'bicubic',
  limits: ['none of it is real'],
  kind: 'head',
  labels: ['one', 'two'],
  network: { name: 'network', sha256 },
  trainedOn: { name: 'set', sha256, source: 'here', licence: 'CC0' },
};

const network = { version: 1, name: 'seed', format: 'onnx', model: 'model.onnx', input, activation: 'softmax' };

/** The smallest share that a score and what it is scored with may be off by, as sums of rounded numbers are. */
const rounding = 1e-6;

function checkScores(scores: readonly number[], labels: number): void {
  const sum = scores.reduce((a, b) => a + b, 0);
  if (scores.length !== labels || !scores.every((each) => each >= 0) || Math.abs(sum - 1) > rounding)
    throw new Error(`scores that are no probabilities: ${scores.join(', ')}`);
}

export const models: Target = {
  name: 'models',
  floorMillis: 100,
  millisPerByte: 0.02,
  mostMebibytes: 128,
  async seeds(folder) {
    const onDisk = (name: string, bytes: Uint8Array, read: () => unknown): Seed => ({
      name,
      bytes,
      async read(file) {
        await writeFile(join(folder, name), file);
        await read();
        return 0;
      },
    });
    const text = (value: unknown): Uint8Array => utf8(JSON.stringify(value, null, 2));
    const classifier = { ...network, labels: ['one', 'two'] };
    const deepHash = {
      ...network,
      matrix: { path: 'seed.dat', headerBytes: 8 },
      bits: 16,
      threshold: 3,
      activation: undefined,
    };
    return [
      onDisk('head.json', text(head), () => {
        const read = readHead(folder);
        checkScores(headScores(read, floats(read.network.embeddingLength)), read.labels.length);
      }),
      onDisk('card.json', text(card), () => readCard(`${folder}/`)),
      onDisk('split.json', text({ train: [sha256.slice(0, 16)], validation: [sha256.slice(1, 17)], test: [] }), () =>
        seenPictures(`${folder}/`),
      ),
      onDisk('network.yaml', utf8(stringify(classifier)), () => readNetwork(`${folder}/`)),
      onDisk('hash.yaml', utf8(stringify(deepHash)), () => readNetworkFile(join(folder, 'hash.yaml'))),
      {
        name: 'seed matrix',
        bytes: seedFile(floats(16 * 5), 8),
        read(file) {
          const { length, normals } = readSeedMatrix(file, 16, 'the matrix', 8);
          if (normals.length !== 16 * length || !normals.every(Number.isFinite)) throw new Error('no matrix');
          return 0;
        },
      },
    ];
  },
};
