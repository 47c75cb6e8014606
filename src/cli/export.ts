/** `presend export <run> --crate <folder|zip>`: a finished run for others, as an RO-Crate. */
import { createReadStream } from 'node:fs';
import { copyFile, type FileHandle, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { Zip, ZipPassThrough } from 'fflate';
import { entriesIfThere, statIfThere } from '../disk/read.ts';
import { writeBeside, writeWhole } from '../disk/write.ts';
import { type CrateFile, crateOf } from '../experiment/crate.ts';
import { removeEmpty } from '../harness/run-folder.ts';
import { utf8 } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import { examples, runNamed } from './arguments.ts';
import { facts, say } from './output.ts';

/** A zip file without the extension for large files has at most so many bytes. */
const mostZipped = 2 ** 32 - 1;

export const exportCommand = (): Command =>
  new Command('export')
    .argument('<run>', 'folder of a finished run, or its name under runs/')
    .requiredOption('--crate <path>', 'new folder, or new .zip file, for the run as an RO-Crate')
    .option(
      '--licence <name>',
      'licence of the run: an SPDX identifier, an address, or words (default: CC0-1.0 for generated pictures, otherwise not stated)',
    )
    .option('--author <name>', 'who ran it, for the description (default: not stated)')
    .addHelpText(
      'after',
      examples('export runs/mine --crate mine-crate.zip', 'export runs/mine --crate ./crate --licence CC-BY-4.0'),
    )
    .action(exportRun);

interface Options {
  crate: string;
  licence?: string;
  author?: string;
}

async function exportRun(run: string, { crate, licence, author }: Options): Promise<void> {
  const folder = runNamed(run);
  const zipped = /\.zip$/i.test(crate);
  const there = await statIfThere(crate);
  if (there && (zipped || !there.isDirectory() || ((await entriesIfThere(crate)) ?? []).length > 0))
    throw new UserError(`${crate} exists already; choose another --crate`);
  const files = await crateOf(folder, { licence, author });
  await (zipped ? writeZip(crate, files) : writeFolder(crate, files));
  say(
    facts([
      ['crate', crate],
      ['files', files.length],
      ['bytes', files.reduce((sum, { bytes }) => sum + bytes, 0)],
    ]),
  );
}

/** Writes the files into a folder that is empty or not there; if that fails, for example on a full disk, it is as before. */
export async function writeFolder(crate: string, files: readonly CrateFile[]): Promise<void> {
  const isNew = !(await statIfThere(crate));
  try {
    for (const each of files) {
      const path = join(crate, each.path);
      await mkdir(dirname(path), { recursive: true });
      await ('text' in each ? writeWhole(path, each.text) : copyFile(each.from, path));
    }
  } catch (error) {
    for (const name of new Set(files.map(({ path }) => path.split('/')[0]!)))
      await rm(join(crate, name), { recursive: true, force: true });
    if (isNew) await removeEmpty(crate);
    throw error;
  }
}

/** Writes the files as a zip file, one after the other; the rows are compressed already, so nothing else is. */
async function writeZip(crate: string, files: readonly CrateFile[]): Promise<void> {
  const bytes = files.reduce((sum, each) => sum + each.bytes + 2 * each.path.length + 256, 0);
  if (bytes > mostZipped)
    throw new UserError(`The run has ${bytes} bytes, too many for a .zip file; give a folder with --crate`);
  await mkdir(dirname(crate), { recursive: true });
  await writeBeside(crate, { write: (file) => zipInto(file, files) });
}

async function zipInto(target: FileHandle, files: readonly CrateFile[]): Promise<void> {
  let pending: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    pending.push(chunk);
  });
  const flush = async (): Promise<void> => {
    const chunks = pending;
    pending = [];
    for (const chunk of chunks) await target.writeFile(chunk);
  };
  for (const each of files) {
    const entry = new ZipPassThrough(each.path);
    // The same run gives the same bytes.
    entry.mtime = '1980-01-01T12:00:00';
    zip.add(entry);
    for await (const piece of 'text' in each ? [utf8(each.text)] : createReadStream(each.from)) {
      entry.push(piece as Uint8Array);
      await flush();
    }
    entry.push(new Uint8Array(0), true);
    await flush();
  }
  zip.end();
  await flush();
}
