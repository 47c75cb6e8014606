/** `presend match <files…> --list LIST`: matches pictures with a hash list; videos are matched in clips.ts. */
import { Command } from 'commander';
import { exactHashByName, isExact } from '../hash/exact-hashes.ts';
import { hashText } from '../hash/hash-text.ts';
import { hashByName } from '../hash/index.ts';
import { defaultMostFrames } from '../image/animation.ts';
import type { HashList } from '../match/hash-list.ts';
import { asItLies, everyWay, matchPicture } from '../match/match-picture.ts';
import { type Searcher, searcher } from '../match/search.ts';
import { UserError, unexpected } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { atMost, examples, repeatable, wholeNumber } from './arguments.ts';
import { decoderOption, isVideoFile, matchClips, rateOption } from './clips.ts';
import {
  algorithmOption,
  distrust,
  eachAnimation,
  eachFile,
  frameName,
  framesOf,
  framesSentence,
  mostFramesOption,
  mustHaveDihedral,
  mustSuitExact,
  notesOf,
  orientOption,
  refuseBelow,
} from './hash-file.ts';
import { formatOption, isOwnList, openLists, remarks } from './list-file.ts';
import { csvLine, note, say, sayJson } from './output.ts';

interface Options {
  list: string[];
  threshold?: number;
  minQuality?: number;
  dihedral?: boolean;
  algorithm?: string;
  format?: string;
  all?: boolean;
  orient?: boolean;
  frames?: string;
  mostFrames?: number;
  json?: boolean;
  share?: number;
  rate?: number | 'every';
  decoder?: string;
}

export const matchCommand = (): Command =>
  new Command('match')
    .argument(
      '<files...>',
      'JPEG, PNG, WebP, GIF, AVIF or TIFF files; any files for a list of exact hashes; videos with lists of vPDQ or .tmk files',
    )
    .requiredOption(
      '--list <file>',
      'hash list; may be repeated, for several lists or several files of one list',
      repeatable,
    )
    .option(
      '--threshold <bits>',
      'largest distance that is a match (default: the hash’s own)',
      wholeNumber('--threshold', 0),
    )
    .option(
      '--min-quality <n>',
      'minimum quality of a picture (default: the hash’s own)',
      wholeNumber('--min-quality', 0),
    )
    .option(
      '--dihedral',
      'also match the seven rotated and mirrored pictures (pdq only); a fifth column says which one matched',
    )
    .option(algorithmOption[0], `${algorithmOption[1]} (default: the list’s, for text lists pdq)`)
    .option(...formatOption)
    .option(...orientOption)
    .option(
      '--share <percent>',
      'smallest share of a video’s frames that have a match in an entry (default: 80)',
      wholeNumber('--share', 0),
    )
    .option(...rateOption)
    .addOption(decoderOption())
    .option(
      '--frames <rule>',
      'an animation matches if any of its frames does, if all do, or a share such as 0.8, of those that are not too flat (default: any)',
    )
    .option(...mostFramesOption)
    .option('--all', 'print every entry within the threshold, not only the nearest')
    .option('--json', 'print one JSON object per file, matched or not')
    .addHelpText(
      'after',
      examples('match photo.jpg --list list.presend', 'match *.jpg --list hashes.txt --threshold 20 --all --json'),
    )
    .action(match);

async function match(files: string[], options: Options): Promise<void> {
  const { all = false, json = false, dihedral = false, orient = false } = options;
  const isOfBytes = options.algorithm !== undefined && isExact(options.algorithm);
  // Lists of clips have formats of their own.
  if (!isOfBytes && isVideoFile(files[0]!) && !(await isOwnList(options.list[0]!))) {
    for (const each of ['dihedral', 'orient', 'algorithm', 'frames', 'mostFrames'] as const)
      if (options[each] !== undefined)
        throw new UserError(`--${each === 'mostFrames' ? 'most-frames' : each} is for pictures, not for videos`);
    atMost('--threshold', options.threshold ?? 0, 256);
    atMost('--min-quality', options.minQuality ?? 0, 100);
    atMost('--share', options.share ?? 0, 100);
    return matchClips(files, options);
  }
  for (const each of ['share', 'rate', 'decoder'] as const)
    if (options[each] !== undefined) throw new UserError(`--${each} is for videos`);
  const opened = await openLists(options.list, options);
  const { list } = opened;
  for (const each of remarks(opened)) note(each);
  if (list.entries.length === 0)
    note(`${options.list.join(', ')} ${options.list.length === 1 ? 'is' : 'are'} empty: nothing can match`);
  // With several lists: which one an entry comes from.
  const ends: number[] = [];
  for (const { entries } of opened.files) ends.push((ends.at(-1) ?? 0) + entries);
  const fileOf = (index: number): string => opened.files[ends.findIndex((end) => index < end)]!.path;
  const listOf = (index: number) => (opened.files.length > 1 ? { list: fileOf(index) } : {});
  const search = searcher(list);
  if (isExact(list.algorithm)) {
    mustSuitExact(list.algorithm, {
      ...{ '--dihedral': dihedral, '--orient': orient, '--min-quality': options.minQuality },
      '--threshold': options.threshold,
      '--frames': options.frames,
      '--most-frames': options.mostFrames,
    });
    return matchExactly(files, { list, search, listOf }, { all, json });
  }
  const algorithm = hashByName(list.algorithm);
  if (dihedral) mustHaveDihedral(algorithm.name);
  const threshold = atMost('--threshold', options.threshold ?? algorithm.threshold, algorithm.bits);
  const minQuality = atMost('--min-quality', options.minQuality ?? algorithm.minQuality, 100);
  const rule = frameRule(options.frames);
  await eachAnimation(
    files,
    { json, orient, mostFrames: options.mostFrames ?? defaultMostFrames },
    (image) => {
      const hashed = algorithm.hash(image);
      const isFlat = distrust(hashed, minQuality) !== undefined;
      const hits = isFlat ? [] : matchPicture(search, dihedral ? everyWay(image) : asItLies(hashed), threshold);
      return { ...hashed, isFlat, hits };
    },
    (frames) =>
      refuseBelow(
        frames.map(({ value }) => value),
        minQuality,
      ),
    (frames, file, { notes, ...count }) => {
      const usable = frames.filter(({ value }) => !value.isFlat);
      const matched = usable.filter(({ value }) => value.hits.length > 0);
      const [first] = usable;
      const { hash, quality } = first!.value;
      const isMatch = matched.length > 0 && matched.length / usable.length >= rule.least;
      const flat = frames.length - usable.length;
      const hits = isMatch
        ? matched
            .flatMap(({ index, value }) => value.hits.map((hit) => ({ ...hit, index, entryIndex: hit.index })))
            .sort((a, b) => a.distanceBits - b.distanceBits || a.index - b.index)
        : [];
      const shown = all ? hits : hits.slice(0, 1);
      const several = framesOf(count, { flat, matched: matched.map(({ index }) => index + 1), rule: rule.name });
      const sentence = framesSentence(count, flat);
      if (json)
        sayJson({
          file,
          algorithm: algorithm.name,
          hash: hashText(algorithm.name, hash),
          quality,
          threshold,
          matches: shown.map((hit) => ({
            entry: hit.entry.id,
            ...listOf(hit.entryIndex),
            distanceBits: hit.distanceBits,
            ...(several.frames ? { frame: hit.index + 1 } : {}),
            ...(dihedral ? { dihedral: hit.dihedral } : {}),
          })),
          ...several,
          ...notesOf(notes),
        });
      else
        for (const hit of shown) {
          const name = frameName(file, hit.index, count.declared);
          say(csvLine([name, hit.entry.id, hit.distanceBits, hit.quality, ...(dihedral ? [hit.dihedral] : [])]));
        }
      if (sentence) note(`${file}: ${sentence}; ${matched.length} matched`);
    },
  );
}

/** Which share of the frames with enough quality must match. Throws a UserError if it is none. */
function frameRule(given = 'any'): { readonly name: string; readonly least: number } {
  if (given === 'any') return { name: given, least: 0 };
  const least = given === 'all' ? 1 : Number(given);
  if (!(least > 0 && least <= 1)) throw unexpected('--frames', 'any, all, or a share such as 0.8', given);
  return { name: given, least };
}

/** Matches the bytes of files with a list of exact hashes: a line has no distance and no quality, which there are none of. */
const matchExactly = (
  files: readonly string[],
  {
    list: { algorithm },
    search,
    listOf,
  }: {
    readonly list: HashList;
    readonly search: Searcher;
    readonly listOf: (index: number) => { readonly list?: string };
  },
  { all, json }: { readonly all: boolean; readonly json: boolean },
): Promise<void> =>
  eachFile(files, exactHashByName(algorithm), json, (digest, file) => {
    const equal = search.within(digest, 0);
    const hits = all ? equal : equal.slice(0, 1);
    if (!json) for (const { entry } of hits) say(csvLine([file, entry.id]));
    else
      sayJson({
        file,
        algorithm,
        hash: toHex(digest),
        matches: hits.map(({ entry, index }) => ({ entry: entry.id, ...listOf(index) })),
      });
  });
