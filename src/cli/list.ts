/** `presend list make|info|estimate|import|export|blind`: hash lists and their file formats. */
import { basename, dirname, extname, join } from 'node:path';
import { Command } from 'commander';
import { distinctHashes } from '../match/distinct.ts';
import { binary } from '../match/format/binary.ts';
import { listFormatByName } from '../match/format/index.ts';
import { examples, wholeNumber } from './arguments.ts';
import { algorithmOption } from './hash-file.ts';
import { blindCommand } from './list-blind.ts';
import { estimateCommand } from './list-estimate.ts';
import { formatOption, type ListOptions, openList, openLists, remarks, typesSentence } from './list-file.ts';
import { makeCommand, unwritten } from './list-make.ts';
import { facts, jsonText, mustBeWritable, note, say, sayPieces, writeNew } from './output.ts';

/** Default number of bad lines that `info` displays; it counts the others. */
const shownBad = 5;

const algorithm = [algorithmOption[0], `${algorithmOption[1]} (default: the file’s, for text files pdq)`] as const;

export const listCommand = (): Command =>
  new Command('list')
    .addCommand(makeCommand())
    .addCommand(infoCommand())
    .addCommand(estimateCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(blindCommand())
    .addHelpText('after', examples('list info list.presend', 'list import hashes.txt --out list.presend'));

const infoCommand = (): Command =>
  new Command('info')
    .description('show what a hash list contains, and which of its lines could not be read')
    .argument('<file>', 'hash list in any format')
    .option(...algorithm)
    .option(...formatOption)
    .option(
      '--bad <n>',
      `how many invalid lines to show (default: ${shownBad}); all are counted`,
      wholeNumber('--bad', 0),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples('list info list.presend', 'list info hashes.txt --algorithm phash --json'))
    .action(async (file: string, options: ListOptions & { json?: boolean; bad?: number }) => {
      const opened = await openList(file, options);
      const { list } = opened;
      const [read] = opened.files;
      const { bad, left, format, notes, others } = read!;
      const shown = options.bad ?? shownBad;
      const first = bad.first(shown);
      const firstLeft = left.first(shown);
      const duplicates = list.entries.length - distinctHashes(list.entries);
      const { name, bits, detector, version, root, entries } = list;
      if (options.json)
        return say(
          jsonText(
            {
              file,
              format: format.name,
              name,
              algorithm: list.algorithm,
              ...(detector?.dimensions === undefined ? { bits } : {}),
              ...detector,
              version,
              entries: entries.length,
              duplicates,
              root,
              notes,
              otherTypes: Object.fromEntries(others),
              withoutEntry: { count: left.length, reasons: Object.fromEntries(left.counts()), first: firstLeft },
              bad: { count: bad.length, first },
            },
            2,
          ),
        );
      const unit = format.unit ?? 'line';
      const section = (what: string, all: typeof bad, some: typeof first) => [
        [
          what,
          `${all.length}${all.length > some.length && some.length > 0 ? `, the first ${some.length} of them` : ''}`,
        ] as const,
        ...some.map(({ line, reason }) => [`  ${unit} ${line}`, reason] as const),
      ];
      say(
        facts([
          ['name', name],
          ['format', format.name],
          ['hash', list.algorithm],
          detector?.dimensions === undefined ? ['bits', bits] : ['vectors', `${detector.dimensions} numbers each`],
          ...(detector ? [['detector', `SHA-256 ${detector.sha256}`] as const] : []),
          ['version', version],
          ['entries', entries.length],
          ['duplicates', duplicates],
          ['root', root],
          ...(others.size > 0 ? [['hashes', typesSentence(read!, list.algorithm)] as const] : []),
          ...notes.map((text) => ['note', text] as const),
          ...(left.length > 0 ? section(`${unit}s without entry`, left, firstLeft) : []),
          ...section(`bad ${unit}s`, bad, first),
        ]),
      );
    });

interface ImportOptions extends ListOptions {
  out?: string;
  force?: boolean;
}

const importCommand = (): Command =>
  new Command('import')
    .description('read a hash list of any format, in one file or several, and write it in the format of presend')
    .argument('<files...>', 'hash list in any format; several files are read in their order, as one list')
    .option('--out <file>', 'file to write (default: beside the first file, with the ending .presend)')
    .option(...algorithm)
    .option('--name <name>', 'name of the list (default: the first file’s)')
    .option(...formatOption)
    .option('--bits', 'read the bits of a detector where the file has its vectors too')
    .option('--force', 'overwrite an existing file')
    .addHelpText(
      'after',
      examples('list import hashes.txt', 'list import page1.xml page2.xml --name demo --out list.presend'),
    )
    .action(async (files: string[], options: ImportOptions) => {
      const { force = false } = options;
      const [file = ''] = files;
      const out = options.out ?? join(dirname(file), `${basename(file, extname(file))}.presend`);
      if (options.out !== undefined) await mustBeWritable(out, force);
      const opened = await openLists(files, { ...options, trusting: true });
      const { list } = opened;
      await writeNew(out, binary.pieces(list), force);
      for (const each of remarks(opened)) note(each);
      const silent = list.detector && opened.files.find(({ format }) => !format.holdsDetectors);
      if (silent)
        note(
          `${silent.path}: ${silent.format.name} does not say which detector made its hashes: it was believed to be ${options.algorithm}`,
        );
      note(`${out}: ${list.entries.length} ${list.algorithm} hashes, root ${list.root}`);
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
    .option('--out <file>', 'file to write (default: stdout)')
    .option(...algorithm)
    .option('--force', 'overwrite an existing file')
    .addHelpText(
      'after',
      examples('list export list.presend', 'list export list.presend --format hex --out hashes.txt'),
    )
    .action(async (file: string, { format, out, force = false, ...rest }: ExportOptions & ListOptions) => {
      const writer = listFormatByName(format);
      if (out !== undefined) await mustBeWritable(out, force);
      const opened = await openList(file, { algorithm: rest.algorithm });
      const pieces = writer.pieces(opened.list);
      if (out === undefined) await sayPieces(pieces, writer.name === 'binary');
      else await writeNew(out, pieces, force);
      for (const each of unwritten(writer, opened.list)) note(each);
      for (const each of remarks(opened)) note(each);
    });
