/** `presend match <files…> --list LIST`: matches pictures with a hash list; videos are matched in clips.ts. */
import { Command } from 'commander';
import { hashText } from '../hash/hash-text.ts';
import { hashByName } from '../hash/index.ts';
import { asItLies, everyWay, matchPicture } from '../match/match-picture.ts';
import { searcher } from '../match/search.ts';
import { UserError } from '../util/errors.ts';
import { atMost, examples, repeatable, wholeNumber } from './arguments.ts';
import { decoderOption, isVideoFile, matchClips, rateOption } from './clips.ts';
import { algorithmOption, eachPicture, mustHaveDihedral, notesOf, orientOption, refuseBelow } from './hash-file.ts';
import { formatOption, openLists, remarks } from './list-file.ts';
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
  json?: boolean;
  share?: number;
  rate?: number | 'every';
  decoder?: string;
}

export const matchCommand = (): Command =>
  new Command('match')
    .argument('<files...>', 'JPEG, PNG, WebP, GIF, AVIF or TIFF files, or videos, with lists of vPDQ or .tmk files')
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
    .option('--all', 'print every entry within the threshold, not only the nearest')
    .option('--json', 'print one JSON object per file, matched or not')
    .addHelpText(
      'after',
      examples('match photo.jpg --list list.presend', 'match *.jpg --list hashes.txt --threshold 20 --all --json'),
    )
    .action(match);

async function match(files: string[], options: Options): Promise<void> {
  const { all = false, json = false, dihedral = false, orient = false } = options;
  if (isVideoFile(files[0]!)) {
    for (const each of ['dihedral', 'orient', 'algorithm'] as const)
      if (options[each] !== undefined) throw new UserError(`--${each} is for pictures, not for videos`);
    atMost('--threshold', options.threshold ?? 0, 256);
    atMost('--min-quality', options.minQuality ?? 0, 100);
    atMost('--share', options.share ?? 0, 100);
    return matchClips(files, options);
  }
  for (const each of ['share', 'rate', 'decoder'] as const)
    if (options[each] !== undefined) throw new UserError(`--${each} is for videos`);
  const opened = await openLists(options.list, options);
  const { list } = opened;
  const algorithm = hashByName(list.algorithm);
  if (dihedral) mustHaveDihedral(algorithm.name);
  const threshold = atMost('--threshold', options.threshold ?? algorithm.threshold, algorithm.bits);
  const minQuality = atMost('--min-quality', options.minQuality ?? algorithm.minQuality, 100);
  for (const each of remarks(opened)) note(each);
  if (list.entries.length === 0)
    note(`${options.list.join(', ')} ${options.list.length === 1 ? 'is' : 'are'} empty: nothing can match`);
  // With several lists: which one an entry comes from.
  const ends: number[] = [];
  for (const { entries } of opened.files) ends.push((ends.at(-1) ?? 0) + entries);
  const fileOf = (index: number): string => opened.files[ends.findIndex((end) => index < end)]!.path;
  const search = searcher(list);
  await eachPicture(
    files,
    { json, orient },
    (image) => {
      const hashed = algorithm.hash(image);
      refuseBelow(hashed, minQuality);
      const hits = matchPicture(search, dihedral ? everyWay(image) : asItLies(hashed), threshold);
      return { ...hashed, hits: all ? hits : hits.slice(0, 1) };
    },
    ({ hash, quality, hits }, file, notes) => {
      if (json)
        sayJson({
          file,
          algorithm: algorithm.name,
          hash: hashText(algorithm.name, hash),
          quality,
          threshold,
          matches: hits.map((hit) => ({
            entry: hit.entry.id,
            ...(opened.files.length > 1 ? { list: fileOf(hit.index) } : {}),
            distanceBits: hit.distanceBits,
            ...(dihedral ? { dihedral: hit.dihedral } : {}),
          })),
          ...notesOf(notes),
        });
      else
        for (const hit of hits)
          say(csvLine([file, hit.entry.id, hit.distanceBits, quality, ...(dihedral ? [hit.dihedral] : [])]));
    },
  );
}
