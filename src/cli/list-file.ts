/** Opening hash-list files from the command line: one, or the pages of one list. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { leastDeepQuality } from '../classify/deep-hash.ts';
import { deepHashes } from '../classify/deep-hashes.ts';
import { isDetector } from '../harness/detectors/detectors.ts';
import { type DetectorIdentity, detectorIdentity } from '../harness/detectors/picture-detector.ts';
import { exactHashes, isExact } from '../hash/exact-hashes.ts';
import { hashByName, hashes } from '../hash/index.ts';
import { multiHashes } from '../hash/multi-hashes.ts';
import type { HashFacts, PerceptualHash } from '../hash/perceptual-hash.ts';
import type { BadLines } from '../match/format/bad-lines.ts';
import { binary } from '../match/format/binary.ts';
import type { DeclaredHash, ListFormat } from '../match/format/format.ts';
import { listFormatByName, recogniseFormat } from '../match/format/index.ts';
import { plainSignal } from '../match/format/text.ts';
import type { Gathered } from '../match/gathered.ts';
import type { HashList, ListDetector } from '../match/hash-list.ts';
import { type SettledFile, settle } from '../match/settle.ts';
import { isAbsent, MissingError, reasonOf, systemCode, UserError } from '../util/errors.ts';
import { severalHashes } from './picture-hash.ts';

/** Facts about a list file from the command line; the file itself supplies omitted ones. */
export interface ListOptions {
  readonly algorithm?: string | undefined;
  readonly format?: string | undefined;
  readonly name?: string | undefined;
  /** The detector that `algorithm` names, if it is open already. */
  readonly detector?: DetectorIdentity | undefined;
  /** Read the bits of a detector's hashes where a file has its vectors too. */
  readonly bits?: boolean | undefined;
  /** Take the user's word for it that hashes are of the detector, if the format cannot say so. */
  readonly trusting?: boolean | undefined;
}

/** One file of a list, and the result of reading it. */
interface OpenedFile extends SettledFile {
  readonly path: string;
  readonly format: ListFormat;
}

/** A list, and the files that it was read from. */
interface OpenedList {
  readonly list: HashList;
  readonly files: readonly OpenedFile[];
}

/** Options for reading a list file. */
export const formatOption = [
  '--format <name>',
  'format of the list (default: recognised; presend ls formats)',
] as const;

/** Whether a file is a list in the project's own format, which holds hashes of pictures or of files; false if it cannot be read. */
export async function isOwnList(path: string): Promise<boolean> {
  let file: FileHandle;
  try {
    // A pipe gives its bytes once.
    if (!(await stat(path)).isFile()) return false;
    file = await open(path);
  } catch (error) {
    // What is wrong with the file is said when it is read.
    if (systemCode(error) === undefined) throw error;
    return false;
  }
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(64), 0, 64, 0);
    return binary.recognises(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Bytes per read. */
const piece = 2 ** 20;

/** A hash that a list can contain. */
type ListableHash = Pick<HashFacts, 'bits' | 'minQuality'> & {
  readonly name: string;
  readonly detector?: ListDetector;
};

/** The hash of that name, if a list can contain it. */
function listableHash(name: string): ListableHash {
  if (Object.hasOwn(multiHashes, name)) throw new UserError(severalHashes(name));
  if (Object.hasOwn(deepHashes, name))
    throw new UserError(
      `A file that lists hashes of ${name} must say so with a SHA-256, because they are of a network; make it with presend list make --hash ${name}`,
    );
  return isExact(name) ? exactHashes[name] : hashByName(name);
}

/** Reads a list file. */
export const openList = (path: string, options: ListOptions): Promise<OpenedList> => openLists([path], options);

/**
 * Reads list files piece by piece, as one list: deletions and updates in each apply to the others. Throws a MissingError if a file does not
 * exist. Throws a UserError if one of them is entirely unreadable, or if none contains a hash of that algorithm.
 */
export async function openLists(paths: readonly string[], options: ListOptions): Promise<OpenedList> {
  const read: { path: string; format: ListFormat; gathered: Gathered }[] = [];
  const { algorithm } = options;
  const detector =
    options.detector ??
    (algorithm !== undefined && isDetector(algorithm) ? await detectorIdentity(algorithm) : undefined);
  const asked = algorithm === undefined || detector ? undefined : listableHash(algorithm);
  let first: HashList | undefined;
  for (const path of paths) {
    const known = asked ?? (first && ofList(first));
    const { format, gathered } = await readList(path, { ...options, detector }, known);
    const { list } = gathered;
    if (detector) mustBeOf(detector, path, list);
    else if (!list.detector) mustBeKnown(path, list, algorithm);
    else if (algorithm !== undefined)
      throw new UserError(`${path} lists hashes of the detector ${list.algorithm}, not ${algorithm}`);
    if (first) mustBeAlike(paths[0]!, first, path, list);
    first ??= list;
    read.push({ path, format, gathered });
  }
  const { list, files } = settle(read.map(({ gathered }) => gathered));
  const opened = files.map((file, i) => ({ ...file, path: read[i]!.path, format: read[i]!.format }));
  for (const file of opened) mustBeRead(file, list.algorithm);
  if (list.entries.length === 0) mustBeEmptied(opened, list.algorithm);
  return { list: list.named(options.name ?? list.name), files: opened };
}

/** The hash of a list, to read the next file of the same list. */
const ofList = ({ algorithm, bits, detector }: HashList): ListableHash =>
  detector
    ? { name: algorithm, bits, minQuality: leastDeepQuality, detector }
    : { ...listableHash(algorithm), name: algorithm };

/** Throws a UserError if a file names an algorithm unknown to this build, or not the one that was asked for: it cannot be matched. */
function mustBeKnown(path: string, list: HashList, algorithm: string | undefined): void {
  const known = listableHash(list.algorithm);
  if (known.bits !== list.bits)
    throw new UserError(`${path} has ${list.bits} bits per hash but ${known.name} has ${known.bits}`);
  if (algorithm !== undefined && list.algorithm !== algorithm)
    throw new UserError(`${path} lists ${list.algorithm} hashes, not ${algorithm}; omit --algorithm`);
}

/** Throws a UserError if another detector made a list. */
export function mustBeOf({ facts, sha256 }: DetectorIdentity, path: string, { algorithm, detector }: HashList): void {
  if (!detector || algorithm !== facts.name)
    throw new UserError(`${path} lists ${algorithm} hashes, not those of the detector ${facts.name}`);
  if (detector.sha256 !== sha256)
    throw new UserError(
      `${path} was made by another ${facts.name}: its SHA-256 begins with ${detector.sha256.slice(0, 8)}, and that of ${facts.file} with ${sha256.slice(0, 8)}; distances between the two mean nothing, so make the list again`,
    );
}

/** Throws a UserError if the files of one list have hashes that cannot be compared. */
function mustBeAlike(firstPath: string, first: HashList, path: string, list: HashList): void {
  const kind = ({ algorithm, detector }: HashList): string =>
    detector
      ? `${detector.dimensions === undefined ? 'hashes' : 'vectors'} of the ${algorithm} ${detector.sha256.slice(0, 8)}`
      : `${algorithm} hashes`;
  if (
    first.algorithm !== list.algorithm ||
    first.bits !== list.bits ||
    first.detector?.sha256 !== list.detector?.sha256 ||
    first.detector?.dimensions !== list.detector?.dimensions
  )
    throw new UserError(`${path} lists ${kind(list)} but ${firstPath} lists ${kind(first)}`);
}

/** Throws a UserError if no line of a file is readable. */
function mustBeRead(file: OpenedFile, algorithm: string): void {
  if (file.entries === 0 && file.left.length === 0 && file.bad.length > 0) throw noneOf(file, file.bad, algorithm);
}

/** Throws a UserError if the files list something else. An empty list is only accepted if the file is explicitly empty. */
function mustBeEmptied(files: readonly OpenedFile[], algorithm: string): void {
  const emptied = files.some(
    ({ bad, left }) =>
      bad.length + left.length === 0 ||
      [...left.counts().keys()].some((reason) => !/^(?:other type|no |one of)/.test(reason)),
  );
  const [first] = files;
  if (!emptied && first) throw noneOf(first, first.left.length > 0 ? first.left : first.bad, algorithm);
}

function noneOf(file: OpenedFile, lines: BadLines, algorithm: string): UserError {
  const { path, format, bad, left } = file;
  const unit = format.unit ?? 'line';
  const first = lines.at(0)!;
  const [, bits] = /^(\d+) bits where/.exec(first.reason) ?? [];
  const others =
    file.others.size > 0
      ? readable(file)
      : Object.values<PerceptualHash>(hashes)
          .filter((each) => bits !== undefined && [each.bits, 4 * (each.digits ?? 0)].includes(Number(bits)))
          .map(({ name }) => name);
  const hint =
    others.length > 0
      ? `; they ${file.others.size > 0 ? 'are read with' : 'have the length of'} --algorithm ${others.join(', ')}`
      : '';
  return new UserError(
    `None of the ${bad.length + left.length} ${unit}s of ${path} is a ${algorithm} hash; ${unit} ${first.line}: ${first.reason}${hint}`,
  );
}

/** The hash of a file with this beginning: that of the detector that was asked for, or the one that the file declares. */
function hashOfFile(format: ListFormat, head: Uint8Array, { detector, bits, trusting }: ListOptions): ListableHash {
  const declared = format.hashOf?.(head);
  if (!detector) return declared?.detector ? declaredHash(declared, bits) : listableHash(declared?.algorithm ?? 'pdq');
  const { facts, sha256 } = detector;
  if (!format.holdsDetectors && !trusting)
    throw new UserError(
      `A file in the format ${format.name} does not say which detector made its hashes; if it was ${facts.name}, presend list import --hash ${facts.file} makes a list that says so`,
    );
  const dimensions = bits ? undefined : declared?.detector?.dimensions;
  return {
    name: facts.name,
    bits: dimensions === undefined ? facts.bits : 32 * dimensions,
    minQuality: facts.minQuality,
    detector: { sha256, ...(dimensions === undefined ? {} : { dimensions }) },
  };
}

/** The hash of a detector that is not here, as a file declares it. Only pictures without structure are below its minimum quality. */
function declaredHash({ algorithm: name, bits, detector }: DeclaredHash, asBits = false): ListableHash {
  const { sha256, dimensions } = detector!;
  if (dimensions !== undefined && !asBits)
    return { name, bits: 32 * dimensions, minQuality: leastDeepQuality, detector: { sha256, dimensions } };
  if (bits === undefined || bits % 8 !== 0 || bits === 0)
    throw new UserError(`Expected the bits of its ${name} hashes, a multiple of 8, but it declares none`);
  return { name, bits, minQuality: leastDeepQuality, detector: { sha256 } };
}

async function readList(
  path: string,
  options: ListOptions,
  known: ListableHash | undefined,
): Promise<{ format: ListFormat; gathered: Gathered }> {
  const file = await opened(path);
  try {
    const buffer = new Uint8Array(piece);
    let filled = await fill(file, buffer);
    const head = buffer.subarray(0, filled);
    if (filled === 0 && extname(path) === '.presend')
      throw new UserError('Expected a list but the file is empty; download it again');
    const format = options.format === undefined ? recogniseFormat(head) : listFormatByName(options.format);
    const { name, bits, minQuality, detector } = known ?? hashOfFile(format, head, options);
    const guessed = known === undefined && options.detector === undefined && format.hashOf?.(head) === undefined;
    const own = options.name ?? basename(path, extname(path));
    const reader = format.reader({ name: own, algorithm: name, bits, minQuality, detector, guessed });
    for (; filled > 0; filled = await fill(file, buffer)) reader.push(buffer.subarray(0, filled));
    return { format, gathered: reader.gathered() };
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${path}: ${error.message}`);
    const code = systemCode(error);
    if (code === 'EISDIR') throw new UserError(`Expected a hash list but ${path} is a folder`);
    throw code === undefined ? error : new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    if (isAbsent(error)) throw new MissingError(`No hash list at ${path}; 'presend list import' creates one`);
    if (systemCode(error) === undefined) throw error;
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  }
}

/** Reads until the buffer is full or the file ends: a pipe returns partial reads, but the head must be complete. */
async function fill(file: FileHandle, buffer: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Maximum number of different reasons in a sentence. */
const namedReasons = 3;

/** For each file, a sentence about unreadable lines, lines without an entry, and notes; none if there is nothing to report. */
export function remarks({ list, files }: OpenedList): string[] {
  return files.flatMap((file) => {
    const { path, format, bad, left, notes, entries } = file;
    const unit = format.unit ?? 'line';
    const said: string[] = [];
    const first = bad.at(0);
    if (first)
      said.push(
        `${bad.length} of ${bad.length + left.length + entries} ${unit}s could not be read; ${unit} ${first.line}: ${first.reason}`,
      );
    if (left.length > 0) {
      const counts = [...left.counts()];
      const reasons = counts.slice(0, namedReasons).map(([reason, count]) => `${count} ${reason}`);
      const more = counts.length > namedReasons ? ', …' : '';
      const many = left.length === 1 ? `1 ${unit} gives` : `${left.length} ${unit}s give`;
      said.push(`${many} no entry (${reasons.join(', ')}${more})`);
    }
    if (file.others.size > 0) said.push(typesSentence(file, list.algorithm));
    said.push(...notes);
    return said.length === 0 ? [] : [`${path}: ${said.join('; ')}`];
  });
}

/** How many hashes of which type a file holds, if it holds several: the list has those of one. */
export function typesSentence(file: Pick<OpenedFile, 'entries' | 'others'>, algorithm: string): string {
  const counts = [...file.others];
  const left = counts.slice(0, namedTypes).map(([type, count]) => `${count} ${type}`);
  const more = counts.length > namedTypes ? ', …' : '';
  const names = readable(file);
  const hint = names.length > 0 ? ` (--algorithm ${names.join(' or ')} reads them)` : '';
  return `by type: ${file.entries} ${algorithm} read, left ${left.join(', ')}${more}${hint}`;
}

/** Maximum number of types in a sentence. */
const namedTypes = 6;

/** Those of a file's other types that a list can have. */
const readable = ({ others }: Pick<OpenedFile, 'others'>): string[] =>
  [...Object.keys(hashes), ...Object.keys(exactHashes)].filter((name) => others.has(plainSignal(name)));
