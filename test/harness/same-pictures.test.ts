/** A resumed run notices a picture that was changed since, whatever reads the dataset, and names it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Picture } from '../../src/dataset/dataset.ts';
import { openNamedDataset } from '../../src/harness/open-dataset.ts';
import { mustBeSamePictures } from '../../src/harness/same-pictures.ts';
import { blob, gif, hasDuckDb, parquet, putFiles, struct, tar } from '../dataset/make.ts';
import { account, type S3Server, s3Server } from '../dataset/s3-server.ts';

const root = mkdtempSync(join(tmpdir(), 'presend-same-'));
let server: S3Server;
let runs = 0;
beforeAll(async () => {
  server = await s3Server('my-bucket');
  vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
  vi.stubEnv('AWS_REGION', account.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', account.keyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', account.secret);
  vi.stubEnv('AWS_SESSION_TOKEN', account.token);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
  rmSync(root, { recursive: true });
});

/** Opens a dataset as a run does that begins or goes on in a folder. */
const begin = (name: string, out: string) =>
  openNamedDataset({ name: 'test', seed: 1, dataset: { name } }, { out, onProgress: () => undefined });

/** A change of one byte, with the id of the changed picture. */
const cases: readonly (readonly [what: string, dataset: string, id: string, make: (text: string) => Promise<void>])[] =
  [
    [
      'a folder',
      'folder',
      'b.jpg',
      (text) => putFiles(join(root, 'folder'), { 'a.jpg': gif('a'), 'b.jpg': gif(text) }),
    ],
    [
      'an ImageFolder tree',
      'tree',
      'cat/b.jpg',
      (text) => putFiles(join(root, 'tree'), { 'cat/a.jpg': gif('a'), 'cat/b.jpg': gif(text) }),
    ],
    [
      'a manifest',
      'listed/manifest.csv',
      'b.jpg',
      (text) =>
        putFiles(join(root, 'listed'), {
          'manifest.csv': 'path\na.jpg\nb.jpg\n',
          'a.jpg': gif('a'),
          'b.jpg': gif(text),
        }),
    ],
    [
      'WebDataset',
      'shard.tar',
      'shard.tar/b.jpg',
      (text) =>
        tar(join(root, 'shard.tar'), [
          ['a.jpg', gif('a')],
          ['b.jpg', gif(text)],
        ]),
    ],
    ...(hasDuckDb
      ? ([
          [
            'Parquet',
            'table.parquet',
            'table.parquet/00000001',
            (text: string) =>
              parquet(join(root, 'table.parquet'), [
                { image: struct(gif('a'), 'a') },
                { image: struct(gif(text), 'b') },
              ]),
          ],
          [
            'Parquet with plain bytes',
            'bytes.parquet',
            'bytes.parquet/00000001',
            (text: string) =>
              parquet(join(root, 'bytes.parquet'), [{ image: blob(gif('a')) }, { image: blob(gif(text)) }]),
          ],
        ] as const)
      : []),
    [
      'S3',
      's3://my-bucket/pictures',
      'b.jpg',
      async (text) => {
        server.objects.set('pictures/a.jpg', gif('a'));
        server.objects.set('pictures/b.jpg', gif(text));
      },
    ],
    [
      'a shard in S3',
      's3://my-bucket/shards/shard.tar',
      'shard.tar/b.jpg',
      async (text) => {
        await tar(join(root, 'for-s3.tar'), [
          ['a.jpg', gif('a')],
          ['b.jpg', gif(text)],
        ]);
        server.objects.set('shards/shard.tar', readFileSync(join(root, 'for-s3.tar')));
      },
    ],
  ];

describe('one byte of one picture', () => {
  test.each(cases)('of %s', async (_, dataset, id, make) => {
    const name = dataset.startsWith('s3:') ? dataset : join(root, dataset);
    const out = join(root, `run${runs++}`);
    await make('b');
    const { sha256 } = await begin(name, out);
    expect((await begin(name, out)).sha256).toBe(sha256);
    await make('c');
    await expect(begin(name, out)).rejects.toThrow(
      `The run in ${out} is of other pictures: '${id}' was changed. Please resume it with those that it was started with`,
    );
    await make('b');
    expect((await begin(name, out)).sha256).toBe(sha256);
  });
});

test('pictures that are new, gone or changed are named, the first three of them', async () => {
  const picture = (id: string, digit = '0'): Picture => ({
    id,
    location: '',
    topic: '',
    kind: '',
    group: id,
    sha256: digit.repeat(64),
  });
  const before = ['a', 'b\n', 'd', 'e', 'f'].map((id) => picture(id));
  const out = join(root, 'named');
  await mustBeSamePictures(out, before);
  await mustBeSamePictures(out, before);
  await expect(mustBeSamePictures(out, [picture('a', '1'), ...before.slice(1)])).rejects.toThrow(
    "'a' was changed. Please",
  );
  await expect(mustBeSamePictures(out, [...before, picture('g')])).rejects.toThrow("'g' is new. Please");
  await expect(mustBeSamePictures(out, before.slice(0, 4))).rejects.toThrow("'f' is gone. Please");
  await expect(
    mustBeSamePictures(
      out,
      ['b\n', 'c', 'e'].map((id) => picture(id, '2')),
    ),
  ).rejects.toThrow("'a' is gone; 'b\n' was changed; 'c' is new; and 3 more. Please");
  const damaged = join(root, 'damaged');
  await mustBeSamePictures(damaged, before);
  await writeFile(join(damaged, 'partial', 'pictures.jsonl'), '["a"');
  await expect(mustBeSamePictures(damaged, before)).rejects.toThrow(
    /pictures\.jsonl is damaged: .*; start the run again/,
  );
});
