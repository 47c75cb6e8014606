/** `presend list info|import|export`: hash lists and their file formats. */
import { basename, dirname, extname, join } from 'node:path';
import { Command } from 'commander';
import { hashByName } from '../hash/index.ts';
import { distinctHashes } from '../match/distinct.ts';
import { binary } from '../match/format/binary.ts';
import { listFormatByName } from '../match/format/index.ts';
import { logBinomialTail } from '../metric/binomial.ts';
import { examples, wholeNumber } from './arguments.ts';
import { algorithmOption } from './hash-file.ts';
import { blindCommand } from './list-blind.ts';
import { badLines, formatOption, type ListOptions, openList } from './list-file.ts';
import { facts, note, say, sayPieces, writeNew } from './output.ts';

/** Bad lines that `info` shows unless told otherwise; the others it counts. */
const shownBad = 5;

const algorithm = [algorithmOption[0], `${algorithmOption[1]} (default: the file’s, for text files pdq)`] as const;

export const listCommand = (): Command =>
  new Command('list')
    .addCommand(infoCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(blindCommand())
    .addHelpText('after', examples('list info list.presend', 'list import hashes.txt --out list.presend'));

const infoCommand = (): Command =>
  new Command('info')
    .description('what is in a hash list, and which of its lines could not be read')
    .argument('<file>', 'hash list in any format')
    .option(...algorithm)
    .option(...formatOption)
    .option('--bad <n>', `how many bad lines to show (default: ${shownBad}); all are counted`, wholeNumber('--bad', 0))
    .option('--json', 'as one JSON object')
    .addHelpText('after', examples('list info list.presend', 'list info hashes.txt --algorithm phash --json'))
    .action(async (file: string, options: ListOptions & { json?: boolean; bad?: number }) => {
      const { list, bad, format, notes = [] } = await openList(file, options);
      const first = bad.first(options.bad ?? shownBad);
      const distinct = distinctHashes(list.entries);
      const duplicates = list.entries.length - distinct;
      const { threshold } = hashByName(list.algorithm);
      const expected = modelFalsePositiveRate(list.bits, threshold, distinct);
      const { name, bits, version, root, entries } = list;
      if (options.json)
        return say(
          JSON.stringify(
            {
              file,
              format: format.name,
              name,
              algorithm: list.algorithm,
              bits,
              version,
              entries: entries.length,
              duplicates,
              root,
              falsePositives: { rate: expected, model: 'independent fair bits', threshold },
              notes,
              bad: { count: bad.length, first },
            },
            null,
            2,
          ),
        );
      const more = bad.length > first.length && first.length > 0 ? `, the first ${first.length} of them` : '';
      say(
        facts([
          ['name', name],
          ['format', format.name],
          ['hash', list.algorithm],
          ['bits', bits],
          ['version', version],
          ['entries', entries.length],
          ['duplicates', duplicates],
          ['root', root],
          [
            'expected FPR',
            `${expected.toPrecision(2)} a picture at threshold ${threshold}, by the model of independent fair bits`,
          ],
          ...notes.map((text) => ['note', text] as const),
          [`bad ${format.unit ?? 'line'}s`, `${bad.length}${more}`],
          ...first.map(({ line, reason }) => [`  ${format.unit ?? 'line'} ${line}`, reason] as const),
        ]),
      );
    });

/**
 * The rate at which a picture that is not listed would match one of so many different hashes, in a model where every bit is a fair coin of its
 * own. Real bits are neither: the measured rate is larger by orders of magnitude, and this is only a floor to hold it against.
 */
const modelFalsePositiveRate = (bits: number, threshold: number, hashes: number): number =>
  Math.min(1, hashes * Math.exp(logBinomialTail(bits - threshold, bits, 0.5)));

interface ImportOptions extends ListOptions {
  out?: string;
  force?: boolean;
}

const importCommand = (): Command =>
  new Command('import')
    .description('write a hash list of any format as the project’s own file')
    .argument('<file>', 'hash list in any format')
    .option('--out <file>', 'where to (default: beside it, ending in .presend)')
    .option(...algorithm)
    .option('--name <name>', 'name of the list (default: the file’s)')
    .option(...formatOption)
    .option('--force', 'overwrite a file that is there')
    .addHelpText(
      'after',
      examples('list import hashes.txt', 'list import hashes.txt --algorithm pdq --name demo --out list.presend'),
    )
    .action(async (file: string, options: ImportOptions) => {
      const opened = await openList(file, options);
      const out = options.out ?? join(dirname(file), `${basename(file, extname(file))}.presend`);
      await writeNew(out, binary.pieces(opened.list), options.force ?? false);
      const bad = badLines(file, opened);
      if (bad) note(bad);
      note(`${out}: ${opened.list.entries.length} ${opened.list.algorithm} hashes, root ${opened.list.root}`);
    });

interface ExportOptions {
  format: string;
  out?: string;
  force?: boolean;
}

const exportCommand = (): Command =>
  new Command('export')
    .description('write a hash list in another format, to stdout unless --out names a file')
    .argument('<file>', 'hash list, e.g. list.presend')
    .option('--format <name>', 'format to write (presend ls formats)', 'hex')
    .option('--out <file>', 'where to (default: stdout)')
    .option(...algorithm)
    .option('--force', 'overwrite a file that is there')
    .addHelpText(
      'after',
      examples('list export list.presend', 'list export list.presend --format hex --out hashes.txt'),
    )
    .action(async (file: string, { format, out, force = false, ...rest }: ExportOptions & ListOptions) => {
      const writer = listFormatByName(format);
      const opened = await openList(file, { algorithm: rest.algorithm });
      const pieces = writer.pieces(opened.list);
      if (out === undefined) await sayPieces(pieces);
      else await writeNew(out, pieces, force);
      if (writer.nameless) note(`${writer.name} has no place for names: they are not written`);
      const bad = badLines(file, opened);
      if (bad) note(bad);
    });
