/**
 * The sources and the helpers of tests as JavaScript, for the processes and worker threads that tests start: from TypeScript each of them
 * would take seconds to begin. Made before every run of the tests, from all sources as they are then, so that it is never older than they
 * are; only files whose content changed are written. `PRESEND_BUILD` tells src/util/worker-loader.ts where it is.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { locked } from '../src/disk/lock.ts';
import { projectRoot } from '../src/disk/project.ts';
import { bytesIfThere } from '../src/disk/read.ts';
import { clientScript, clientScriptFile } from '../src/experiment/tradeoff/client-script.ts';
import { digestOfSources, sourcesFile } from '../src/harness/sources.ts';
import { equalBytes, utf8 } from '../src/util/bytes.ts';

/** Where it is kept; as deep as a build for a release, because modules look for models/ from where they are. */
const folder = join(projectRoot, 'dist-test');

/**
 * typebox as two files: it is 537 modules, and every process and thread that a test starts would load each of them, which is a third of what loading
 * the workers' modules takes.
 */
const merged = { typebox: 'typebox', 'typebox/schema': 'typebox-schema' } as const;
const mergedFolder = 'merged';

/** Modules stay files of their own, whose imports of one another end in .js; JSON becomes part of its module. */
const oneByOne: Plugin = {
  name: 'one by one',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
    );
    onResolve({ filter: /^typebox(\/schema)?$/ }, ({ path, importer }) => ({
      path: relative(dirname(importer), join(projectRoot, mergedFolder, `${merged[path as keyof typeof merged]}.js`)),
      external: true,
    }));
  },
};

async function modules(): Promise<string[]> {
  const all = await Promise.all(
    ['src', 'test', 'models'].map(async (top) =>
      (await readdir(join(projectRoot, top), { recursive: true })).map((name) => join(top, name)),
    ),
  );
  return all.flat().filter((name) => name.endsWith('.ts') && !/\.test\.ts$|\.d\.ts$/.test(name));
}

const options = {
  absWorkingDir: projectRoot,
  write: false,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
} as const satisfies BuildOptions;

/** Every file of the build, by its path in it. */
async function made(): Promise<Map<string, Uint8Array>> {
  const packages = await build({
    ...options,
    entryPoints: Object.fromEntries(Object.entries(merged).map(([name, file]) => [file, name])),
    outdir: join(folder, mergedFolder),
    splitting: true,
  });
  const { outputFiles } = await build({
    ...options,
    entryPoints: await modules(),
    outdir: folder,
    outbase: projectRoot,
    plugins: [oneByOne],
    packages: 'external',
  });
  return new Map([
    ...[...packages.outputFiles, ...outputFiles].map(
      ({ path, contents }) => [relative(folder, path), contents] as const,
    ),
    [clientScriptFile, utf8(await clientScript())],
    [sourcesFile, utf8(`${await digestOfSources()}\n`)],
  ]);
}

async function makeBuild(): Promise<void> {
  await locked(`${folder}.lock`, async () => {
    const files = await made();
    await mkdir(folder, { recursive: true });
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isDirectory() && !files.has(relative(folder, path))) await rm(path);
    }
    await Promise.all(
      [...files].map(async ([name, content]) => {
        const path = join(folder, name);
        const old = await bytesIfThere(path);
        if (old && equalBytes(old, content)) return;
        await mkdir(dirname(path), { recursive: true });
        // Not synced to disk: what a crash of the machine leaves is compared, and written again.
        await writeFile(`${path}.part`, content);
        await rename(`${path}.part`, path);
      }),
    );
  });
}

/** Called by Vitest before the first test; in watch mode also before each further run. */
export default async function setup(project: TestProject): Promise<void> {
  process.env.PRESEND_BUILD = folder;
  process.env.PRESEND_MODELS = join(projectRoot, 'test', 'models');
  await makeBuild();
  project.onTestsRerun(makeBuild);
}
