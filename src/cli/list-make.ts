/** `presend list make`: hashes pictures, or whole folders of them, and writes their hashes as a list. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import { findFiles } from '../dataset/find-files.ts';
import { exactHashes, isExact } from '../hash/exact-hashes.ts';
import { defaultMostFrames } from '../image/frames.ts';
import type { ListFormat } from '../match/format/format.ts';
import { listFormatByName } from '../match/format/index.ts';
import { type HashList, ListBuilder, type ListFacts } from '../match/hash-list.ts';
import { isAbsent, MissingError, systemCode, UserError } from '../util/errors.ts';
import { float32Bytes } from '../util/float32.ts';
import { atMost, backendOption, examples, wholeNumber } from './arguments.ts';
import { filesFromOption, namedFiles } from './files-from.ts';
import {
  algorithmOption,
  eachAnswered,
  eachFile,
  frameName,
  framesSentence,
  mostFramesOption,
  mustSuitExact,
  orientOption,
  RefusedFilesError,
  refuseBelow,
  withResult,
} from './hash-file.ts';
import { mustBeWritable, note, writeNew } from './output.ts';
import { openPictureHash } from './picture-hash.ts';

interface Options {
  out: string;
  algorithm?: string;
  name?: string;
  format?: string;
  bits?: boolean;
  minQuality?: number;
  orient?: boolean;
  mostFrames?: number;
  backend?: BackendName;
  threads?: number;
  force?: boolean;
  filesFrom?: string;
}

export const makeCommand = (): Command =>
  new Command('make')
    .description('hash pictures, or all files of folders, and write their hashes as a list')
    .argument('[paths...]', 'pictures and folders; files of a folder are named by their paths in it')
    .requiredOption('--out <file>', 'file to write')
    .option(algorithmOption[0], `${algorithmOption[1]} (default: pdq)`)
    .option('--name <name>', 'name of the list (default: list)')
    .option('--format <name>', 'format to write (default: binary; presend ls formats)')
    .option(
      '--bits',
      'list the bits of a detector whose vectors are compared as they are, for protocols that need bits',
    )
    .option(
      '--min-quality <n>',
      'minimum quality of a picture (default: the hash’s own)',
      wholeNumber('--min-quality', 0),
    )
    .option(...orientOption)
    .option(...mostFramesOption)
    .option(...filesFromOption)
    .addOption(backendOption())
    .option(
      '--threads <n>',
      'worker threads (default: one per core for many files); the list is the same for any number',
      wholeNumber('--threads', 1),
    )
    .option('--force', 'overwrite an existing file')
    .addHelpText(
      'after',
      examples(
        'list make pictures --out list.presend',
        'list make pictures --hash ./detectors/mine.yaml --out list.presend',
      ),
    )
    .action(make);

async function make(paths: string[], options: Options): Promise<void> {
  const { out, algorithm = 'pdq', name = 'list', force = false } = options;
  const format = listFormatByName(options.format ?? 'binary');
  await mustBeWritable(out, force);
  const files = await filesAt(await namedFiles(paths, options.filesFrom));
  const names = new Map(files.map(({ path, name }) => [path, name]));
  const { builder, refused } = isExact(algorithm)
    ? await listBytes(names, { ...options, algorithm, name })
    : await listPictures(names, { ...options, algorithm, name });
  const list = builder.finish();
  if (list.entries.length === 0) throw refused ?? new UserError(`No file has a hash, so ${out} was not written`);
  await writeNew(out, format.pieces(list), force);
  for (const each of unwritten(format, list)) note(each);
  note(`${out}: ${list.entries.length} ${list.algorithm} hashes, root ${list.root}`);
  if (refused) throw refused;
}

/** What a format cannot hold of a list. */
export const unwritten = ({ name, nameless, holdsDetectors }: ListFormat, { detector }: HashList): string[] => [
  ...(nameless ? [`${name} cannot hold names: they are not written`] : []),
  ...(detector && !holdsDetectors
    ? [`${name} cannot say which detector made the hashes: only list import will read it`]
    : []),
];

/** A list that is being made, and how many files were refused for it. */
interface Made {
  readonly builder: ListBuilder;
  readonly refused: RefusedFilesError | undefined;
}

type Making = Options & { readonly algorithm: string; readonly name: string };

/** Files by the path that is read, with the name that is listed. Throws a MissingError about a path where nothing is. */
async function filesAt(paths: readonly string[]): Promise<{ path: string; name: string }[]> {
  const files: { path: string; name: string }[] = [];
  for (const path of paths) {
    if (!(await isFolder(path))) {
      files.push({ path, name: path });
      continue;
    }
    const found = await findFiles(path);
    for (const { picture, reason } of found.refused) note(`${join(path, picture)}: refused: ${reason}`);
    for (const each of found.notices) note(`${path}: ${each}`);
    for (const each of found.files) files.push({ path: join(path, each), name: each });
  }
  if (files.length === 0) throw new UserError(`No file in ${paths.join(', ')}`);
  return files;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isAbsent(error)) throw new MissingError(`There is no file or folder ${path}`);
    if (systemCode(error) === undefined) throw error;
    // What is wrong with the file is said when it is read.
    return false;
  }
}

async function listBytes(names: ReadonlyMap<string, string>, options: Making): Promise<Made> {
  const { algorithm, name } = options;
  mustSuitExact(algorithm, {
    ...{ '--orient': options.orient, '--min-quality': options.minQuality, '--bits': options.bits },
    ...{ '--most-frames': options.mostFrames, '--backend': options.backend, '--threads': options.threads },
  });
  const hash = exactHashes[algorithm as keyof typeof exactHashes];
  const builder = new ListBuilder({ name, algorithm, bits: hash.bits });
  const refused = await refusedBy(
    eachFile([...names.keys()], hash, false, (digest, file) => add(builder, names.get(file)!, digest)),
  );
  return { builder, refused };
}

async function listPictures(names: ReadonlyMap<string, string>, options: Making): Promise<Made> {
  const { algorithm, name, orient = false, mostFrames = defaultMostFrames } = options;
  const hash = await openPictureHash(algorithm, options.backend);
  try {
    const minQuality = atMost('--min-quality', options.minQuality ?? hash.minQuality, 100);
    const { vector, identity } = hash;
    if (options.bits && !vector)
      throw new UserError(`${hash.name} has no vectors: its list has bits anyway; omit --bits`);
    const dimensions = options.bits ? undefined : vector?.dimensions;
    const facts: ListFacts = {
      name,
      algorithm: hash.name,
      bits: dimensions === undefined ? hash.bits : 32 * dimensions,
      ...(identity
        ? { detector: { sha256: identity.sha256, ...(dimensions === undefined ? {} : { dimensions }) } }
        : {}),
    };
    const builder = new ListBuilder(facts);
    const refused = await refusedBy(
      eachAnswered(
        [...names.keys()],
        { name: hash.name, facts: identity?.facts, ask: hash.ask },
        { json: false, orient, mostFrames, threads: options.threads, backend: options.backend },
        (frames) => refuseBelow(withResult(frames), minQuality),
        (frames, file, count) => {
          const hashed = withResult(frames);
          const listed = hashed.filter(({ value }) => value.quality >= minQuality);
          for (const { index, value } of listed) {
            const bytes = dimensions === undefined ? value.hash : float32Bytes(value.vector!);
            add(builder, frameName(names.get(file)!, index, count.declared), bytes);
          }
          const [flat, notAnswered] = [hashed.length - listed.length, frames.length - hashed.length];
          const sentence = framesSentence(count, { flat, refused: notAnswered });
          if (sentence) note(`${file}: ${sentence}; ${listed.length} listed`);
        },
      ),
    );
    return { builder, refused };
  } finally {
    await hash.close();
  }
}

/** Adds a hash to a list; a name that is not Unicode text is no name of a file that could be read. */
function add(builder: ListBuilder, name: string, bytes: Uint8Array): void {
  const reason = builder.add(name, (buffer, at) => void buffer.set(bytes, at));
  if (reason) throw new UserError(`${name} cannot be listed: it has ${reason}`);
}

/** Does work with files. Returns the error that counts the refused ones, if it ends with one: what is made of the others comes first. */
async function refusedBy(work: Promise<void>): Promise<RefusedFilesError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof RefusedFilesError) return error;
    throw error;
  }
}
