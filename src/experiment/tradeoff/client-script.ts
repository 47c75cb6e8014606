/** The script of the model's page in one piece: a part of a build; from source it is bundled when a page is made. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Where a build keeps it, relative to the package. */
export const clientScriptFile = 'src/experiment/tradeoff/client.bundle.js';

/** The model, the plots and the sliders, as one script that loads nothing. */
export async function clientScript(): Promise<string> {
  if (!import.meta.url.endsWith('.ts')) return readFile(new URL('./client.bundle.js', import.meta.url), 'utf8');
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./report-model-client.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]!.text.replaceAll('</script', '<\\/script').trim();
}
