/** `presend hash` with what is no PerceptualHash: crop-resistant, deep hashes and a network of one's own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { deepHashes, loadDeepHash } from '../../src/classify/deep-hashes.ts';
import { multiHashes } from '../../src/hash/multi-hashes.ts';
import { decode } from '../../src/image/decode.ts';
import { toHex } from '../../src/util/hex.ts';
import { matrix, saveGraph, seedFile } from '../classify/tiny-network.ts';
import { nodeWords } from '../helpers/program.ts';
import { image, presend, root, scratch } from './presend.ts';

const folder = scratch();
const pictures = ['meme.png', 'leaves-320x240.png'];
const vectors = JSON.parse(readFileSync(join(root, 'test/vectors/crop-resistant.json'), 'utf8')) as {
  rows: { file: string; default: string }[];
};
const expected = (file: string): string => vectors.rows.find((row) => row.file === file)!.default;

describe('hash --algorithm crop-resistant', () => {
  test('the hashes of all regions in one field, as ImageHash prints them', async () => {
    const { code, out, err } = await presend('hash', ...pictures.map(image), '--algorithm', 'crop-resistant');
    expect([code, err]).toEqual([0, '']);
    expect(parse(out)).toEqual(pictures.map((file) => [expected(file), '100', image(file)]));
  });

  test('--json: a list', async () => {
    const { lines } = await presend('hash', image('meme.png'), '--algorithm', 'crop-resistant', '--json');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        file: image('meme.png'),
        algorithm: 'crop-resistant',
        bits: 64,
        hashes: expected('meme.png').split(','),
        quality: 100,
      },
    ]);
  });
});

test('hash --algorithm mobilenet-lsh: the hash, and the digest of what made it', async () => {
  const hash = await loadDeepHash('mobilenet-lsh');
  const { code, lines } = await presend('hash', image('meme.png'), '--algorithm', 'mobilenet-lsh', '--json');
  expect(code).toBe(0);
  const own = await hash.hash(await decode(image('meme.png')));
  expect(JSON.parse(lines[0]!)).toEqual({
    file: image('meme.png'),
    algorithm: 'mobilenet-lsh',
    bits: 96,
    hash: toHex(own.hash),
    quality: 100,
    sha256: hash.sha256,
  });
});

describe('hash --network', () => {
  const file = join(folder, 'network.yaml');
  const tiny = { side: 4, block: 1, outputs: 16, weights: matrix(48, 16, [37, 101, 199]) };
  saveGraph(tiny, folder);
  writeFileSync(join(folder, 'seed1.dat'), seedFile(matrix(24, 16, [131, 71, 257])));
  const description = {
    version: 1,
    name: 'tiny',
    format: 'tfjs',
    model: 'model.json',
    input: { width: 4, height: 4, layout: 'nchw', mean: 0.5, scale: 2 },
    matrix: { path: 'seed1.dat' },
    bits: 24,
    threshold: 4,
  };
  writeFileSync(file, stringify(description));

  test('prints bits / 4 hex digits a picture', async () => {
    const { code, lines } = await presend('hash', ...pictures.map(image), '--network', file);
    expect(code).toBe(0);
    expect(lines).toHaveLength(2);
    for (const [i, line] of lines.entries()) expect(line).toMatch(new RegExp(`^[0-9a-f]{6},100,.*${pictures[i]}$`));
    expect(lines[0]!.slice(0, 6)).not.toBe(lines[1]!.slice(0, 6));
  });

  test('a mistake in the file is one sentence, exit 2; no file is exit 3', async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, stringify({ ...description, bits: 20 }));
    const { code, err, out } = await presend('hash', image('meme.png'), '--network', wrong);
    expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
    expect(err).toContain('at /bits');
    expect((await presend('hash', image('meme.png'), '--network', join(folder, 'none.yaml'))).code).toBe(3);
  });

  test('goes with neither --algorithm nor --dihedral', async () => {
    for (const other of [['--algorithm', 'pdq'], ['--dihedral']])
      expect((await presend('hash', image('meme.png'), '--network', file, ...other)).code).toBe(2);
  });
});

describe('hash --hash with a detector file', () => {
  const file = join(folder, 'detector.yaml');
  const program = {
    version: 1,
    kind: 'program',
    name: 'pdq-program',
    command: [process.execPath, ...nodeWords(join(root, 'test/harness/detectors/pdq-program.ts'))],
    bits: 256,
    distance: 'hamming',
    threshold: 31,
  };
  writeFileSync(file, stringify(program));

  test('prints what the built-in hash prints, and refuses what cannot be decoded', async () => {
    const files = [...pictures.map(image), join(root, 'package.json')];
    const { code, out, err } = await presend('hash', ...files, '--hash', file);
    const builtIn = await presend('hash', ...files, '--hash', 'pdq');
    expect([code, out, err]).toEqual([2, builtIn.out, builtIn.err]);
    expect(out.split('\n')).toHaveLength(3);
  });

  test('--json names the detector and its digest', async () => {
    const { lines } = await presend('hash', image('meme.png'), '--hash', file, '--json');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      algorithm: 'pdq-program',
      bits: 256,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('a program that is not there is exit 3, and options of other hashes are refused', async () => {
    writeFileSync(file, stringify({ ...program, command: ['./none'] }));
    const { code, err } = await presend('hash', image('meme.png'), '--hash', file);
    expect([code, err]).toEqual([
      3,
      "presend: The program pdq-program cannot be started: there is no program './none'\n",
    ]);
    for (const option of [['--fast'], ['--min-quality', '50'], ['--backend', 'onnx'], ['--dihedral']])
      expect((await presend('hash', image('meme.png'), '--hash', file, ...option)).code).toBe(2);
  });
});

test('an unknown name lists the hashes of every kind', async () => {
  const { err } = await presend('hash', image('meme.png'), '--algorithm', 'crop-resistent');
  expect(err).toMatch(
    /Did you mean crop-resistant\? Available: pdq, .*, blockhash, crop-resistant, mobilenet-lsh, copynet-256\.\n$/,
  );
});

test('ls hashes shows them, with their kind', async () => {
  const rows = JSON.parse((await presend('ls', 'hashes', '--json')).out) as Record<string, unknown>[];
  const row = (name: string) => rows.find((each) => each.name === name);
  expect(row('pdq')).toMatchObject({ kind: 'perceptual' });
  for (const { name, bits, summary } of Object.values(multiHashes))
    expect(row(name)).toMatchObject({ kind: 'per region', bits, threshold: 16, summary });
  for (const name of Object.keys(deepHashes)) {
    const { threshold, bits, summary } = await loadDeepHash(name);
    expect(row(name)).toMatchObject({ kind: 'network', bits, threshold, summary });
  }
});
