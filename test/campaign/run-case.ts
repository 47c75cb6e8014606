/** What presend makes of a damaged file: read, or refused with a typed error. Anything else is a fault. */
import { pdq } from '../../src/hash/pdq.ts';
import { decode } from '../../src/image/decode.ts';
import type { ListFormat } from '../../src/match/format/format.ts';
import { listFormatByName, listFormats, recogniseFormat } from '../../src/match/format/index.ts';
import type { HashList } from '../../src/match/hash-list.ts';
import { UserError } from '../../src/util/errors.ts';
import { caseOf, damaged } from './mutate.ts';
import { facts, type Seed } from './seeds.ts';

/** How a case ended. */
export type Outcome =
  | { readonly state: 'read'; readonly badLines: number }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'fault'; readonly error: string };

/** Runs the case of that number on its seed: seeds take turns. */
export async function runCase(number: number, all: readonly Seed[]): Promise<Outcome> {
  const { edits, piece } = caseOf(number);
  const { kind, name, bytes } = all[number % all.length]!;
  const others = all.map((each) => each.bytes);
  const file = damaged(bytes, edits, others);
  try {
    if (kind === 'picture') {
      checkHash(pdq.hash(await decode(file)));
      return { state: 'read', badLines: 0 };
    }
    // As the command line does without --format, and with it.
    const guess = recognised(file);
    if (guess && guess.name !== name) orRefused(() => readList(guess, file, piece));
    return { state: 'read', badLines: readList(listFormatByName(name), file, piece) };
  } catch (error) {
    if (error instanceof UserError) return { state: 'refused', reason: error.message };
    return { state: 'fault', error: String((error as Error)?.stack ?? error) };
  }
}

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

function checkHash({ hash, quality }: { hash: Uint8Array; quality: number }): void {
  if (hash.length !== 32 || !(quality >= 0 && quality <= 100)) throw new Error('no hash');
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
