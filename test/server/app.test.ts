/** The server’s pages: what it serves, and what hostile paths get. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sortScript } from '../../src/report/page/sort-script.ts';
import { createApp } from '../../src/server/app.ts';
import { hostOf, isLoopback, networkOf } from '../../src/server/loopback.ts';
import { pageHeaders, reportHeaders } from '../../src/server/page-policy.ts';
import { securityHeaders } from '../../src/server/security.ts';
import { run as record } from '../report/fixture-run.ts';

const base = mkdtempSync(join(tmpdir(), 'presend-server-'));
const runs = join(base, 'runs');
let app: FastifyInstance;

beforeAll(async () => {
  const put = (path: string, text: string): void => {
    mkdirSync(join(runs, path, '..'), { recursive: true });
    writeFileSync(join(runs, path), text);
  };
  put('first/run.json', JSON.stringify({ ...record, created: '2026-01-01T00:00:00.000Z' }));
  put('first/report.html', '<!doctype html><title>report</title>');
  put('first/metrics.json', '{"a":1}\n');
  put('second/run.json', JSON.stringify({ ...record, created: '2026-02-01T00:00:00.000Z' }));
  put('second/partial/run.progress.jsonl', '');
  put('second/report.html', '');
  // Of an older version of presend: nobody's file any more.
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
  app = createApp({ folder: runs });
});
afterAll(async () => {
  await app.close();
  rmSync(base, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { host: '127.0.0.1:8642', ...headers } });
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
      ['second', 'unfinished', ['report.html']],
      ['first', 'finished', ['report.html', 'metrics.json']],
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
  ])('%s is served as it is', async (file, type, text) => {
    const reply = await get(`/runs/first/${file}`);
    expect([reply.statusCode, reply.headers['content-type'], reply.body]).toEqual([200, type, text]);
    expect(reply.headers['content-length']).toBe(String(text.length));
  });

  test('an empty file is served empty', async () =>
    expect(await get('/runs/second/report.html')).toMatchObject({ statusCode: 200, body: '' }));
});

describe('every answer', () => {
  test.each(['/', '/compare?run=first'])('the page %s may load nothing but from this server', async (url) => {
    expect((await get(url)).headers).toMatchObject(pageHeaders);
  });

  const cases = ['/runs', '/runs/first/metrics.json', '/nothing', '/runs/%E0%A4%A/x', '/runs/first/run.json'];
  test.each(cases)('%s has the security headers', async (url) => {
    expect((await get(url)).headers).toMatchObject(securityHeaders);
  });

  test('a report may run the script that sorts its tables, and nothing else', async () => {
    const { headers } = await get('/runs/first/report.html');
    expect(headers).toMatchObject(reportHeaders);
    const directives = String(headers['content-security-policy']).split('; ');
    expect(directives).toContain("default-src 'none'");
    const digest = createHash('sha256').update(sortScript).digest('base64');
    expect(directives.filter((each) => each.startsWith('script-src'))).toEqual([`script-src 'sha256-${digest}'`]);
  });

  test('of a foreign Host is a refusal: another page may have pointed its name here', async () => {
    for (const host of ['example.org', '127.0.0.1.example.org', 'example.org:8642', 'localhost.example.org']) {
      const reply = await get('/runs', { host });
      expect(reply.statusCode, host).toBe(421);
      oneSentence(reply.body);
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]:8642', 'localhost:1'])
      expect((await get('/runs', { host })).statusCode, host).toBe(200);
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

test('a network is an IPv4 address, or 64 bits of an IPv6 one', () => {
  expect(
    ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8:0:1::2', '2001:db8:0:1:2:3:4:5', '2001:db8::5', '::1'].map(networkOf),
  ).toEqual(['192.0.2.1', '192.0.2.1', '2001:db8:0:1', '2001:db8:0:1', '2001:db8:0:0', '0:0:0:0']);
});
