/** `presend match <files…> --list LIST`: matches pictures with a hash list; videos are matched in clips.ts. */
import { Command } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import { thresholdFault } from '../classify/comparison.ts';
import type { HashAnswer, RefusedPicture } from '../harness/detectors/answers.ts';
import { isDetector } from '../harness/detectors/detectors.ts';
import { exactHashByName, isExact } from '../hash/exact-hashes.ts';
import { hashText } from '../hash/hash-text.ts';
import { defaultMostFrames } from '../image/frames.ts';
import type { Raster } from '../image/raster.ts';
import { stepScale } from '../match/distance-scale.ts';
import { fileMatches, frameRule } from '../match/frame-rule.ts';
import type { HashList } from '../match/hash-list.ts';
import { asItLies, everyWay, matchPicture } from '../match/match-picture.ts';
import { type Searcher, searcher } from '../match/search.ts';
import { vectorSearcher } from '../match/vector-search.ts';
import { UserError, unexpected } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { atMost, backendOption, examples, flagOf, omit, repeatable, wholeNumber } from './arguments.ts';
import { clipMatcher, decoderOption, inGroups, listsClips, rateOption } from './clips.ts';
import { filesFromOption, namedFiles } from './files-from.ts';
import {
  algorithmOption,
  distrust,
  eachAnimation,
  eachFile,
  eachGroup,
  frameName,
  framesOf,
  framesSentence,
  mostFramesOption,
  mustHaveDihedral,
  mustSuitExact,
  notesOf,
  orientOption,
  refuseBelow,
  withResult,
} from './hash-file.ts';
import { formatOption, isOwnList, mustBeOf, openLists, remarks } from './list-file.ts';
import { csvLine, note, say, sayJson } from './output.ts';
import { openPictureHash, type PictureHash } from './picture-hash.ts';

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
  backend?: BackendName;
  share?: number;
  rate?: number | 'every';
  decoder?: string;
  filesFrom?: string;
}

export const matchCommand = (): Command =>
  new Command('match')
    .argument(
      '[files...]',
      'JPEG, PNG, WebP, GIF, AVIF or TIFF files; any files for a list of exact hashes; videos with lists of vPDQ or .tmk files',
    )
    .requiredOption(
      '--list <file>',
      'hash list; may be repeated, for several lists or several files of one list',
      repeatable,
    )
    .option(
      '--threshold <distance>',
      'largest distance that is a match, in bits, or in the unit of a detector’s vectors (default: the hash’s own)',
      distanceOption,
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
    .option(
      algorithmOption[0],
      `${algorithmOption[1]} (default: the list’s, for text lists pdq; lists of a detector file need it)`,
    )
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
    .option(...filesFromOption)
    .addOption(backendOption())
    .option('--all', 'print every entry within the threshold, not only the nearest')
    .option('--json', 'print one JSON object per file, matched or not')
    .addHelpText(
      'after',
      examples('match photo.jpg --list list.presend', 'match *.jpg --list hashes.txt --threshold 20 --all --json'),
    )
    .action(match);

/** A distance: a whole number of bits, or a decimal number in the unit of vectors. */
const distanceOption = (text: string): number =>
  /^\d+\.\d+$/.test(text) ? Number(text) : wholeNumber('--threshold', 0)(text);

const forPictures = ['dihedral', 'orient', 'algorithm', 'frames', 'mostFrames', 'backend'] as const;
const forVideos = ['share', 'rate', 'decoder'] as const;

async function match(named: string[], options: Options): Promise<void> {
  const files = await namedFiles(named, options.filesFrom);
  const groups = inGroups(files);
  const lists = await listsApart(groups, options);
  if (lists) return matchApart(groups, options, lists);
  const isOfBytes = options.algorithm !== undefined && isExact(options.algorithm);
  // Lists of clips have formats of their own.
  if (!isOfBytes && groups[0]!.video && !(await isOwnList(options.list[0]!))) {
    for (const each of forPictures)
      if (options[each] !== undefined) throw new UserError(`${flagOf(each)} is for pictures, not for videos`);
    const match = await videoMatcher(options);
    return match(files);
  }
  for (const each of forVideos) if (options[each] !== undefined) throw new UserError(`${flagOf(each)} is for videos`);
  const pictures = await pictureMatcher(options);
  try {
    await pictures.match(files);
  } finally {
    await pictures.close();
  }
}

/** The lists of pictures and those of videos, where files and lists are of both; otherwise all files go the way of the first. */
async function listsApart(
  groups: ReturnType<typeof inGroups>,
  { list, format, algorithm }: Options,
): Promise<{ readonly pictures: string[]; readonly videos: string[] } | undefined> {
  if (groups.length === 1 || (algorithm !== undefined && isExact(algorithm))) return undefined;
  const pictures: string[] = [];
  const videos: string[] = [];
  for (const path of list)
    (!(await isOwnList(path)) && (await listsClips(path, format)) ? videos : pictures).push(path);
  return pictures.length > 0 && videos.length > 0 ? { pictures, videos } : undefined;
}

/** Matches pictures with the lists of pictures, and videos with those of videos, in the order of the files. Each option is for those that it suits. */
async function matchApart(
  groups: ReturnType<typeof inGroups>,
  options: Options,
  lists: { readonly pictures: string[]; readonly videos: string[] },
): Promise<void> {
  const clips = await videoMatcher({ ...omit(options, forPictures), list: lists.videos });
  const pictures = await pictureMatcher({ ...omit(options, forVideos), list: lists.pictures });
  try {
    await eachGroup(groups, ({ files, video }) => (video ? clips(files) : pictures.match(files)));
  } finally {
    await pictures.close();
  }
}

function videoMatcher(options: Options): ReturnType<typeof clipMatcher> {
  wholeBits(options.threshold ?? 0, 256);
  atMost('--min-quality', options.minQuality ?? 0, 100);
  atMost('--share', options.share ?? 0, 100);
  return clipMatcher(options);
}

/** Matches some of the pictures, or of the files where the list is of exact hashes; closed at the end. */
interface PictureMatcher {
  match(files: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

async function pictureMatcher(options: Options): Promise<PictureMatcher> {
  const { algorithm, backend } = options;
  // Opened before the lists, which it must have made.
  const asked =
    algorithm !== undefined && isDetector(algorithm) ? await openPictureHash(algorithm, backend) : undefined;
  try {
    return await openedMatcher(options, asked);
  } catch (error) {
    await asked?.close();
    throw error;
  }
}

/** With its lists read. `asked`: the detector that was named. */
async function openedMatcher(options: Options, asked: PictureHash | undefined): Promise<PictureMatcher> {
  const { all = false, json = false, dihedral = false, orient = false } = options;
  const opened = await openLists(options.list, { ...options, detector: asked?.identity });
  const { list } = opened;
  for (const each of remarks(opened)) note(each);
  if (list.entries.length === 0)
    note(`${options.list.join(', ')} ${options.list.length === 1 ? 'is' : 'are'} empty: nothing can match`);
  // With several lists: which one an entry comes from.
  const ends: number[] = [];
  for (const { entries } of opened.files) ends.push((ends.at(-1) ?? 0) + entries);
  const fileOf = (index: number): string => opened.files[ends.findIndex((end) => index < end)]!.path;
  const listOf = (index: number) => (opened.files.length > 1 ? { list: fileOf(index) } : {});
  if (isExact(list.algorithm)) {
    mustSuitExact(list.algorithm, {
      ...{ '--dihedral': dihedral, '--orient': orient, '--min-quality': options.minQuality },
      '--threshold': options.threshold,
      '--frames': options.frames,
      '--most-frames': options.mostFrames,
      '--backend': options.backend,
    });
    const search = searcher(list);
    return {
      match: (files) => matchExactly(files, { list, search, listOf }, { all, json }),
      close: async () => undefined,
    };
  }
  if (dihedral) mustHaveDihedral(list.algorithm);
  const hash = asked ?? (await hashOf(list, options));
  try {
    const comparison =
      list.detector?.dimensions === undefined ? byBits(hash, list, options) : byVectors(hash, list, options);
    return {
      match: (files) => matchEach(files, { hash, comparison, listOf }, options),
      close: () => hash.close(),
    };
  } catch (error) {
    // What was named is closed by whoever opened it.
    if (hash !== asked) await hash.close();
    throw error;
  }
}

/** The hash of a list for which none was named. Throws a UserError if it is a detector's, which has to be named. */
async function hashOf(list: HashList, { list: [path], backend }: Options): Promise<PictureHash> {
  const { algorithm, detector } = list;
  if (detector && !isDetector(algorithm))
    throw new UserError(
      `${path} lists hashes of the detector ${algorithm}; name its file, for example with --hash ./detectors/${algorithm}.yaml`,
    );
  const hash = await openPictureHash(algorithm, backend);
  if (detector) mustBeOf(hash.identity!, path!, list);
  return hash;
}

/** An entry that a picture matches. */
interface MatchedEntry {
  /** The entry's index in the list. */
  readonly index: number;
  readonly id: string;
  readonly distance: number;
  readonly quality: number;
  readonly dihedral: string;
}

/** How the hashes of pictures are compared with a list. */
interface Comparison {
  /** Largest distance that is a match. */
  readonly threshold: number;
  /** What a distance is called in JSON. */
  readonly unit: 'distanceBits' | 'distance';
  matches(image: Raster, hashed: HashAnswer): MatchedEntry[];
}

function byBits(hash: PictureHash, list: HashList, { threshold: asked, dihedral = false }: Options): Comparison {
  const threshold = wholeBits(asked ?? hash.threshold, hash.bits);
  const search = searcher(list);
  return {
    threshold,
    unit: 'distanceBits',
    matches: (image, hashed) =>
      matchPicture(search, dihedral ? everyWay(image) : asItLies(hashed), threshold).map(
        ({ entry: { id }, distanceBits: distance, ...hit }) => ({ ...hit, id, distance }),
      ),
  };
}

function byVectors({ name, vector }: PictureHash, list: HashList, { threshold: asked }: Options): Comparison {
  if (!vector)
    throw new UserError(
      `'${list.name}' lists vectors, and the file of ${name} has no distance for them; give it distance: cosine or l2, or make the list again`,
    );
  const { distance: unit, step, threshold: own } = vector;
  const threshold = asked ?? own;
  const fault = thresholdFault(threshold, step);
  if (fault) throw new UserError(`--threshold: ${fault}`);
  // Above every threshold there is a step more, so that what is far away is no match.
  const search = vectorSearcher(list, stepScale(unit, step, Math.max(2, 2 * threshold)));
  return {
    threshold,
    unit: 'distance',
    matches: (_image, { vector: query, quality }) =>
      search.within(query!, threshold).map(({ entry: { id }, distance, index }) => ({
        ...{ index, id, quality },
        distance: Number(distance.toPrecision(6)),
        dihedral: 'original',
      })),
  };
}

/** Throws a UserError if a threshold is no whole number of bits from 0 to `most`. */
function wholeBits(threshold: number, most: number): number {
  if (!Number.isInteger(threshold)) throw unexpected('--threshold', 'a whole number of at least 0', String(threshold));
  return atMost('--threshold', threshold, most);
}

/** What a frame gave. */
type FrameMatch = RefusedPicture | (HashAnswer & { readonly isFlat: boolean; readonly hits: readonly MatchedEntry[] });

/** Matches each picture, and prints the result. */
async function matchEach(
  files: readonly string[],
  {
    hash,
    comparison,
    listOf,
  }: {
    readonly hash: PictureHash;
    readonly comparison: Comparison;
    readonly listOf: (index: number) => { readonly list?: string };
  },
  options: Options,
): Promise<void> {
  const { all = false, json = false, dihedral = false, orient = false, mostFrames = defaultMostFrames } = options;
  const { threshold, unit } = comparison;
  const minQuality = atMost('--min-quality', options.minQuality ?? hash.minQuality, 100);
  const rule = frameRule(options.frames ?? 'any', '--frames');
  await eachAnimation<FrameMatch>(
    files,
    { json, orient, mostFrames },
    async (image) => {
      const hashed = await hash.ask(image);
      if ('refused' in hashed) return hashed;
      const isFlat = distrust(hashed, minQuality) !== undefined;
      return { ...hashed, isFlat, hits: isFlat ? [] : comparison.matches(image, hashed) };
    },
    (frames) => refuseBelow(withResult(frames), minQuality),
    (frames, file, { notes, ...count }) => {
      const hashed = withResult(frames);
      const usable = hashed.filter(({ value }) => !value.isFlat);
      const matched = usable.filter(({ value }) => value.hits.length > 0);
      const [first] = usable;
      const { hash: bytes, quality } = first!.value;
      const isMatch = fileMatches(matched.length, usable.length, rule);
      const flat = hashed.length - usable.length;
      const refused = frames.length - hashed.length;
      const hits = isMatch
        ? matched
            .flatMap(({ index: frame, value }) => value.hits.map((hit) => ({ ...hit, frame })))
            .sort((a, b) => a.distance - b.distance || a.frame - b.frame)
        : [];
      const shown = all ? hits : hits.slice(0, 1);
      const several = framesOf(count, {
        flat,
        ...(refused > 0 ? { refused } : {}),
        matched: matched.map(({ index }) => index + 1),
        rule: rule.name,
      });
      const sentence = framesSentence(count, { flat, refused });
      if (json)
        sayJson({
          file,
          algorithm: hash.name,
          hash: hashText(hash.name, bytes),
          quality,
          threshold,
          matches: shown.map((hit) => ({
            entry: hit.id,
            ...listOf(hit.index),
            [unit]: hit.distance,
            ...(several.frames ? { frame: hit.frame + 1 } : {}),
            ...(dihedral ? { dihedral: hit.dihedral } : {}),
          })),
          ...several,
          ...notesOf(notes),
        });
      else
        for (const hit of shown) {
          const name = frameName(file, hit.frame, count.declared);
          say(csvLine([name, hit.id, hit.distance, hit.quality, ...(dihedral ? [hit.dihedral] : [])]));
        }
      if (sentence) note(`${file}: ${sentence}; ${matched.length} matched`);
    },
  );
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
