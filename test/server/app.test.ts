/** The server: what it serves, what it takes in, and what hostile paths and bodies get. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tip } from '../../src/schema/tip.ts';
import { bodyLimit, createApp } from '../../src/server/app.ts';
import { hostOf, isLoopback } from '../../src/server/loopback.ts';
import { pageHeaders } from '../../src/server/page-policy.ts';
import { securityHeaders } from '../../src/server/security.ts';
import { openTips, type TipStore } from '../../src/server/tips.ts';
import { run as record } from '../report/fixture.ts';

const base = mkdtempSync(join(tmpdir(), 'presend-server-'));
const runs = join(base, 'runs');
const tipsFile = join(base, 'tips.jsonl');
let app: FastifyInstance;
let tips: TipStore;

const tip = (reportId = 'client-list/m00001'): Tip => ({
  schemaVersion: 1,
  test: true,
  reportId,
  incident: { type: 'presend experiment: target content', sentAt: 1, detectedBy: 'device-hash', humanReviewed: false },
  reporter: { service: 'presend', strategy: 'client-list' },
  reportedAccount: { id: 'account-001' },
  recipientAccount: { id: 'account-002' },
  files: [
    {
      sha256: null,
      perceptualHash: { algorithm: 'pdq', hex: 'ab'.repeat(32) },
      listEntry: 'entry',
      distanceBits: 3,
      score: null,
    },
  ],
});

beforeAll(async () => {
  const put = (path: string, text: string): void => {
    mkdirSync(join(runs, path, '..'), { recursive: true });
    writeFileSync(join(runs, path), text);
  };
  put('first/run.json', JSON.stringify({ ...record, created: '2026-01-01T00:00:00.000Z' }));
  put('first/report.html', '<!doctype html><title>report</title>');
  put('first/metrics.json', '{"a":1}\n');
  put('first/observations.jsonl', '{"row":1}\n{"row":2}\n');
  put('second/run.json', JSON.stringify({ ...record, created: '2026-02-01T00:00:00.000Z' }));
  put('second/partial/progress.jsonl', '');
  put('second/observations.jsonl', '');
  put('third/run.json', '{');
  put('no-run/metrics.json', '{}');
  put('.hidden/run.json', JSON.stringify(record));
  put('<img src=x>/run.json', JSON.stringify(record));
  writeFileSync(join(base, 'secret'), 'secret');
  mkdirSync(join(runs, 'links'));
  symlinkSync(join(base, 'secret'), join(runs, 'links', 'metrics.json'));
  symlinkSync(base, join(runs, 'outside'));
  writeFileSync(join(base, 'metrics.json'), 'secret');
  tips = await openTips(tipsFile);
  app = createApp({ folder: runs, tips });
});
afterAll(async () => {
  await app.close();
  await tips.close();
  rmSync(base, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { host: '127.0.0.1:8642', ...headers } });
const post = (payload: string | object, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/tips',
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: { host: 'localhost:8642', 'content-type': 'application/json', ...headers },
  });
const oneSentence = (body: string): void => {
  const { error, ...rest } = JSON.parse(body) as { error: string };
  expect(rest).toEqual({});
  expect(error.length).toBeGreaterThan(10);
  expect(error).not.toMatch(/\n| at .*\.ts|\/work|\/tmp/);
};

describe('runs', () => {
  test('are listed, the newest first, damaged ones too', async () => {
    const { json, statusCode } = await get('/runs').then((reply) => ({
      json: reply.json(),
      statusCode: reply.statusCode,
    }));
    expect(statusCode).toBe(200);
    expect(json.map(({ name, state, files }: Record<string, unknown>) => [name, state, files])).toEqual([
      ['second', 'unfinished', ['observations.jsonl']],
      ['first', 'finished', ['report.html', 'metrics.json', 'observations.jsonl']],
      ['third', 'damaged', []],
    ]);
    const page = await get('/');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('<a href="/runs/first/report.html">');
    expect(page.body).not.toContain('<img');
  });

  test.each([
    ['report.html', 'text/html; charset=utf-8', '<!doctype html><title>report</title>'],
    ['metrics.json', 'application/json; charset=utf-8', '{"a":1}\n'],
    ['observations.jsonl', 'application/jsonl; charset=utf-8', '{"row":1}\n{"row":2}\n'],
  ])('%s is served as it is', async (file, type, text) => {
    const reply = await get(`/runs/first/${file}`);
    expect([reply.statusCode, reply.headers['content-type'], reply.body]).toEqual([200, type, text]);
    expect(reply.headers['content-length']).toBe(String(text.length));
  });

  test('an empty file is served empty', async () =>
    expect(await get('/runs/second/observations.jsonl')).toMatchObject({ statusCode: 200, body: '' }));
});

describe('every answer', () => {
  test.each(['/', '/compare?run=first'])('the page %s may load nothing but from this server', async (url) => {
    expect((await get(url)).headers).toMatchObject(pageHeaders);
  });

  const cases = ['/runs', '/health', '/runs/first/report.html', '/nothing', '/runs/%E0%A4%A/x', '/runs/first/run.json'];
  test.each(cases)('%s has the security headers', async (url) => {
    expect((await get(url)).headers).toMatchObject(securityHeaders);
  });

  test('of a foreign Host is a refusal: another page may have pointed its name here', async () => {
    for (const host of ['example.org', '127.0.0.1.example.org', 'example.org:8642', 'localhost.example.org']) {
      const reply = await get('/health', { host });
      expect(reply.statusCode, host).toBe(421);
      oneSentence(reply.body);
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]:8642', 'localhost:1'])
      expect((await get('/health', { host })).statusCode, host).toBe(200);
  });

  test('allows no other origin', async () => {
    const reply = await get('/runs', { origin: 'https://example.org' });
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

test.each([
  '/runs/../secret',
  '/runs/first/../../secret',
  '/runs/..%2f..%2fsecret/metrics.json',
  '/runs/first/..%2f..%2f..%2fsecret',
  '/runs/%2e%2e/metrics.json',
  '/runs/./metrics.json',
  '/runs/.hidden/run.json',
  '/runs/outside/metrics.json',
  '/runs/links/metrics.json',
  '/runs/first%00/metrics.json',
  '/runs/first/metrics.json%00.html',
  '/runs/first/run.json',
  '/runs/first/partial',
  '/runs/first/',
  '/runs/C:%5Cwindows/metrics.json',
  `/runs/${'a'.repeat(200)}/metrics.json`,
  '/runs/%E0%A4%A/metrics.json',
  '//etc/passwd',
  '/runs/first/metrics.json/..',
  '/__proto__',
])('the path %s leads nowhere', async (url) => {
  const reply = await get(url);
  expect([400, 404, 414]).toContain(reply.statusCode);
  expect(reply.body).not.toContain('secret"');
  expect(reply.body).not.toBe('secret');
  oneSentence(reply.body);
});

describe('reports', () => {
  test('are acknowledged once they are on disk, in order', async () => {
    const before = tips.tips.length;
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => post(tip(`client-list/m${i}`))));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(201));
    expect(replies[0]!.json()).toEqual({ number: before + 1, reportId: 'client-list/m0' });
    const lines = readFileSync(tipsFile, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(tips.tips);
    for (const reply of replies) {
      const { number, reportId } = reply.json() as { number: number; reportId: string };
      expect((JSON.parse(lines[number - 1]!) as Tip).reportId).toBe(reportId);
    }
    expect((await get('/health')).json()).toEqual({ status: 'ok', tips: before + 20 });
  });

  const { files: _, ...incomplete } = tip();
  test.each<[string, string | object, RegExp]>([
    ['a missing part', incomplete, /files/],
    ['no file', { ...tip(), files: [] }, /files/],
    ['an unknown key', { ...tip(), picture: 'AAAA' }, /unknown key picture/],
    ['a picture in a file', { ...tip(), files: [{ ...tip().files[0], data: 'AAAA' }] }, /unknown key data/],
    ['no test', { ...tip(), test: false }, /test/],
    ['a number as text', { ...tip(), schemaVersion: '1' }, /schemaVersion/],
    ['a list', [tip()], /object/],
    ['null', 'null', /object/],
    ['no JSON', '{"schemaVersion":', /JSON/],
    ['nothing', '', /./],
    ['a prototype', '{"__proto__":{"polluted":true}}', /./],
    ['a constructor', '{"constructor":{"prototype":{"polluted":true}}}', /./],
    ['deep nesting', '['.repeat(20_000) + ']'.repeat(20_000), /./],
  ])('with %s get 400 and one sentence, and are not kept', async (_name, body, sentence) => {
    const before = tips.tips.length;
    const reply = await post(body);
    expect(reply.statusCode).toBe(400);
    oneSentence(reply.body);
    expect(reply.json().error).toMatch(sentence);
    expect(tips.tips.length).toBe(before);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('that are too large get 413', async () => {
    const reply = await post({ ...tip(), reportId: 'x'.repeat(bodyLimit) });
    expect(reply.statusCode).toBe(413);
    oneSentence(reply.body);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'x',
  ])('of type %s get 415', async (type) => {
    const reply = await post(tip(), { 'content-type': type });
    expect(reply.statusCode).toBe(415);
    oneSentence(reply.body);
  });

  test('come by POST alone', async () => expect((await get('/tips')).statusCode).toBe(404));
});

describe('the store of reports', () => {
  test('goes on with its file', async () => {
    const path = join(base, 'again.jsonl');
    const first = await openTips(path);
    await first.add(tip('a'));
    await first.close();
    const second = await openTips(path);
    expect(await second.add(tip('b'))).toBe(2);
    await second.close();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  });

  test.each([
    ['a cut line', '{"schemaVersion":1', /its last line is cut/],
    ['no JSON', 'what\n', /line 1: no JSON/],
    ['another thing', '{}\n', /line 1/],
  ])('refuses a file with %s', async (_, text, sentence) => {
    const path = join(base, 'bad.jsonl');
    writeFileSync(path, text);
    await expect(openTips(path)).rejects.toThrow(sentence);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('says when it is full', async () => {
    const store = await openTips(undefined, 1);
    const full = createApp({ folder: runs, tips: store });
    const inject = () => full.inject({ method: 'POST', url: '/tips', payload: tip(), headers: { host: 'localhost' } });
    expect([(await inject()).statusCode, (await inject()).statusCode]).toEqual([201, 503]);
    await full.close();
  });
});

test('loopback is this machine and nothing else', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) expect(isLoopback(host), host).toBe(true);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.1', '127.0.0.1.evil.com', 'localhost.', '::ffff:127.0.0.1', ''])
    expect(isLoopback(host), host).toBe(false);
  expect([hostOf('[::1]:80'), hostOf('a:80'), hostOf('a'), hostOf(undefined), hostOf('a:b:c')]).toEqual([
    '::1',
    'a',
    'a',
    '',
    '',
  ]);
});
