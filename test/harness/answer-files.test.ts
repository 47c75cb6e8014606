/** Answers for many files: the same, in the same order, whether this thread or workers find them. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerFiles } from '../../src/harness/answer-files.ts';
import { batchSize } from '../../src/harness/hash-files.ts';
import { hashByName } from '../../src/hash/index.ts';
import { toHex } from '../../src/util/hex.ts';
import { own, rowsOf } from '../hash/vectors.ts';

const pictures = rowsOf<{ file: string }>('pdq.json').map(({ file }) => join(own, 'images', file));
const files = [...pictures, join(own, 'nothing.png'), own, ...pictures.toReversed()];

const texts = async (threads: number): Promise<string[]> => {
  const found: string[] = [];
  const hash = hashByName('dhash');
  const answering = { name: 'dhash', ask: async (image: Parameters<typeof hash.hash>[0]) => hash.hash(image) };
  await answerFiles(files, answering, { threads }, async (answered, file) => {
    const text =
      answered.state === 'refused'
        ? answered.reason
        : answered.frames.map(({ value }) => ('refused' in value ? value.refused : toHex(value.hash))).join();
    found.push(`${file}: ${text}`);
  });
  return found;
};

test('two workers give what one thread gives, refusals included', async () => {
  expect(files.length).toBeGreaterThan(2 * batchSize);
  const alone = await texts(1);
  expect(alone.map((line) => line.slice(0, line.indexOf(': ')))).toEqual(files);
  expect(alone).toContain(`${join(own, 'nothing.png')}: no such file`);
  expect(await texts(2)).toEqual(alone);
});
