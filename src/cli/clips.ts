/** `presend hash` and `presend match` for videos: vPDQ and TMK+PDQF. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { Option } from 'commander';
import { bytesOf as wholeFile } from '../disk/read.ts';
import { type TmkHash, tmkFramesPerSecond, tmkLevel1, tmkLevel2, tmkThresholds } from '../hash/tmk.ts';
import { readTmk, writeTmk } from '../hash/tmk-file.ts';
import { compareVpdq, type FrameShare, type VpdqFrame, vpdqFramesPerSecond, vpdqRule } from '../hash/vpdq.ts';
import { type ClipEntry, clipFormats, largestClipList, readClips, writeClips } from '../match/format/clips.ts';
import { isAbsent, MissingError, RefusedError, reasonOf, systemCode, UserError, unexpected } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { isVideo } from '../video/container.ts';
import { type DecodedBy, type DecoderName, decoderNames } from '../video/frame.ts';
import { type ClipOptions, tmkOfClip, vpdqOfClip } from '../video/hash.ts';
import { decoderFor } from '../video/open.ts';
import { notesOf, tally } from './hash-file.ts';
import { csvLine, mustBeWritable, note, say, sayJson, writeNew } from './output.ts';

/** Hashes of clips, as `--hash` and `--algorithm` name them. */
export const clipHashes = ['vpdq', 'tmk'] as const;
type ClipHash = (typeof clipHashes)[number];

export const isClipHash = (name: string | undefined): name is ClipHash => clipHashes.some((each) => each === name);

/** Whether a file begins like a video; false if it cannot be read. */
export function isVideoFile(path: string): boolean {
  try {
    // Opening a named pipe would wait for a writer, and reading one would take its bytes away.
    if (!statSync(path).isFile()) return false;
    const file = openSync(path, 'r');
    try {
      const head = new Uint8Array(4096);
      return isVideo(head.subarray(0, readSync(file, head, 0, head.length, 0)));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // What is wrong with the file is said when it is read.
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

/** Files in their order, in groups of pictures and groups of videos. */
export function inGroups(files: readonly string[]): { readonly files: string[]; readonly video: boolean }[] {
  const groups: { readonly files: string[]; readonly video: boolean }[] = [];
  for (const file of files) {
    const video = isVideoFile(file);
    const last = groups.at(-1);
    if (last?.video === video) last.files.push(file);
    else groups.push({ files: [file], video });
  }
  return groups;
}

/** The options of both commands about videos. */
export const rateOption = [
  '--rate <n>',
  `frames of a video to hash a second with vpdq, or 'every' (default: ${vpdqFramesPerSecond}, as ThreatExchange)`,
  (text: string): number | 'every' => {
    const rate = Number(text);
    if (text === 'every') return text;
    if (!(rate > 0 && rate <= 1000))
      throw unexpected('--rate', "a number of frames from 0.001 to 1000, or 'every'", text);
    return rate;
  },
] as const;
export const decoderOption = (): Option =>
  new Option('--decoder <name>', 'decoder of videos (default: one that reads all files)').choices([...decoderNames]);

/** The options, as both commands receive them. */
export interface ClipFlags {
  readonly json?: boolean | undefined;
  readonly rate?: number | 'every' | undefined;
  readonly decoder?: string | undefined;
}

/** Reads the clips one after the other, all with one decoder, and prints what `done` prints. */
async function eachClip<T extends { readonly decodedBy: DecodedBy; readonly notes: readonly string[] }>(
  files: readonly string[],
  { json = false, rate, decoder = decoderFor(files) }: ClipFlags,
  read: (file: string, options: ClipOptions) => Promise<T>,
  done: (value: T, file: string) => Promise<void> | void,
): Promise<void> {
  const waiting: { readonly value: T; readonly file: string }[] = [];
  const all = tally<T>(files.length, json, (value, file) => waiting.push({ value, file }));
  const options = {
    ...(decoder === undefined ? {} : { decoder: decoder as DecoderName }),
    ...(rate === undefined ? {} : { rate }),
  };
  for (const file of files) {
    try {
      const value = await read(file, options);
      all.take({ state: 'done', file, value, notes: value.notes });
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof MissingError)) throw error;
      all.take({ state: 'refused', file, reason: error.message, flat: false });
    }
    for (const each of waiting.splice(0)) await done(each.value, each.file);
  }
  all.end();
}

const said = ({ name, version }: DecodedBy): string => `${name} ${version}`;

const lookedAt = (frames: readonly VpdqFrame[], rate: ClipFlags['rate'] = vpdqFramesPerSecond): string =>
  `${frames.length} ${frames.length === 1 ? 'frame' : 'frames'} looked at${rate === 'every' ? '' : `, ${rate} a second`}`;

const frameJson = ({ hash, quality, timeSeconds }: VpdqFrame) => ({ hash: toHex(hash), quality, timeSeconds });

/** What `presend hash` does with videos. */
export async function hashClips(
  files: readonly string[],
  flags: ClipFlags & { readonly out?: string | undefined; readonly listFormat?: string | undefined },
  algorithm: ClipHash,
): Promise<void> {
  const { json, rate, out, listFormat } = flags;
  if (algorithm === 'tmk') {
    if (listFormat !== undefined)
      throw new UserError('--list-format is for vpdq; tmk writes one .tmk file for each clip');
    return hashTmk(files, flags);
  }
  if (out !== undefined) throw new UserError('--out is for tmk; vpdq prints its hashes');
  const entries: ClipEntry[] = [];
  await eachClip(files, flags, vpdqOfClip, ({ frames, decodedBy, notes }, file) => {
    note(`${file}: ${lookedAt(frames, rate)}, decoded by ${said(decodedBy)}`);
    if (listFormat !== undefined) entries.push({ id: basename(file, extname(file)), frames });
    else if (json) sayJson({ file, algorithm, decodedBy, frames: frames.map(frameJson), ...notesOf(notes) });
    else
      for (const { hash, quality, timeSeconds } of frames)
        say(csvLine([toHex(hash), quality, file, timeSeconds.toFixed(3)]));
  });
  if (listFormat !== undefined) process.stdout.write(writeClips(entries, listFormat));
}

async function hashTmk(
  files: readonly string[],
  flags: ClipFlags & { readonly out?: string | undefined },
): Promise<void> {
  const { json, out, rate } = flags;
  if (rate !== undefined) throw new UserError(`--rate is for vpdq; tmk reads ${tmkFramesPerSecond} frames a second`);
  if (out === undefined)
    throw new UserError('A tmk hash is a file of 257 KiB: name a folder for it with --out <folder>');
  const tmkFile = (file: string): string => join(out, `${basename(file, extname(file))}.tmk`);
  const made = new Map<string, string>();
  for (const file of files) {
    const path = tmkFile(file);
    const other = made.get(path);
    if (other !== undefined)
      throw new UserError(
        `${other} and ${file} would both be written to ${path}; give them apart, with a folder for each`,
      );
    made.set(path, file);
    await mustBeWritable(path, false);
  }
  await eachClip(files, flags, tmkOfClip, async ({ hash, decodedBy, notes }, file) => {
    const written = tmkFile(file);
    await writeNew(written, [writeTmk(hash)], false);
    note(`${file}: ${hash.frames} frames looked at, ${tmkFramesPerSecond} a second, decoded by ${said(decodedBy)}`);
    if (json) sayJson({ file, algorithm: 'tmk', decodedBy, frames: hash.frames, written, ...notesOf(notes) });
    else say(csvLine([written, hash.frames, file]));
  });
}

/** Options of `presend match` for videos. */
interface MatchFlags extends ClipFlags {
  readonly list: readonly string[];
  readonly threshold?: number | undefined;
  readonly minQuality?: number | undefined;
  readonly share?: number | undefined;
  readonly format?: string | undefined;
  readonly all?: boolean | undefined;
}

/** Matches some of the videos. */
type ClipMatcher = (files: readonly string[]) => Promise<void>;

/** Whether a file lists clips: a .tmk file, or a list in which vPDQ of a clip can be read. Throws as reading it does where it cannot be read at all. */
export async function listsClips(path: string, format?: string): Promise<boolean> {
  if (extname(path) === '.tmk') return true;
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestClipList) return false;
  const bytes = await bytesOf(path);
  try {
    return readClips(bytes, { name: '', format }).entries.length > 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return false;
  }
}

/** What `presend match` does with videos, with its lists read once: vPDQ, or TMK if the list is files of it. */
export async function clipMatcher(flags: MatchFlags): Promise<ClipMatcher> {
  const tmk = flags.list.filter((path) => extname(path) === '.tmk');
  if (tmk.length === flags.list.length) return tmkMatcher(flags);
  if (tmk.length > 0) throw new UserError('.tmk files cannot be matched together with lists of vPDQ: give them apart');
  const entries: ClipEntry[] = [];
  for (const path of flags.list) for (const each of await openClips(path, flags.format)) entries.push(each);
  const rule = {
    ...vpdqRule,
    distanceBits: flags.threshold ?? vpdqRule.distanceBits,
    minQuality: flags.minQuality ?? vpdqRule.minQuality,
    queryShare: flags.share === undefined ? vpdqRule.queryShare : flags.share / 100,
  };
  const text = ({ matched, of }: FrameShare): string => `${matched}/${of}`;
  const shareOf = ({ matched, of }: FrameShare): number => (of === 0 ? 0 : matched / of);
  const done = ({ frames, decodedBy, notes }: Awaited<ReturnType<typeof vpdqOfClip>>, file: string): void => {
    const compared = entries.map(({ id, frames: target }) => ({ id, ...compareVpdq(frames, target, rule) }));
    const found = compared.filter(({ match }) => match).sort((a, b) => shareOf(b.query) - shareOf(a.query));
    const matches = flags.all ? found : found.slice(0, 1);
    note(`${file}: ${lookedAt(frames, flags.rate)}, decoded by ${said(decodedBy)}`);
    const counted = frames.filter(({ quality }) => quality >= rule.minQuality).length;
    if (counted === 0) note(`${file}: no frame reaches quality ${rule.minQuality}: nothing could match`);
    if (flags.json)
      sayJson({
        file,
        algorithm: 'vpdq',
        decodedBy,
        rule,
        frames: { lookedAt: frames.length, ofQuality: counted },
        matches: matches.map(({ id, query, target }) => ({ entry: id, query, target })),
        ...notesOf(notes),
      });
    else for (const { id, query, target } of matches) say(csvLine([file, id, text(query), text(target)]));
  };
  return (files) => eachClip(files, flags, vpdqOfClip, done);
}

async function tmkMatcher(flags: MatchFlags): Promise<ClipMatcher> {
  for (const [option, value] of Object.entries({
    threshold: flags.threshold,
    'min-quality': flags.minQuality,
    share: flags.share,
  }))
    if (value !== undefined) throw new UserError(`--${option} is for vpdq, not for .tmk files`);
  const listed: { readonly id: string; readonly hash: TmkHash }[] = [];
  for (const path of flags.list) {
    const bytes = await bytesOf(path);
    listed.push({ id: basename(path, '.tmk'), hash: guarded(path, () => readTmk(bytes)) });
  }
  const done = ({ hash, decodedBy, notes }: Awaited<ReturnType<typeof tmkOfClip>>, file: string): void => {
    const found = listed
      .map(({ id, hash: target }) => ({ id, level1: tmkLevel1(hash, target), target }))
      .filter(({ level1 }) => level1 >= tmkThresholds.level1)
      .map(({ id, level1, target }) => ({ entry: id, level1, level2: tmkLevel2(hash, target) }))
      .filter(({ level2 }) => level2 >= tmkThresholds.level2)
      .sort((a, b) => b.level2 - a.level2);
    const matches = flags.all ? found : found.slice(0, 1);
    note(`${file}: ${hash.frames} frames looked at, ${tmkFramesPerSecond} a second, decoded by ${said(decodedBy)}`);
    if (flags.json)
      sayJson({
        file,
        algorithm: 'tmk',
        decodedBy,
        thresholds: tmkThresholds,
        frames: hash.frames,
        matches,
        ...notesOf(notes),
      });
    else
      for (const { entry, level1, level2 } of matches)
        say(csvLine([file, entry, level1.toFixed(4), level2.toFixed(4)]));
  };
  return (files) => eachClip(files, flags, tmkOfClip, done);
}

/** The clips of a list, with notes about what could not be read. */
async function openClips(path: string, format: string | undefined): Promise<readonly ClipEntry[]> {
  const bytes = await bytesOf(path);
  const { entries, bad, left } = guarded(path, () =>
    readClips(bytes, { name: basename(path).replace(/(\.vpdq)?\.[^.]+$/, ''), format }),
  );
  const first = bad.at(0);
  if (first) note(`${path}: ${bad.length} records could not be read; record ${first.line}: ${first.reason}`);
  for (const [reason, count] of left.counts()) note(`${path}: ${count} records give no clip (${reason})`);
  if (entries.length === 0) note(`${path} has no clips: nothing can match`);
  return entries;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await wholeFile(path, largestClipList);
  } catch (error) {
    if (isAbsent(error))
      throw new MissingError(`No hash list at ${path}; 'presend hash <clips> --list-format' makes one`);
    if (systemCode(error) === undefined) throw error;
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MissingError || !(error instanceof UserError)) throw error;
    throw new UserError(`${path}: ${error.message}`);
  }
}

/** The names of list formats for clips, in the help of `--list-format`. */
export const listFormatOption = (): Option =>
  new Option('--list-format <name>', 'print a list of the videos in this format (vpdq only)').choices(
    Object.keys(clipFormats),
  );
