/**
 * `npm run build`: builds everything that the package ships into `dist/`: JavaScript with declarations and source maps, the pages' scripts,
 * the script of the model's page. It builds in a temporary folder and renames it, so that nobody runs an incomplete build. With --to-run it
 * leaves out what only a package needs: declarations, and the check of all types, which take most of the time.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { locked } from '../src/disk/lock.ts';
import { projectRoot } from '../src/disk/project.ts';
import { clientScript, clientScriptFile } from '../src/experiment/tradeoff/client-script.ts';
import { digestOfSources, sourcesFile } from '../src/harness/sources.ts';
import { buildWeb } from '../src/server/web-build.ts';

const out = join(projectRoot, 'dist');

const toRun = process.argv.includes('--to-run');

/** Options of the compiler. */
const quickly = ['--noCheck', '--declaration', 'false', '--declarationMap', 'false'];

/** Declarations contain the source's extensions, which not every compiler resolves: './x.ts' becomes './x.js'. */
async function mendDeclarations(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/((?:from|import\()\s*['"]\.[^'"]+)\.ts(?=['"])/g, '$1.js'));
  }
}

await locked(`${out}.lock`, async () => {
  const started = process.hrtime.bigint();
  const part = `${out}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const compile = promisify(execFile)(
    process.execPath,
    [compiler, '-p', join(projectRoot, 'tsconfig.build.json'), '--outDir', part, ...(toRun ? quickly : [])],
    { cwd: projectRoot },
  ).catch((error: { stdout?: string } & Error) => {
    throw new Error(`The sources do not compile:\n${error.stdout || error.message}`);
  });
  await Promise.all([compile, buildWeb(join(part, 'web'))]);
  if (!toRun) await mendDeclarations(join(part, 'src'));
  await writeFile(join(part, sourcesFile), `${await digestOfSources()}\n`);
  await writeFile(join(part, 'src', relative('src', clientScriptFile)), await clientScript());
  await rm(out, { recursive: true, force: true });
  await rename(part, out);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.stderr.write(`Built ${relative(process.cwd(), out) || out} in ${seconds.toFixed(1)} s\n`);
});
