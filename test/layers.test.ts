/**
 * The layers of the source as data: what each may import. Folders are layers; within the folder of a kind of experiment the name of a file says
 * its layer. Types are imports like any other. What is pure reaches neither Node nor the DOM, because it runs on phones and in pages too.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Every layer, lowest first, with the layers directly below it; it may import those and what they may import. */
const layers: Readonly<Record<string, readonly string[]>> = {
  util: [],
  disk: ['util'],
  schema: ['util'],
  image: ['schema', 'disk'],
  hash: ['image'],
  // Decoders and an encoder of clips, and their hashes.
  video: ['hash'],
  classify: ['image'],
  match: ['hash', 'classify'],
  crypto: ['util'],
  store: ['crypto', 'schema'],
  role: ['match', 'store'],
  strategy: ['role'],
  attack: ['hash', 'classify', 'match', 'metric'],
  dataset: ['image', 'video'],
  metric: ['util'],
  report: ['schema', 'metric'],
  // Figures as PDF.
  pdf: ['image'],
  // What the scores of several kinds share.
  score: ['schema', 'metric', 'strategy', 'attack'],
  harness: ['dataset', 'score', 'report'],
  train: ['harness'],
  // The parts of a kind of experiment, by file name.
  'kind schema': ['schema'],
  'kind score': ['kind schema', 'score'],
  'kind report': ['kind schema', 'report'],
  'kind run': ['kind score', 'kind report', 'harness', 'train'],
  experiment: ['kind run'],
  reproduce: ['experiment'],
  backtest: ['report', 'disk'],
  challenge: ['experiment'],
  compare: ['challenge'],
  client: ['role'],
  web: ['client', 'strategy', 'report', 'metric', 'image', 'video', 'classify', 'kind report'],
  server: ['client', 'compare'],
  cli: ['server', 'reproduce', 'backtest', 'video', 'pdf'],
  api: ['experiment', 'video'],
};

/** The layer of a file in the folder of a kind, by its name. */
const ofKinds: readonly (readonly [RegExp, string])[] = [
  [/^(experiment|rows|metrics)\.ts$/, 'kind schema'],
  [/^score(-[a-z-]+)?\.ts$/, 'kind score'],
  [/^(report|tables|plots)(-[a-z-]+)?\.ts$/, 'kind report'],
  [/\.ts$/, 'kind run'],
];

/** Layers whose code runs unchanged on a phone: no `node:` import, no decoder of pictures, no DOM, not even through what they import. */
const pure: readonly string[] = [
  ...['util', 'schema', 'hash', 'match', 'crypto', 'store', 'role', 'strategy', 'metric', 'client', 'score'],
  ...['kind schema', 'kind score'],
];
const nodeOnly = /^(node:|fs-native-extensions$|sharp$|piscina$|fastify$|opentype\.js$)/;

/** Where execution begins: the command line, the pages, what the package exports, and what threads and processes are started with. */
const entries: readonly RegExp[] = [
  /^src\/cli\/main\.ts$/,
  /^src\/server\/web\/[a-z]+\/(main|[a-z-]*worker)\.ts$/,
  /^src\/api\/[a-z]+\.ts$/,
];

const root = resolve(import.meta.dirname, '..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => join('src', file))
  .sort();

/** The kind whose folder a file lies in. */
const kindOf = (file: string): string | undefined => /^src\/experiment\/([a-z-]+)\/[^/]+\.ts$/.exec(file)?.[1];

/** Pages lie inside the server's folder, but are a layer of their own: they run in a browser, and the server never imports them. */
function layerOf(file: string): string {
  if (file.startsWith('src/server/web/')) return 'web';
  if (kindOf(file) === undefined) return file.split('/')[1]!;
  const name = file.split('/').at(-1)!;
  return ofKinds.find(([names]) => names.test(name))![1];
}

const below = (layer: string): Set<string> =>
  new Set([layer, ...(layers[layer] ?? []), ...(layers[layer] ?? []).flatMap((each) => [...below(each)])]);

const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

interface Import {
  /** A file of the source, or the name of a package. */
  readonly name: string;
  /** Nothing of it is there at run time. */
  readonly type: boolean;
  /** It is imported when it is asked for. */
  readonly lazy: boolean;
}

const importsOf = new Map(
  files.map((file): [string, readonly Import[]] => {
    const found = sources
      .get(file)!
      .matchAll(
        /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
      );
    const imports = [...found].map((match): Import => {
      const name = match[2] ?? match[3] ?? match[4]!;
      return {
        name: name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name,
        type: match[1] !== undefined,
        lazy: match[3] !== undefined,
      };
    });
    return [file, imports];
  }),
);
const imports = (file: string): readonly Import[] => importsOf.get(file) ?? [];
const ofSource = ({ name }: Import): boolean => name.startsWith('src/') && name.endsWith('.ts');

/** Modules that a file names by their address, for threads, processes, bundlers and build scripts. */
const addressed = (file: string): string[] =>
  [...sources.get(file)!.matchAll(/'(\.{1,2}\/[^']+\.ts)'/g)].map((match) =>
    relative(root, resolve(root, dirname(file), match[1]!)),
  );

describe('layers', () => {
  test('files were found, and every one is in a layer', () => {
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) expect(Object.keys(layers), file).toContain(layerOf(file));
  });

  test.each(files)('%s imports only what its layer may', (file) => {
    const allowed = below(layerOf(file));
    for (const each of imports(file)) {
      if (!each.name.startsWith('src/')) continue;
      expect(existsSync(join(root, each.name)), `${file} imports ${each.name}, which is not there`).toBe(true);
      if (ofSource(each)) expect([...allowed], `${file} imports ${each.name}`).toContain(layerOf(each.name));
    }
  });

  test('no kind of experiment imports another', () => {
    const wrong = files.flatMap((file) =>
      imports(file).flatMap(({ name }) => {
        const [from, to] = [kindOf(file), kindOf(name)];
        return from !== undefined && to !== undefined && from !== to ? [`${file} imports ${name}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('no file imports itself through others, types counted', () => {
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const each of imports(file)) if (ofSource(each) && !each.lazy) visit(each.name, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('every file is reached from the command line, a page, an export of the package or a worker', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !sources.has(file)) return;
      reached.add(file);
      for (const { name } of imports(file)) visit(name);
      for (const name of addressed(file)) visit(name);
    };
    const roots = files.filter((file) => entries.some((names) => names.test(file)));
    expect(roots.length).toBeGreaterThan(5);
    for (const file of roots) visit(file);
    expect(files.filter((file) => !reached.has(file))).toEqual([]);
  });

  /** No module that a file reaches at run time is one of Node's. */
  const reachesNoNode = (file: string): void => {
    const seen = new Set<string>();
    const visit = (each: string, path: readonly string[]): void => {
      if (seen.has(each)) return;
      seen.add(each);
      for (const { name, type } of imports(each)) {
        if (type) continue;
        expect(nodeOnly.test(name), `${[...path, each].join(' → ')} imports ${name}`).toBe(false);
        if (name.startsWith('src/')) visit(name, [...path, each]);
      }
    };
    visit(file, []);
  };

  test.each(files.filter((file) => pure.includes(layerOf(file))))('%s runs in a browser', (file) => {
    reachesNoNode(file);
    expect(sources.get(file), file).not.toMatch(/\b(process|Buffer|__dirname|document|window)\b\s*[.[(]/);
  });

  test.each(files.filter((file) => layerOf(file) === 'web'))('%s runs in a page', reachesNoNode);
});
