/** Hash lists in every format. */
import type { ListFormat } from '../../../src/match/format/format.ts';
import { listFormatByName, listFormats, recogniseFormat } from '../../../src/match/format/index.ts';
import { type HashList, hashList } from '../../../src/match/hash-list.ts';
import { concatBytes, utf8 } from '../../../src/util/bytes.ts';
import { UserError } from '../../../src/util/errors.ts';
import { seededRng } from '../../../src/util/rng.ts';
import type { Target } from '../target.ts';

/** What the lists are lists of. */
const facts = { name: 'seed', algorithm: 'pdq', bits: 256 } as const;

/** What is put behind the entries of some formats, so that there are bad lines from the start. */
const behind: Readonly<Record<string, string>> = {
  hex: '\n# comment\nnot a hash\n0123\n',
  'threatexchange-text': 'video_md5 00\n',
  'threatexchange-csv': '"a\nb","c ""d""",,\n',
  'hma-csv': '1,2\n',
  'project-vic-csv': '"x;\ty",\n',
};

const names = ['one', 'two, 2', 'drei "3"', 'vier\u00e9', '\u{1f600}', '6', '1,2020-01-01,x', '<b>&amp;', 'a;b', ' y '];

export const lists: Target = {
  name: 'lists',
  floorMillis: 100,
  millisPerByte: 0.02,
  mostMebibytes: 128,
  async seeds() {
    const rng = seededRng(1, 'campaign list');
    const list = hashList(
      facts,
      names.map((id) => ({ id, hash: rng.bytes(32) })),
    );
    return Object.values(listFormats).map((format) => ({
      name: format.name,
      bytes: concatBytes(format.write(list), utf8(behind[format.name] ?? '')),
      read(file, piece) {
        // As the command line does without --format, and with it.
        const guess = recognised(file);
        if (guess && guess.name !== format.name) orRefused(() => readList(guess, file, piece));
        return readList(listFormatByName(format.name), file, piece);
      },
    }));
  },
};

/** Reads the file piece by piece, checks what was read, and writes it in every format; returns how many lines were bad. */
function readList(format: ListFormat, file: Uint8Array, piece: number): number {
  const reader = format.reader(facts);
  for (let at = 0; at < file.length; at += piece) reader.push(file.subarray(at, at + piece));
  const { list, bad } = reader.end();
  checkList(list);
  for (const { line, reason } of bad)
    if (!(line >= 1) || reason === '') throw new Error(`a bad line without number or reason: ${line} ${reason}`);
  for (const each of Object.values(listFormats))
    orRefused(() => {
      // The end of the file is reached.
      for (const part of each.pieces(list)) if (!(part instanceof Uint8Array)) throw new Error('no bytes');
    });
  return bad.length;
}

function checkList({ entries, packed, bits, root }: HashList): void {
  if (packed.length !== (entries.length * bits) / 8) throw new Error('entries and hashes do not agree');
  if (!/^[0-9a-f]{64}$/.test(root)) throw new Error('no root');
  for (const { id } of entries) if (typeof id !== 'string') throw new Error('an entry without a name');
}

function recognised(file: Uint8Array): ListFormat | undefined {
  let found: ListFormat | undefined;
  orRefused(() => {
    found = recogniseFormat(file);
  });
  return found;
}

function orRefused(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
