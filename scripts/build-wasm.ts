/**
 * Compiles the AssemblyScript sources (`*.as`) to the text modules next to them (`*-wasm.ts`). With --check it writes nothing, and exits
 * with 1 if a committed module differs from its source's output.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { main as asc } from 'assemblyscript/asc';

const root = join(import.meta.dirname, '..');
const settings = '-O3 --converge --runtime stub --enable simd --noAssert --importMemory --initialMemory 0';
/** Base64 characters per line of the text. */
const lineLength = 116;

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The text of `<name>-wasm.ts` for a source. */
async function moduleText(name: string, source: string, version: string): Promise<string> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc([`${name}.ts`, ...settings.split(' '), '-o', `${name}.wasm`], {
    readFile: (file) => (file === `${name}.ts` ? source : null),
    writeFile: (file, content) => {
      if (file === `${name}.wasm`) wasm = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`${name}.as does not compile:\n${stderr.toString()}`);
  const base64 = Buffer.from(wasm).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return `/**
 * What ${name}.as (beside this file) compiles to, made by \`npm run build:wasm\` with AssemblyScript ${version}:
 * asc ${name}.ts ${settings} -o ${name}.wasm
 * source sha256 ${sha256(source)}
 * module sha256 ${sha256(wasm)}
 */
// biome-ignore format: one line of text after another
export const ${name}Wasm = [
${lines.map((line) => `  '${line}',\n`).join('')}].join('');
`;
}

const check = process.argv.includes('--check');
const { version } = JSON.parse(
  await readFile(join(root, 'node_modules', 'assemblyscript', 'package.json'), 'utf8'),
) as { version: string };
const sources = (await readdir(join(root, 'src'), { recursive: true })).filter((file) => file.endsWith('.as')).sort();
if (sources.length === 0) throw new Error('No AssemblyScript source under src/');

let stale = 0;
for (const file of sources) {
  const source = join(root, 'src', file);
  const target = source.replace(/\.as$/, '-wasm.ts');
  const text = await moduleText(basename(source, '.as'), await readFile(source, 'utf8'), version);
  const same = existsSync(target) && (await readFile(target, 'utf8')) === text;
  if (!same) {
    stale++;
    if (!check) await writeFile(target, text);
  }
  process.stdout.write(`${same ? 'same   ' : check ? 'stale  ' : 'written'} ${relative(root, target)}\n`);
}
if (check && stale > 0) {
  process.stderr.write(`${stale} of ${sources.length} modules are not what their sources give: npm run build:wasm\n`);
  process.exitCode = 1;
}
