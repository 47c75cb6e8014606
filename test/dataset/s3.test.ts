/** Datasets in S3: what is read, how a request is signed and repeated, and that no sentence or record has the endpoint or a credential. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDataset } from '../../src/dataset/open.ts';
import { readPictureBytes } from '../../src/dataset/picture-file.ts';
import { objectPart, objectSize, objectStream, objectsBelow } from '../../src/dataset/s3.ts';
import { blob, gif, hasDuckDb, parquet, tar } from './make.ts';
import { account, type S3Server, s3Server } from './s3-server.ts';

const root = mkdtempSync(join(tmpdir(), 'presend-s3-'));
let server: S3Server;
const open = (address: string, uses?: number) => openDataset(address, { seed: 1, uses });
const quick = { attempts: 3, pauseMillis: 1, silenceMillis: 200 };
const secrets = (): string[] => [account.keyId, account.secret, account.token, '127.0.0.1', server.endpoint];
const credentials = (): void => {
  vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', '');
  vi.stubEnv('AWS_REGION', account.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', account.keyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', account.secret);
  vi.stubEnv('AWS_SESSION_TOKEN', account.token);
};

beforeAll(async () => {
  server = await s3Server('my-bucket');
  const put = (key: string, content: string | Uint8Array): unknown => server.objects.set(key, Buffer.from(content));
  put('tree/cat/1.jpg', gif('one'));
  put('tree/cat/2.jpg', gif('two'));
  put("tree/dog/it's a + dog (1)*~ä&=%.jpg", gif('three'));
  put('tree/dog/', '');
  put('tree/notes.txt', 'words');
  put('tree/.hidden.jpg', gif('four'));
  put('tree/empty.jpg', '');
  put('tree/cat/metadata.csv', 'file_name,label\n2.jpg,lion\n');
  put('treetop/1.jpg', gif('of another folder'));
  put('listed/manifest.csv', 'path,label\na/1.jpg,x\na/none.jpg,y\n');
  put('listed/a/1.jpg', gif('five'));
  for (const shard of [0, 1]) {
    const file = join(root, `${shard}.tar`);
    await tar(file, [
      ['1.jpg', gif(`${shard} one`)],
      ['1.cls', 'cat'],
      ['2.jpg', gif(`${shard} two`)],
    ]);
    put(`shards/s-00${shard}.tar`, readFileSync(file));
  }
});
beforeEach(credentials);
afterEach(() => {
  vi.unstubAllEnvs();
  server.fail.length = 0;
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

describe('readers', () => {
  test('a prefix is a folder: listed in pages, keys of every kind, labels from folders and metadata', async () => {
    const { pictures, refused, notices, name, root: place } = await open('s3://my-bucket/tree');
    expect(pictures.map(({ id, topic, location }) => [id, topic, location])).toEqual([
      ['cat/1.jpg', 'cat', 's3://my-bucket/tree/cat/1.jpg'],
      ['cat/2.jpg', 'lion', 's3://my-bucket/tree/cat/2.jpg'],
      ["dog/it's a + dog (1)*~ä&=%.jpg", 'dog', "s3://my-bucket/tree/dog/it's a + dog (1)*~ä&=%.jpg"],
    ]);
    expect(refused).toEqual([{ picture: 'empty.jpg', reason: 'empty file' }]);
    expect(notices).toEqual([
      '1 hidden object was passed over.',
      'Labels of 1 pictures were read from cat/metadata.csv.',
      '1 file that is no picture was passed over (1 .txt).',
    ]);
    expect([name, place]).toEqual(['tree', 's3://my-bucket/tree']);
    expect(Buffer.from(await readPictureBytes(structuredClone(pictures[2]!))).toString()).toBe('GIF89a three');
  });

  test('a manifest, a shard, a range of shards', async () => {
    for (const address of ['s3://my-bucket/listed/manifest.csv', 's3://my-bucket/listed']) {
      const { pictures, refused } = await open(address);
      expect(pictures.map(({ id, topic }) => [id, topic])).toEqual([['a/1.jpg', 'x']]);
      expect(refused).toEqual([{ picture: 'a/none.jpg', reason: 'line 3: missing object' }]);
    }
    const all = await open('s3://my-bucket/shards/s-{000..001}.tar');
    expect(all.pictures.map(({ id, topic }) => [id, topic])).toEqual([
      ['s-000.tar/1.jpg', 'cat'],
      ['s-000.tar/2.jpg', 'unlabelled'],
      ['s-001.tar/1.jpg', 'cat'],
      ['s-001.tar/2.jpg', 'unlabelled'],
    ]);
    expect((await open('s3://my-bucket/shards/')).sha256).toBe(all.sha256);
    expect((await open('s3://my-bucket/shards/s-001.tar')).pictures).toHaveLength(2);
    server.requests.length = 0;
    expect(Buffer.from(await readPictureBytes(all.pictures[3]!)).toString()).toBe('GIF89a 1 two');
    expect(server.requests).toEqual(['GET /my-bucket/shards/s-001.tar']);
  });

  test.skipIf(!hasDuckDb)('Parquet', async () => {
    await parquet(join(root, 'p.parquet'), [
      { image: blob(gif('a')), label: "'x'" },
      { image: blob(gif('b')), label: "'y'" },
    ]);
    server.objects.set('tables/p.parquet', readFileSync(join(root, 'p.parquet')));
    const { pictures } = await open('s3://my-bucket/tables/p.parquet');
    expect(pictures.map(({ topic }) => topic)).toEqual(['x', 'y']);
    expect(Buffer.from(await readPictureBytes(pictures[1]!)).toString()).toBe('GIF89a b');
  });

  test('an object that changes or goes is noticed when its picture is read', async () => {
    server.objects.set('moving/1.jpg', gif('before'));
    const { pictures } = await open('s3://my-bucket/moving');
    server.objects.set('moving/1.jpg', gif('beforf'));
    await expect(readPictureBytes(pictures[0]!)).rejects.toThrow(/^Picture '1\.jpg' is not what it was .* its SHA-256/);
    server.objects.delete('moving/1.jpg');
    await expect(readPictureBytes(pictures[0]!)).rejects.toThrow(/there is no such file any more/);
  });
});

describe('requests', () => {
  const address = 's3://my-bucket/tree/cat/1.jpg';
  const whole = gif('one').toString();

  test('server errors, silence and broken connections are repeated, a bounded number of times', async () => {
    for (const failure of ['503', 'hang', 'cut'] as const) {
      server.fail.push(failure, failure);
      expect(Buffer.from(await objectPart(address, 0, 99, quick)).toString(), failure).toBe(whole);
      server.fail.push(failure, failure, failure);
      server.requests.length = 0;
      const error = await objectPart(address, 0, 99, quick).then(String, String);
      expect(error).toMatch(
        /^UserError: s3:\/\/my-bucket\/tree\/cat\/1\.jpg cannot be read: (the service answered 503 SlowDown|the service does not answer|no connection to the service \([A-Z_]+\)); try again later$/,
      );
      expect(server.requests).toHaveLength(3);
    }
  });

  test('a stream goes on where its connection broke, unless the object was changed', async () => {
    const collect = async (): Promise<string> => {
      const pieces: Uint8Array[] = [];
      for await (const piece of objectStream('s3://my-bucket/stream', quick)) pieces.push(piece);
      return Buffer.concat(pieces).toString();
    };
    const text = 'x'.repeat(300_000) + 'y'.repeat(300_000);
    server.objects.set('stream', Buffer.from(text));
    server.fail.push('cut', '503', 'cut');
    expect(await collect()).toBe(text);
    server.objects.set('stream', Buffer.from(text));
    server.fail.push('cut');
    let changed = false;
    const pieces = objectStream('s3://my-bucket/stream', quick);
    const read = async (): Promise<void> => {
      for await (const _ of pieces) {
        if (!changed) server.objects.set('stream', Buffer.from(text.toUpperCase()));
        changed = true;
      }
    };
    await expect(read()).rejects.toThrow('s3://my-bucket/stream was changed while it was read; start again');
  });

  test('parts at and behind the end; sizes', async () => {
    expect(Buffer.from(await objectPart(address, 7, 99)).toString()).toBe('one');
    expect(await objectPart(address, 1000, 5)).toHaveLength(0);
    expect(await objectSize(address)).toBe(10);
    expect(await objectSize('s3://my-bucket/nothing')).toBeUndefined();
    server.fail.push('no range');
    await expect(objectPart(address, 0, 4)).rejects.toThrow(/ignores Range/);
  });

  test('each thing that a reader can mend has its own sentence, without endpoint or credential', async () => {
    const gone = await s3Server('my-bucket');
    await gone.close();
    const sentences: string[] = [];
    const sentence = async (work: () => Promise<unknown>): Promise<string> => {
      const said = await work().then(() => 'no error', String);
      sentences.push(said);
      return said;
    };
    expect(await sentence(() => open('s3://my-bucket/nothing'))).toMatch(
      /^MissingError: No dataset 's3:.*nothing': no object lies/,
    );
    expect(await sentence(() => open('s3://my-bucket/nothing.csv'))).toMatch(
      /^MissingError: No manifest at s3:.*: no such object$/,
    );
    expect(await sentence(() => open('s3://other-bucket/tree'))).toMatch(
      /^MissingError: No object s3:.* answered 404 NoSuchBucket/,
    );
    server.fail.push('403');
    expect(await sentence(() => open('s3://my-bucket/tree'))).toMatch(
      /^UserError: Access to s3:.* is refused \(403 AccessDenied\)/,
    );
    server.fail.push('garbage');
    expect(await sentence(() => open('s3://my-bucket/tree'))).toMatch(/something else than ListObjectsV2 describes$/);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong-secret-key');
    expect(await sentence(() => open('s3://my-bucket/tree'))).toMatch(/\(403 SignatureDoesNotMatch\)/);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
    expect(await sentence(() => open('s3://my-bucket/tree'))).toBe(
      'UserError: No credentials for s3://my-bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
    credentials();
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://user:hunter2@127.0.0.1');
    expect(await sentence(() => open('s3://my-bucket/tree'))).toMatch(/for AWS_ENDPOINT_URL, without a user name$/);
    vi.stubEnv('AWS_ENDPOINT_URL', gone.endpoint);
    const nobody = async () => {
      for await (const _ of objectsBelow('s3://my-bucket/tree', quick));
    };
    expect(await sentence(nobody)).toMatch(/cannot be read: no connection to the service \(ECONNREFUSED\)/);
    credentials();
    expect(await sentence(() => open(`s3://${account.keyId}:hunter2@my-bucket/tree`))).toMatch(
      /^UserError: Expected an address like/,
    );
    expect(await sentence(() => open('s3://my-bucket/tree/../listed'))).toMatch(
      /^UserError: A part of s3:.* is \. or \.\., which/,
    );
    for (const said of sentences)
      for (const secret of [...secrets(), 'wrong-secret-key', 'hunter2']) expect(said).not.toContain(secret);
  });
});
