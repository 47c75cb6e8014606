/** The examples of detectors: files that can be read, and programs that give the hashes that presend gives, where their packages are there. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { oneSentence } from '../../../src/harness/detectors/answers.ts';
import { openDetectors, readDetector } from '../../../src/harness/detectors/detectors.ts';
import { hammingDistance } from '../../../src/hash/hamming.ts';
import { hashByName } from '../../../src/hash/index.ts';
import { decode } from '../../../src/image/decode.ts';
import { reasonOf } from '../../../src/util/errors.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'examples/detectors');
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

test.each(files)('%s can be read', async (file) => {
  expect((await readDetector(join(folder, file))).program?.command).toHaveLength(2);
});

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
      const answer = await programs[0]!.hashPicture(image, written!);
      if ('refused' in answer) throw new Error(answer.refused);
      expect(hammingDistance(answer.hash, hashByName(name).hash(image).hash), picture).toBeLessThanOrEqual(most);
    }
  });
});
