/**
 * Lists of clips by vPDQ. A clip's hash is text, in all formats of ThreatExchange's tools: a JSON array of `"<hex>,<quality>,<seconds>"`, one
 * for each frame (`vpdq_util.py`). It stands where other types have their hex digits: in records of the API, in rows of HMA and of
 * python-threatexchange's cache, after the type in lines of its local file. The programs of vPDQ write one clip a file instead, a line
 * `<number>,<quality>,<hex>,<seconds>` for each frame (`vpdqio.cpp`). All five are read and written.
 */
import type { VpdqFrame } from '../../hash/vpdq.ts';
import { utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { lookUp } from '../../util/registry.ts';
import { BadLines } from './bad-lines.ts';
import { rowTaker, rowText } from './csv.ts';
import { isObject, nameOf } from './json.ts';
import { plainSignal } from './text.ts';

/** A listed clip. */
export interface ClipEntry {
  readonly id: string;
  readonly frames: readonly VpdqFrame[];
}

/** The result of reading a list of clips. */
export interface ReadClips {
  readonly format: ClipFormatName;
  readonly entries: readonly ClipEntry[];
  /** Records or lines that could not be read. */
  readonly bad: BadLines;
  /** Records of other types, or deleted ones. */
  readonly left: BadLines;
}

/** Largest list that is read, in bytes: it is read as a whole. 256 MiB hold 3 million frames. */
export const largestClipList = 2 ** 28;

const frameText = ({ hash, quality, timeSeconds }: VpdqFrame): string =>
  `${toHex(hash)},${quality},${timeSeconds.toFixed(3)}`;

/** A clip's hash as text. */
export const clipText = (frames: readonly VpdqFrame[]): string => JSON.stringify(frames.map(frameText));

/** A frame from its fields; undefined if one of them is wrong. */
function frameOf(hex: string, quality: string, seconds: string): VpdqFrame | undefined {
  if (!/^[0-9a-f]{64}$/i.test(hex) || !/^\d{1,3}$/.test(quality) || !/^\d{1,9}(\.\d{1,9})?$/.test(seconds))
    return undefined;
  const known = Number(quality);
  return known > 100 ? undefined : { hash: fromHex(hex), quality: known, timeSeconds: Number(seconds) };
}

/** The frames of a clip's hash, or why it is none. */
function framesIn(text: string): readonly VpdqFrame[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 'not a vPDQ hash: it is not JSON';
  }
  if (!Array.isArray(parsed)) return 'not a vPDQ hash: it is not an array';
  const frames: VpdqFrame[] = [];
  for (const [i, each] of (parsed as unknown[]).entries()) {
    const [hex = '', quality = '', seconds = '', ...rest] = typeof each === 'string' ? each.split(',') : [];
    const frame = rest.length === 0 ? frameOf(hex, quality, seconds) : undefined;
    if (!frame) return `frame ${i + 1} is not a hash, a quality and a time`;
    frames.push(frame);
  }
  return frames.length === 0 ? 'a clip without frames' : frames;
}

/** A format: what it looks like, and how it is written. */
interface ClipFormat {
  readonly summary: string;
  recognises(text: string): boolean;
  read(text: string, found: Found, name: string): void;
  write(entries: readonly ClipEntry[]): string;
}

/** Collects what a reader finds; numbers count lines or records from 1. */
interface Found {
  add(number: number, id: string, hash: string): void;
  frames(id: string, frames: readonly VpdqFrame[]): void;
  bad(number: number, reason: string): void;
  left(number: number, reason: string): void;
}

const csv = (columns: readonly string[], summary: string): ClipFormat => ({
  summary,
  recognises: (text) =>
    text.startsWith(`${columns[0]},`)
      ? text.startsWith(columns.slice(0, 2).join(','))
      : firstCells(text) === columns.length,
  read(text, found) {
    rowTaker((row) => {
      if ('reason' in row) return found.bad(row.line, row.reason);
      const [hash = '', id = ''] = row.cells;
      if (hash === columns[0]) return;
      if (row.cells.length !== columns.length)
        return found.bad(row.line, `${row.cells.length} columns where there should be ${columns.length}`);
      found.add(row.line, id, hash);
    })(text, true);
  },
  write: (entries) =>
    entries
      .map(({ id, frames }) => rowText([clipText(frames), ...columns.slice(1, -2).map(() => id), '', '']))
      .join(''),
});

/** Number of cells of the first row, if its first cell is an array. */
function firstCells(text: string): number {
  if (!text.startsWith('"[')) return 0;
  let cells = 0;
  rowTaker((row) => {
    if (cells === 0 && 'cells' in row) cells = row.cells.length;
  })(text, true);
  return cells;
}

const programLine = /^\s*\d+\s*,\s*(\d+)\s*,\s*([0-9a-fA-F]{64})\s*,\s*([\d.]+)\s*$/;

/** Every format of lists of clips, in the order in which they are tried. */
export const clipFormats = {
  'threatexchange-json': {
    summary: 'answer of the ThreatExchange API: id, indicator and type',
    recognises: (text) => /^\s*[{[]/.test(text),
    read(text, found) {
      const parsed: unknown = parsedJson(text);
      const records = Array.isArray(parsed)
        ? parsed
        : isObject(parsed) && Array.isArray(parsed.data)
          ? parsed.data
          : undefined;
      if (!records)
        throw new UserError('Expected a JSON array, or an object with one under data, for a ThreatExchange list');
      for (const [i, record] of (records as unknown[]).entries()) {
        if (!isObject(record) || typeof record.indicator !== 'string' || typeof record.type !== 'string')
          found.bad(i + 1, 'no indicator or no type');
        else if (plainSignal(record.type) !== 'vpdq') found.left(i + 1, `other type: ${record.type.slice(0, 40)}`);
        else if (record.should_delete === true) found.left(i + 1, 'deleted by its owner');
        else found.add(i + 1, nameOf(record.id), record.indicator);
      }
    },
    write: (entries) =>
      `${JSON.stringify({
        data: entries.map(({ id, frames }) => ({ id, indicator: clipText(frames), type: 'HASH_VPDQ' })),
      })}\n`,
  },
  'hma-csv': csv(
    ['indicator', 'indicator_id', 'first_descriptor_id', 'added_on', 'labels'],
    'Hasher-Matcher-Actioner: hash, indicator id, descriptor id, date and labels',
  ),
  'threatexchange-csv': csv(
    ['indicator', 'first_descriptor_id', 'added_on', 'labels'],
    'cache of python-threatexchange: hash, descriptor id, date and labels',
  ),
  'threatexchange-text': {
    summary: 'one type and hash per line, without names: the local file of python-threatexchange',
    recognises: (text) => /^\s*\w+[ \t]+\[/.test(text),
    read(text, found) {
      for (const [i, line] of text.split('\n').entries()) {
        const [, type, hash] = /^\s*(\S+)[ \t]+(\S.*)$/.exec(line) ?? [];
        if (line.trim() === '' || line.startsWith('#')) continue;
        if (type === undefined || hash === undefined) found.bad(i + 1, 'not a type and a hash');
        else if (plainSignal(type) !== 'vpdq') found.left(i + 1, `other type: ${type.slice(0, 40)}`);
        else found.add(i + 1, '', hash);
      }
    },
    write: (entries) => entries.map(({ frames }) => `vpdq ${clipText(frames)}\n`).join(''),
  },
  'vpdq-text': {
    summary: 'output of the programs of vPDQ, one clip: number, quality, hash and time of each frame',
    recognises: (text) => programLine.test(text.slice(0, 200).split('\n')[0]!),
    read(text, found, name) {
      const frames: VpdqFrame[] = [];
      for (const [i, line] of text.split('\n').entries()) {
        if (line.trim() === '') continue;
        const [, quality = '', hex = '', seconds = ''] = programLine.exec(line) ?? [];
        const frame = frameOf(hex, quality, seconds);
        if (frame) frames.push(frame);
        else found.bad(i + 1, 'not the number, quality, hash and time of a frame');
      }
      if (frames.length > 0) found.frames(name, frames);
    },
    write(entries) {
      if (entries.length !== 1)
        throw new UserError(`The format vpdq-text holds one clip, not ${entries.length}: write one file for each clip`);
      return entries[0]!.frames
        .map(({ hash, quality, timeSeconds }, i) => `${i},${quality},${toHex(hash)},${timeSeconds.toFixed(3)}\n`)
        .join('');
    },
  },
} as const satisfies Record<string, ClipFormat>;

/** Name of a format for lists of clips. */
export type ClipFormatName = keyof typeof clipFormats;

const formatNamed = (name: string): ClipFormat => lookUp<ClipFormat>(clipFormats, 'format for clips', name);

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(
      'Expected a JSON document for a list of clips but the file is damaged or truncated; download it again',
    );
  }
}

/** Reads a list of clips; `name` is that of a clip in a file without names. Throws a UserError if it is in no format, or without a clip. */
export function readClips(
  bytes: Uint8Array,
  { name, format }: { readonly name: string; readonly format?: string | undefined },
): ReadClips {
  if (bytes.length > largestClipList)
    throw new UserError(
      `Lists of clips of at most ${largestClipList} bytes are read, and this one has ${bytes.length}: split it`,
    );
  // Other bytes than UTF-8 become signs that no format has.
  const text = new TextDecoder().decode(bytes);
  const named = format ?? Object.entries<ClipFormat>(clipFormats).find(([, each]) => each.recognises(text))?.[0];
  if (named === undefined)
    throw new UserError(
      `Expected a list of clips in one of the formats ${Object.keys(clipFormats).join(', ')} but the file starts like none of them`,
    );
  const entries: ClipEntry[] = [];
  const bad = new BadLines();
  const left = new BadLines();
  const frames = (id: string, found: readonly VpdqFrame[]): void => {
    entries.push({ id: id === '' ? `clip-${entries.length + 1}` : id, frames: found });
  };
  formatNamed(named).read(
    text,
    {
      frames,
      add(number, id, hash) {
        const found = framesIn(hash);
        if (typeof found === 'string') bad.push(number, found);
        else frames(id, found);
      },
      bad: (number, reason) => bad.push(number, reason),
      left: (number, reason) => left.push(number, reason),
    },
    name,
  );
  const first = bad.at(0);
  if (entries.length === 0 && first)
    throw new UserError(`None of its records is a clip; record ${first.line}: ${first.reason}`);
  return { format: named as ClipFormatName, entries, bad, left };
}

/** Writes a list of clips. Throws a UserError if the format cannot hold it. */
export const writeClips = (entries: readonly ClipEntry[], format: string): Uint8Array =>
  utf8(formatNamed(format).write(entries));
