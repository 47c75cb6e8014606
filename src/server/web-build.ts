/**
 * Bundles the pages' scripts with Vite. There is no component library: the server renders the pages with the reports' own HTML. Only two
 * parts run in them (a threshold slider, the demo); a library of their size would not simplify them.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locked } from '../disk/lock.ts';
import { projectRoot } from '../disk/project.ts';
import { readIfThere } from '../disk/read.ts';
import { digestOfSources } from '../harness/sources.ts';

/** Output folder of the bundle: next to the sources, never in the repository. */
export const webFolder: string = join(projectRoot, 'dist', 'web');

/** Scripts that pages request by name. Each becomes one file; shared or lazily loaded parts become others. */
export const webEntries = { explorer: 'explorer/main.ts', demo: 'demo/main.ts' } as const;
export type WebEntry = keyof typeof webEntries;

/** Vite's list of the output of each entry. */
export const manifestFile = 'manifest.json';
/** Licences of the bundled libraries. */
const licencesFile = 'licences.md';
const digestFile = 'sources.sha256';
const root = join(import.meta.dirname, 'web');

/** Bundles into a folder. The bundle is built in a temporary folder and then renamed, so that a server never reads an incomplete one. */
export async function buildWeb(out = webFolder): Promise<void> {
  const { build } = await import('vite');
  const digest = await digestOfSources();
  const part = `${out}.part-${process.pid}`;
  await mkdir(part, { recursive: true });
  try {
    await build({
      configFile: false,
      root,
      base: '/assets/',
      publicDir: false,
      logLevel: 'error',
      worker: { format: 'es' },
      build: {
        outDir: part,
        emptyOutDir: true,
        assetsDir: '',
        // WebAssembly stays a file: a data address would need another policy.
        assetsInlineLimit: 0,
        manifest: manifestFile,
        // Licences of the libraries in the scripts: distributing the scripts requires them.
        license: { fileName: licencesFile },
        modulePreload: { polyfill: false },
        target: 'es2022',
        reportCompressedSize: false,
        chunkSizeWarningLimit: 1e5,
        rolldownOptions: {
          input: Object.fromEntries(Object.entries(webEntries).map(([name, file]) => [name, join(root, file)])),
        },
      },
    });
    await writeFile(join(part, digestFile), `${digest}\n`);
    await rm(out, { recursive: true, force: true });
    await rename(part, out);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Whether a bundle exists and was built from the current sources. */
export async function isCurrent(out = webFolder): Promise<boolean> {
  if (!existsSync(join(out, manifestFile))) return false;
  const made = (await readIfThere(join(out, digestFile))) ?? '';
  return made.trim() === (await digestOfSources());
}

/**
 * Bundles if the bundle is missing or outdated. `onBuild` is called before a build, which takes seconds; `onWait` gets a sentence if
 * another process is bundling.
 */
export async function ensureWeb(
  out = webFolder,
  onBuild: () => void = () => undefined,
  onWait?: (sentence: string) => void,
): Promise<void> {
  // A built package already contains its pages.
  if (!import.meta.url.endsWith('.ts')) return;
  await locked(
    `${out}.lock`,
    async () => {
      if (await isCurrent(out)) return;
      onBuild();
      await buildWeb(out);
    },
    onWait,
  );
}
