/** The examples of detectors: files that can be read, and programs that give the hashes that presend gives, where their packages are there. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seededHyperplanes } from '../../../src/classify/hyperplanes.ts';
import { loadOnnxRuntime } from '../../../src/classify/onnx.ts';
import { loadUserNetwork } from '../../../src/classify/user-network.ts';
import { oneSentence } from '../../../src/harness/detectors/answers.ts';
import { openDetectors, readDetector } from '../../../src/harness/detectors/detectors.ts';
import { hammingDistance } from '../../../src/hash/hamming.ts';
import { hashByName } from '../../../src/hash/index.ts';
import { decode } from '../../../src/image/decode.ts';
import { resizeBicubic } from '../../../src/image/resize.ts';
import { applyTransform, resolveTransform } from '../../../src/image/transform/index.ts';
import { reasonOf } from '../../../src/util/errors.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { matrix, onnxFile } from '../../classify/tiny-network.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'examples/detectors');
/** Why ONNX files cannot be tested here, if they cannot. */
const noOnnx = await loadOnnxRuntime().then(() => undefined, reasonOf);
const skipped = noOnnx ? ` (skipped: ${noOnnx})` : '';
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

/** Why a program's packages are not there. */
function lacks(command: string, ...words: string[]): string | undefined {
  try {
    execFileSync(command, words, { stdio: 'pipe', cwd: root });
    return undefined;
  } catch (error) {
    return oneSentence(reasonOf(error).split('\n').filter(Boolean).at(-1)!);
  }
}

const networks = ['sscd.yaml'];
const exact = { distance: 'cosine', threshold: 0.25, step: 0.001 };

test.each(files)('%s can be read', async (file) => {
  const { program, facts } = await readDetector(join(folder, file));
  if (networks.includes(file)) expect(facts).toMatchObject({ kind: 'network', bits: 256 });
  else expect(program?.command).toHaveLength(2);
});

test.skipIf(noOnnx)(
  `sscd.yaml opens a network of its form, which gives the bits of its definition${skipped}`,
  async () => {
    const own = mkdtempSync(join(tmpdir(), 'presend-sscd-'));
    onTestFinished(() => rmSync(own, { recursive: true, force: true }));
    const file = join(own, 'sscd.yaml');
    cpSync(join(folder, 'sscd.yaml'), file);
    // Means of blocks of 32 × 32 pixels, then a matrix: 288 × 288 × 3 in, 512 floats out.
    const weights = matrix(243, 512, [37, 101, 199]);
    writeFileSync(join(own, 'sscd_disc_mixup.onnx'), onnxFile({ side: 288, block: 32, outputs: 512, weights }));
    const hash = await loadUserNetwork(file);
    expect(hash).toMatchObject({ name: 'sscd', bits: 256, threshold: 58 });
    expect((await readDetector(file)).facts.vector).toEqual({ ...exact, dimensions: 512 });

    const image = await decode(join(root, 'test/vectors/images', 'leaves-640x480.png'));
    // The same by its definition: torchvision's ToTensor and Normalize, planes of red, green and blue, the descriptor, and its sides.
    const { data } = resizeBicubic(image, 288, 288);
    const [mean, deviation] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const blocks = new Float64Array(243);
    for (let y = 0; y < 288; y++)
      for (let x = 0; x < 288; x++)
        for (let c = 0; c < 3; c++) {
          const value = (data[3 * (288 * y + x) + c]! / 255 - mean[c]!) / deviation[c]!;
          blocks[81 * c + 9 * Math.floor(y / 32) + Math.floor(x / 32)]! += value / 1024;
        }
    const descriptor = Array.from({ length: 512 }, (_, j) =>
      blocks.reduce((sum, each, i) => sum + each * weights[512 * i + j]!, 0),
    );
    const { normals } = seededHyperplanes(256, 512, 1);
    const { hash: bits, vector } = await hash.hash(image);
    for (const [i, value] of vector!.entries()) expect(value).toBeCloseTo(descriptor[i]!, 2);
    let clear = 0;
    for (let row = 0; row < 256; row++) {
      const side = descriptor.reduce((sum, each, i) => sum + each * normals[512 * row + i]!, 0);
      if (Math.abs(side) < 0.05) continue;
      clear++;
      expect((bits[row >> 3]! >> (7 - (row & 7))) & 1).toBe(side > 0 ? 1 : 0);
    }
    expect(clear).toBeGreaterThan(240);

    const { networks: opened, close } = await openDetectors([file], 1);
    onTestFinished(close);
    expect(opened).toEqual([file]);
    const edited = await applyTransform(image, resolveTransform({ name: 'jpeg', quality: 60 }), seededRng(1));
    expect(hammingDistance((await hash.hash(edited)).hash, bits)).toBeLessThan(58);
  },
);

const pictures = ['meme.png', 'leaves-320x240.png'];

describe.each([
  // `presend/hash` is what a build exports.
  ['pdq-node.yaml', 'pdq', 0, lacks('node', '--input-type=module', '-e', "import 'presend/hash'")],
  ['imagehash-phash.yaml', 'phash', 0, lacks('python3', '-c', 'import imagehash')],
  // pdqhash differs from Meta's reference, which presend follows, by some bits on some pictures.
  ['pdqhash-pdq.yaml', 'pdq', 10, lacks('python3', '-c', 'import numpy, pdqhash, PIL')],
])('%s', (file, name, most, lack) => {
  test.skipIf(lack)(`hashes as ${name} does, up to ${most} bits${lack ? ` (skipped: ${lack})` : ''}`, async () => {
    const { programs, folder: written, close } = await openDetectors([join(folder, file)], 1);
    onTestFinished(close);
    for (const picture of pictures) {
      const image = await decode(join(root, 'test/vectors/images', picture));
      const answer = await programs[0]!.askPicture(image, written!);
      if ('refused' in answer) throw new Error(answer.refused);
      expect(hammingDistance(answer.hash, hashByName(name).hash(image).hash), picture).toBeLessThanOrEqual(most);
    }
  });
});
