/** `presend match <files…> --list LIST`: pictures against a hash list. */
import { Command } from 'commander';
import { hashByName } from '../hash/index.ts';
import { asItLies, everyWay, matchPicture } from '../match/match-picture.ts';
import { searcher } from '../match/search.ts';
import { toHex } from '../util/hex.ts';
import { atMost, examples, wholeNumber } from './arguments.ts';
import { algorithmOption, eachPicture, mustHaveDihedral, notesOf, orientOption, refuseBelow } from './hash-file.ts';
import { badLines, formatOption, openList } from './list-file.ts';
import { csvLine, note, say, sayJson } from './output.ts';

interface Options {
  list: string;
  threshold?: number;
  minQuality?: number;
  dihedral?: boolean;
  algorithm?: string;
  format?: string;
  all?: boolean;
  orient?: boolean;
  json?: boolean;
}

export const matchCommand = (): Command =>
  new Command('match')
    .description('match pictures against a hash list: a line `file,entry,distance,quality` for each match, in bits')
    .argument('<files...>', 'JPEG, PNG, WebP, GIF, AVIF or TIFF files')
    .requiredOption('--list <file>', 'hash list, e.g. one made by `presend list import`')
    .option(
      '--threshold <bits>',
      'largest distance that is a match (default: the hash’s own)',
      wholeNumber('--threshold', 0),
    )
    .option(
      '--min-quality <n>',
      'least quality to be matched (default: the hash’s own)',
      wholeNumber('--min-quality', 0),
    )
    .option('--dihedral', 'match the seven turns and mirror images too (pdq only); which matched is a fifth column')
    .option(algorithmOption[0], `${algorithmOption[1]} (default: the list’s, for text lists pdq)`)
    .option(...formatOption)
    .option(...orientOption)
    .option('--all', 'every entry within the threshold, not the nearest alone')
    .option('--json', 'one JSON object a file and line, matched or not')
    .addHelpText(
      'after',
      examples('match photo.jpg --list list.presend', 'match *.jpg --list hashes.txt --threshold 20 --all --json'),
    )
    .action(match);

async function match(files: string[], options: Options): Promise<void> {
  const { all = false, json = false, dihedral = false, orient = false } = options;
  const opened = await openList(options.list, options);
  const { list } = opened;
  const algorithm = hashByName(list.algorithm);
  if (dihedral) mustHaveDihedral(algorithm.name);
  const threshold = atMost('--threshold', options.threshold ?? algorithm.threshold, algorithm.bits);
  const minQuality = atMost('--min-quality', options.minQuality ?? algorithm.minQuality, 100);
  const bad = badLines(options.list, opened);
  if (bad) note(bad);
  if (list.entries.length === 0) note(`${options.list} is empty: nothing can match`);
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
          hash: toHex(hash),
          quality,
          threshold,
          matches: hits.map((hit) => ({
            entry: hit.entry.id,
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
