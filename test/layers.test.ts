/** The network's floors as data: a room may import only what DESIGN gives it, and the pure rooms reach neither Node nor the DOM. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Every room, ground floor first, with the rooms directly below it; it may import those and what they may import. */
const rooms: Record<string, readonly string[]> = {
  util: [],
  disk: ['util'],
  schema: ['util'],
  image: ['schema', 'disk'],
  hash: ['image'],
  classify: ['image'],
  match: ['hash', 'classify'],
  crypto: ['util'],
  store: ['crypto', 'schema'],
  role: ['match', 'store'],
  strategy: ['role'],
  attack: ['hash', 'classify', 'match', 'metric'],
  dataset: ['image'],
  metric: ['util'],
  harness: ['strategy', 'attack', 'dataset', 'metric'],
  report: ['schema', 'metric'],
  client: ['role'],
  web: ['client', 'strategy', 'report', 'metric', 'image', 'classify'],
  server: ['client', 'harness', 'report'],
  cli: ['server', 'harness', 'report'],
  api: ['strategy', 'harness', 'report'],
};

/** Rooms whose code runs unchanged on a phone: no `node:` import, no DOM, not even through what they import. */
const pure = ['util', 'schema', 'hash', 'match', 'crypto', 'store', 'role', 'strategy', 'metric', 'client'];
const nodeOnly = /^(node:|fs-native-extensions$|sharp$|piscina$|fastify$|opentype\.js$)/;

const root = resolve(import.meta.dirname, '..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src', file));

/** Pages lie inside the server's folder, but are a room of their own: they run in a browser, and the server never imports them. */
const roomOf = (file: string): string => (file.startsWith('src/server/web/') ? 'web' : file.split('/')[1]!);
const below = (room: string): Set<string> =>
  new Set([room, ...(rooms[room] ?? []), ...(rooms[room] ?? []).flatMap((each) => [...below(each)])]);

/** Modules a file imports; with `types: false`, only those that are there at run time. */
function imports(file: string, types: boolean): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const found = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found]
    .filter((match) => types || !match[1])
    .map((match) => match[2] ?? match[3] ?? match[4]!)
    .map((name) => (name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name));
}

describe('layers', () => {
  test('files were found, and every one is in a room', () => {
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) expect(Object.keys(rooms), file).toContain(roomOf(file));
  });

  test.each(files)('%s imports only what its room may', (file) => {
    const allowed = below(roomOf(file));
    for (const name of imports(file, true)) {
      if (!name.startsWith('src/')) continue;
      expect(existsSync(join(root, name)), `${file} imports ${name}, which is not there`).toBe(true);
      expect([...allowed], `${file} imports ${name}`).toContain(roomOf(name));
    }
  });

  /** No module that a file reaches at run time is one of Node's. */
  const reachesNoNode = (file: string): void => {
    const seen = new Set<string>();
    const visit = (each: string, path: readonly string[]): void => {
      if (seen.has(each)) return;
      seen.add(each);
      for (const name of imports(each, false)) {
        expect(nodeOnly.test(name), `${[...path, each].join(' → ')} imports ${name}`).toBe(false);
        if (name.startsWith('src/')) visit(name, [...path, each]);
      }
    };
    visit(file, []);
  };

  test.each(files.filter((file) => pure.includes(roomOf(file))))('%s runs in a browser', (file) => {
    reachesNoNode(file);
    const source = readFileSync(join(root, file), 'utf8');
    expect(source, file).not.toMatch(/\b(process|Buffer|__dirname|document|window)\b\s*[.[(]/);
  });

  test.each(files.filter((file) => roomOf(file) === 'web'))('%s runs in a page', reachesNoNode);
});
