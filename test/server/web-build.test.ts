import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { locked } from '../../src/disk/lock.ts';
import { noWeb, readWeb, serveWeb } from '../../src/server/static.ts';
import { ensureWeb, isCurrent } from '../../src/server/web-build.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-web-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundle', () => {
  const out = join(folder, 'web');

  test('is made once for two that want it', async () => {
    let builds = 0;
    const build = () => ensureWeb(out, () => void builds++);
    expect(await isCurrent(out)).toBe(false);
    await Promise.all([build(), build()]);
    expect([builds, await isCurrent(out)]).toEqual([1, true]);
    await build();
    expect(builds).toBe(1);
    expect(readdirSync(folder)).toEqual(['web']);
  });

  test('holds no address but the names of namespaces and of what it quotes: nothing is fetched from elsewhere', async () => {
    const { files, script } = await readWeb(out);
    for (const entry of ['explorer', 'demo'] as const) expect(script(entry)).toMatch(/^\/assets\/\w+-[\w-]+\.js$/);
    expect([...files.keys()].filter((name) => name.endsWith('.wasm'))).toHaveLength(3);
    const explorer = files.get(script('explorer')!.slice('/assets/'.length))!;
    expect(explorer.bytes.toString()).not.toMatch(/\beval\(|importScripts|https?:\/\/(?!www\.w3\.org)/);
  });

  test('is served by name, and by no path', async () => {
    const app = Fastify();
    const web = await readWeb(out);
    serveWeb(app, web);
    const name = [...web.files.keys()].find((each) => each.endsWith('.js'))!;
    const reply = await app.inject(`/assets/${name}`);
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(reply.rawPayload.equals(readFileSync(join(out, name)))).toBe(true);
    for (const url of ['manifest.json', 'sources.sha256', '..%2fpackage.json', '%2fetc%2fpasswd', '__proto__'])
      expect((await app.inject(`/assets/${url}`)).statusCode, url).toBe(404);
    await app.close();
  });

  test('that is not there leaves pages without scripts', async () => {
    expect(await readWeb(join(folder, 'nowhere'))).toBe(noWeb);
    expect(noWeb.script('demo')).toBe(undefined);
  });
});

describe('the lock', () => {
  test('lets one work at a time, and goes when the work fails', async () => {
    const path = join(folder, 'lock');
    let at = 0;
    const work = async () => {
      expect(++at).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      at--;
    };
    await Promise.all([1, 2, 3].map(() => locked(path, work)));
    await expect(locked(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  test('of a process that is gone counts as none', async () => {
    const path = join(folder, 'stale');
    // No process has the largest number that Linux and others give.
    writeFileSync(path, '4194304');
    expect(await locked(path, async () => 'done')).toBe('done');
  });
});
