/** Every hash-list format, in the order `ls formats` lists them. */
import { utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { binary } from './binary.ts';
import { encodingRoom, textSource } from './encoding.ts';
import type { ListFormat } from './format.ts';
import { hashJson } from './hash-json.ts';
import { hex } from './hex.ts';
import { hmaCsv } from './hma-csv.ts';
import { ncmecXml } from './ncmec-xml.ts';
import { projectVicCsv } from './project-vic-csv.ts';
import { isBlank, startOf } from './shape.ts';
import { stopnciiJson } from './stopncii-json.ts';
import { tatJson } from './tat-json.ts';
import { threatexchangeCsv } from './threatexchange-csv.ts';
import { threatexchangeJson } from './threatexchange-json.ts';
import { threatexchangeText } from './threatexchange-text.ts';

export const listFormats = {
  hex,
  binary,
  'hash-json': hashJson,
  'threatexchange-text': threatexchangeText,
  'threatexchange-csv': threatexchangeCsv,
  'threatexchange-json': threatexchangeJson,
  'hma-csv': hmaCsv,
  'ncmec-xml': ncmecXml,
  'stopncii-json': stopnciiJson,
  'tat-json': tatJson,
  'project-vic-csv': projectVicCsv,
} as const satisfies Record<string, ListFormat>;

/** Name of a list format, for `--format`. */
export type ListFormatName = keyof typeof listFormats;

/** The format of that name; if it is unknown, a UserError lists all. */
export const listFormatByName = (name: string): ListFormat =>
  lookUp(listFormats as Record<string, ListFormat>, 'list format', name);

/** Detects the format from a file's first bytes: a few thousand, or all. Throws a UserError if none fits. */
export function recogniseFormat(bytes: Uint8Array): ListFormat {
  const formats = Object.values<ListFormat>(listFormats);
  const begins = (head: Uint8Array): ListFormat | undefined => formats.find((format) => format.recognises(head));
  const found = begins(bytes.subarray(0, 4096));
  if (found) return found;
  // Comments can be longer than the head, or the whole file: a list without entries.
  const source = textSource(bytes.subarray(0, encodingRoom));
  const text = source.decode(bytes, false);
  if (isBlank(text)) return hex;
  const rest = text.slice(startOf(text));
  const later = rest.length < text.length ? begins(utf8(rest.slice(0, 4096))) : undefined;
  if (later) return later;
  throw new UserError(
    `Expected a hash list in one of the formats ${Object.keys(listFormats).join(', ')} but the file starts like none of them`,
  );
}
