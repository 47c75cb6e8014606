/** Every request is logged and counted once, by its route: pages, scripts and services, and what never meets a route. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { type ServiceWorld, serviceWorld } from './service-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = { method: string; route: string; status: number; millis: number; caller?: string };

/**
 * What a visitor does, and the route and status that it is to be known by: none where there is nothing under a path, as where no route has
 * it. Nothing else of an address may stand anywhere.
 */
const visits: readonly (readonly [address: string, method: string, route: string, status: number])[] = [
  ['/?kind=private-kind', 'GET', '/', 200],
  ['/runs', 'GET', '/runs', 200],
  ['/runs/private-run', 'other', 'none', 404],
  ['/runs/private-run/metrics.json', 'GET', '/runs/:run/:file', 404],
  ['/demo', 'GET', '/demo', 200],
  ['/assets/private-name.js', 'other', 'none', 404],
  ['/private-path?private=query', 'other', 'none', 404],
  ['/runs/%E0%A4%A', 'other', 'none', 400],
];

const kinds = ['with services', 'without services'] as const;
describe.each(kinds)('a server %s', (kind) => {
  const lines: string[] = [];
  const log = { write: (line: string) => void lines.push(line) };
  let world: ServiceWorld | undefined;
  let app: FastifyInstance;
  const get = (url: string) => app.inject({ method: 'GET', url, headers: { host: 'localhost:8642' } });
  /** Lines about answers, since the last look. */
  const answered = async (): Promise<Line[]> => {
    // A line is written when the answer has left, which can be after it has arrived.
    await new Promise((done) => setTimeout(done, 20));
    return lines
      .splice(0)
      .map((line) => JSON.parse(line) as Line & { msg: string })
      .filter(({ msg }) => msg === 'answered');
  };
  /** Requests of a route and status, as GET /metrics counts them. */
  const count = async (method: string, route: string, status: number): Promise<number> => {
    const { body } = await get('/metrics');
    const name = `presend_requests_total{method="${method}",route="${route}",status="${status}"} `;
    return Number(
      body
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.slice(name.length) ?? 0,
    );
  };

  beforeEach(async () => {
    if (!app) {
      if (kind === 'with services') world = await serviceWorld({ log });
      app = world?.app ?? createApp({ folder, log });
    }
    await answered();
  });
  afterAll(() => world?.close() ?? app.close());

  test.each(visits)('%s is logged and counted once, as %s %s, %i', async (url, method, route, status) => {
    const before = await count(method, route, status);
    await answered();
    expect((await get(url)).statusCode).toBe(status);
    const text = lines.join('');
    expect(await answered()).toMatchObject([{ method, route, status }]);
    expect(text).not.toMatch(/private|query|%E0/);
    expect(await count(method, route, status)).toBe(before + 1);
    expect((await get('/metrics')).body).not.toMatch(/private|query|%E0/);
  });

  test('a foreign host is one too', async () => {
    const before = await count('GET', '/runs', 421);
    await app.inject({ method: 'GET', url: '/runs', headers: { host: 'private.example' } });
    expect(await count('GET', '/runs', 421)).toBe(before + 1);
  });

  test('what is no HTTP is one without a route', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const before = await count('other', 'none', 400);
    await answered();
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('private words\r\n\r\n');
    const reply = await new Promise<string>((done) => socket.once('data', (data) => done(String(data))));
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const [line, ...more] = await answered();
    expect(line).toMatchObject({ method: 'other', route: 'none', status: 400 });
    expect(more).toEqual([]);
    expect(await count('other', 'none', 400)).toBe(before + 1);
  });
});
