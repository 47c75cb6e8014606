/** Whole runs on pictures that are no files: worker threads read them from a shard, a table or S3, and no file of a run has a secret. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { miniature } from '../../src/dataset/generated/miniature.ts';
import { copyDetection } from '../../src/experiment/copy-detection/kind.ts';
import { runKind } from '../../src/harness/kind.ts';
import { encode } from '../../src/image/encode.ts';
import { UserError } from '../../src/util/errors.ts';
import { hasDuckDb, parquet, putFiles, struct, tar } from '../dataset/make.ts';
import { account, type S3Server, s3Server } from '../dataset/s3-server.ts';
import { copies } from './hashes/rows.ts';

const root = mkdtempSync(join(tmpdir(), 'presend-streamed-'));
const pictures: (readonly [string, Uint8Array])[] = [];
let server: S3Server;
let started = 0;

/** Runs copy detection on a dataset; returns its folder, its metrics, and everything that it said. */
async function run(name: string, resume?: string) {
  const out = resume ?? join(root, `run${started++}`);
  const said: string[] = [];
  const { metrics } = await runKind(copyDetection, {
    experiment: { ...copies, dataset: { name } },
    asPassed: name,
    out,
    resume: resume !== undefined,
    threads: 1,
    command: `presend run copies --dataset ${name}`,
    created: '2019-10-04T12:00:00.000Z',
    onProgress: (phase) => said.push(phase),
    onNotice: (sentence) => said.push(sentence),
    signal: new AbortController().signal,
  });
  return { out, metrics, said };
}

/** What does not depend on where the pictures are: how many were used, and which were refused. */
const counts = ({ metrics: { dataset } }: Awaited<ReturnType<typeof run>>) => ({
  ...dataset.pictures,
  groups: dataset.groups,
  refused: dataset.refused,
});

beforeAll(async () => {
  for (let i = 0; i < 24; i++)
    pictures.push([`${String(i).padStart(2, '0')}.png`, await encode(miniature(1, i).raster, { type: 'png' })]);
  server = await s3Server('my-bucket', 10);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', server.endpoint);
  vi.stubEnv('AWS_DEFAULT_REGION', account.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', account.keyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', account.secret);
  vi.stubEnv('AWS_SESSION_TOKEN', account.token);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
  rmSync(root, { recursive: true });
});

test('a folder, a shard, a table and S3 give runs on the same pictures; secrets are in no file and no sentence', async () => {
  await putFiles(join(root, 'folder'), Object.fromEntries(pictures));
  await tar(join(root, 'set.tar'), pictures);
  for (const [name, bytes] of pictures) server.objects.set(`pictures/${name}`, bytes);
  server.objects.set('set.tar', readFileSync(join(root, 'set.tar')));
  const names = [join(root, 'set.tar'), 's3://my-bucket/pictures', 's3://my-bucket/set.tar'];
  if (hasDuckDb) {
    await parquet(
      join(root, 'set.parquet'),
      pictures.map(([name, bytes]) => ({ image: struct(bytes, name) })),
    );
    names.push(join(root, 'set.parquet'));
  }
  const folder = await run(join(root, 'folder'));
  expect(counts(folder)).toEqual({ calibration: 12, evaluation: 12, groups: 24, refused: [] });
  for (const name of names) {
    const other = await run(name);
    expect(counts(other), name).toEqual(counts(folder));
    const files = await readdir(other.out, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'latin1')),
    );
    expect(texts.length).toBeGreaterThan(3);
    for (const secret of [account.keyId, account.secret, account.token, server.endpoint, '127.0.0.1'])
      for (const text of [...texts, ...other.said]) expect(text).not.toContain(secret);
  }
}, 240_000);

test('a picture that changes in S3 during a run ends it with its id and no secret', async () => {
  for (const [name, bytes] of pictures) server.objects.set(`moving/${name}`, bytes);
  const out = join(root, 'moving');
  const last = pictures.at(-1)![0];
  const ended = runKind(copyDetection, {
    experiment: { ...copies, dataset: { name: 's3://my-bucket/moving' } },
    asPassed: '',
    out,
    resume: false,
    threads: 1,
    command: 'presend run copies',
    created: '2019-10-04T12:00:00.000Z',
    onProgress: (phase) => {
      if (phase === 'hashing') server.objects.set(`moving/${last}`, pictures[0]![1]);
    },
    signal: new AbortController().signal,
  });
  const error: unknown = await ended.then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toContain(`Picture '${last}' is not what it was when the dataset was opened`);
  await expect(run('s3://my-bucket/moving', out)).rejects.toThrow(`is of other pictures: '${last}' was changed`);
  server.objects.set(`moving/${last}`, pictures.at(-1)![1]);
  await run('s3://my-bucket/moving', out);
}, 240_000);
