/** Exact hashes in an equality experiment: of the file of a picture as it is, so that no edit has the same one. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import { checkEquality } from '../../../src/experiment/equality/check.ts';
import { equalityHashes } from '../../../src/experiment/equality/tasks.ts';
import { encode } from '../../../src/image/encode.ts';
import { testFolder } from '../../harness/tiny.ts';
import { small } from './rows.ts';

test('md5 is that of the file; a rendering has another one, unless no pixel differs', async () => {
  const location = join(await testFolder(), 'a.png');
  const bytes = await encode(miniature(1, 0).raster, { type: 'png' });
  await writeFile(location, bytes);
  const digest = (name: string): string => createHash(name).update(bytes).digest('hex');
  const result = await equalityHashes({
    picture: { id: 'a', location, sha256: digest('sha256') },
    ...{ seed: 1, families: [], fits: [], hashes: ['md5'], second: { derivative: [], hashes: [] } },
    sets: [
      {
        name: 'edited',
        prepare: [],
        finish: [],
        edits: [{ name: 'flip' }, { name: 'blur', sigma: 2 }],
      },
    ],
  });
  if (result.state === 'refused') throw new Error(result.reason);
  const [own, ...others] = result.renderings.map(({ outcome }) =>
    outcome.state === 'hashed' ? outcome.hashes.md5 : null,
  );
  expect(own).toBe(digest('md5'));
  expect(new Set([own, ...others]).size).toBe(3);
});

test('an exact hash is compared whole, and nowhere by distance', () => {
  expect(checkEquality({ ...small, hashes: [...small.hashes, 'md5'] }, 'x.yaml').hashes).toContain('md5');
  const banded = { ...small, banded: [{ of: 'md5', sampledBits: 24, tables: 2 }] };
  expect(() => checkEquality(banded, 'x.yaml')).toThrow('md5 compares the bytes of files for equality');
});
