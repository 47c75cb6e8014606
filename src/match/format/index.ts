/** Every hash-list format, in the order `ls formats` lists them. */
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { binary } from './binary.ts';
import type { ListFormat } from './format.ts';
import { hex } from './hex.ts';
import { hmaCsv } from './hma-csv.ts';
import { ncmecXml } from './ncmec-xml.ts';
import { projectVicCsv } from './project-vic-csv.ts';
import { stopnciiJson } from './stopncii-json.ts';
import { threatexchangeCsv } from './threatexchange-csv.ts';
import { threatexchangeJson } from './threatexchange-json.ts';
import { threatexchangeText } from './threatexchange-text.ts';

export const listFormats = {
  hex,
  binary,
  'threatexchange-text': threatexchangeText,
  'threatexchange-csv': threatexchangeCsv,
  'threatexchange-json': threatexchangeJson,
  'hma-csv': hmaCsv,
  'ncmec-xml': ncmecXml,
  'stopncii-json': stopnciiJson,
  'project-vic-csv': projectVicCsv,
} as const satisfies Record<string, ListFormat>;

/** Name of a list format, for `--format`. */
export type ListFormatName = keyof typeof listFormats;

/** The format of that name; a UserError lists all when there is none. */
export const listFormatByName = (name: string): ListFormat =>
  lookUp(listFormats as Record<string, ListFormat>, 'list format', name);

/** The format that a file's first bytes look like. Throws a UserError when none does. */
export function recogniseFormat(bytes: Uint8Array): ListFormat {
  const found = Object.values(listFormats).find((format) => format.recognises(bytes.subarray(0, 4096)));
  if (!found)
    throw new UserError(
      `Expected a hash list in one of the formats ${Object.keys(listFormats).join(', ')} but the file begins like none of them`,
    );
  return found;
}
