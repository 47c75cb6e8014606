/**
 * The pages' scripts, bundled by Vite. No component library: the server writes the pages with the reports' own HTML, and what runs in them
 * are two islands (a threshold slider, the demo) that a library of their own size would serve no better.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locked } from '../disk/lock.ts';
import { projectRoot } from '../disk/project.ts';
import { readIfThere } from '../disk/read.ts';
import { digestOfSources } from '../harness/sources.ts';

/** Where the bundle goes: beside the sources, and never into the repository. */
export const webFolder: string = join(projectRoot, 'dist', 'web');

/** Scripts that pages ask for by name; each becomes one file, and the parts that it shares or loads later others. */
export const webEntries = { explorer: 'explorer/main.ts', demo: 'demo/main.ts' } as const;
export type WebEntry = keyof typeof webEntries;

/** Vite's list of what became of each entry. */
export const manifestFile = 'manifest.json';
/** The licences of what is bundled. */
const licencesFile = 'licences.md';
const digestFile = 'sources.sha256';
const root = join(import.meta.dirname, 'web');

/** Bundles into a folder. It is made beside its place and then renamed, so that a server never reads half a bundle. */
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
        // Licences of the libraries that the scripts hold: who passes the scripts on passes these on too.
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

/** Whether a bundle is there and made from the sources as they are now. */
export async function isCurrent(out = webFolder): Promise<boolean> {
  if (!existsSync(join(out, manifestFile))) return false;
  const made = (await readIfThere(join(out, digestFile))) ?? '';
  return made.trim() === (await digestOfSources());
}

/**
 * Bundles where the bundle is missing or was made from other sources; `onBuild` is told before it takes its seconds, `onWait` gets a
 * sentence when another process that bundles is waited for.
 */
export async function ensureWeb(
  out = webFolder,
  onBuild: () => void = () => undefined,
  onWait?: (sentence: string) => void,
): Promise<void> {
  // A build has its pages.
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
