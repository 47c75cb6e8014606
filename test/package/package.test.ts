/** The package as people get it: packed, installed in an empty folder outside the tree, run, imported, type-checked, bundled for a page. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../src/disk/project.ts';

const minutes = 60_000;
let folder: string;

/** Runs a program in the folder; what it prints. */
const run = async (file: string, args: readonly string[], cwd = folder) => {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), INIT_CWD: undefined };
  return promisify(execFile)(file, [...args], { cwd, env, maxBuffer: 2 ** 26 });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'presend-package-'));
  await run(process.execPath, [join(projectRoot, 'scripts', 'presend.mjs'), '--build'], projectRoot);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], projectRoot);
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', version: '1.0.0', type: 'module' }));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', `./${tarball}`]);
}, 8 * minutes);
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'npx presend runs an experiment from any folder and keeps what it makes out of the package',
  async () => {
    await mkdir(join(folder, 'elsewhere'));
    const packed = join(folder, 'node_modules', 'presend', 'experiments', 'tradeoff', 'experiment.yaml');
    const small = (await readFile(packed, 'utf8'))
      .replace('pictures: 640', 'pictures: 40')
      .replace(/ {2}transform:\n(?: {4}- .*\n)+/, '  transform: [{ name: none }, { name: jpeg, quality: 30 }]\n')
      .replace(/ {2}edits:\n(?: {4}- .*\n)+/, '  edits: [{ name: caption }]\n')
      .replace(/ {2}strategy:\n(?: {4}- .*\n)+/, '  strategy: [server-scan, e2ee, client-list, psi]\n');
    await writeFile(join(folder, 'elsewhere', 'small.yaml'), small);
    const { stdout, stderr } = await run(
      'npx',
      ['presend', 'run', 'small.yaml', '--out', 'mine'],
      join(folder, 'elsewhere'),
    );
    expect(stdout).toContain('server-scan');
    expect(stderr).toContain('Run: mine');
    expect(existsSync(join(folder, 'elsewhere', 'mine', 'report.html'))).toBe(true);
    expect(await readdir(join(folder, 'cache', 'presend'))).toContain('generated-2019-40-1');
    expect(existsSync(join(folder, 'node_modules', 'presend', 'datasets', '.cache'))).toBe(false);
  },
  5 * minutes,
);

test(
  'a consumer imports { pdq } and the other entry points in Node',
  async () => {
    await writeFile(
      join(folder, 'import.mjs'),
      `import { pdq } from 'presend/hash';
     import * as rest from 'presend';
     import { searcher } from 'presend/match';
     import { oprf } from 'presend/crypto';
     import { proportion } from 'presend/metric';
     import { strategies } from 'presend/strategy';
     import { decode } from 'presend/image';
     const image = await decode(process.argv[2]);
     const hex = Buffer.from(pdq.hash(image).hash).toString('hex');
     const all = [rest.runAny, searcher, oprf.blind, proportion, decode].map((each) => typeof each);
     console.log(hex, Object.keys(strategies).length, new Set(all).size);`,
    );
    const picture = join(projectRoot, 'test', 'vectors', 'images', 'leaves-256x256.png');
    const { stdout } = await run(process.execPath, ['import.mjs', picture]);
    const known = await run('npx', ['presend', 'hash', picture]);
    expect(stdout.trim()).toBe(`${known.stdout.split(',')[0]} 20 1`);
  },
  minutes,
);

test(
  'its types check in a strict project',
  async () => {
    await writeFile(
      join(folder, 'types.mts'),
      `import { pdq, type PerceptualHash, type Raster } from 'presend/hash';
     import { hashList, searcher } from 'presend/match';
     import { proportion, type Proportion } from 'presend/metric';
     import { session } from 'presend/crypto';
     import { strategyByName, type Strategy } from 'presend/strategy';
     import { decode } from 'presend/image';
     import { runAny, type AnyMetrics } from 'presend';
     export const hash: PerceptualHash = pdq;
     export const rate: Proportion = proportion(1, 2);
     export const strategy: Strategy = strategyByName('e2ee');
     export const of = async (file: string): Promise<Uint8Array> => { const image: Raster = await decode(file); return hash.hash(image).hash; };
     export const used = [hashList, searcher, session.seal, runAny] as const;
     export type Metrics = AnyMetrics;`,
    );
    const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    await cp(join(projectRoot, 'node_modules', '@types'), join(folder, 'node_modules', '@types'), { recursive: true });
    const flags = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
    await expect(run(process.execPath, [compiler, ...flags, 'types.mts'])).resolves.toBeDefined();
  },
  minutes,
);

test(
  'the pure entry points bundle for a page, without a module of Node',
  async () => {
    await writeFile(
      join(folder, 'page.mjs'),
      `import { pdq } from 'presend/hash';
     import { searcher } from 'presend/match';
     import { session } from 'presend/crypto';
     import { proportion } from 'presend/metric';
     import { strategyByName } from 'presend/strategy';
     console.log(pdq, searcher, session, proportion, strategyByName);`,
    );
    const { metafile } = await build({
      absWorkingDir: folder,
      entryPoints: ['page.mjs'],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      logLevel: 'silent',
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(imports.filter((path) => path.startsWith('node:'))).toEqual([]);
  },
  minutes,
);

test('nothing of the tests, the caches or the sources is packed', async () => {
  const packed = await readdir(join(folder, 'node_modules', 'presend'));
  expect(packed.sort()).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'experiments', 'models', 'package.json']),
  );
  for (const name of ['src', 'test', 'bench', 'runs']) expect(packed).not.toContain(name);
  const manifest = JSON.parse(await readFile(join(folder, 'node_modules', 'presend', 'package.json'), 'utf8'));
  expect(Object.keys(manifest.dependencies)).not.toEqual(expect.arrayContaining(['tsx', 'vite', 'esbuild']));
});
