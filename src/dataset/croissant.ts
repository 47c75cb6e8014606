/**
 * A dataset described in Croissant 1.0 (MLCommons), JSON-LD for catalogues and loaders: name, licence, digest, and a table of the pictures with
 * label, group and SHA-256. The pictures themselves stay where they are; ids are relative, and no path of this machine is in it.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Dataset, Picture } from './dataset.ts';

/** The table of the pictures, beside the description. */
export const tableName = 'pictures.csv';

/** The columns of the table: what each means, and its type in Croissant. */
const columns: readonly (readonly [name: string, meaning: string, of: (picture: Picture) => string])[] = [
  ['id', 'The picture: its path in the dataset.', ({ id }) => id],
  ['label', 'The topic of the picture, as the dataset labels it.', ({ topic }) => topic],
  ['group', 'Copies and near duplicates share a group; keep a group on one side of a split.', ({ group }) => group],
  ['sha256', 'SHA-256 of the file of the picture.', ({ sha256 }) => sha256],
];

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Lines of the table, with their ends. */
export function* tableLines(pictures: readonly Picture[]): Generator<string> {
  yield `${columns.map(([name]) => name).join(',')}\r\n`;
  for (const picture of pictures) yield `${columns.map(([, , of]) => field(of(picture))).join(',')}\r\n`;
}

/** What the description needs to know that the dataset does not say. */
export interface CroissantOptions {
  /** Date of publication, YYYY-MM-DD. */
  readonly published: string;
  /** Address of the dataset's licence; default: what its card says. */
  readonly licence?: string | undefined;
  /** Address of the dataset; default: the digest as a name. */
  readonly url?: string | undefined;
  /** SHA-256 of the table. */
  readonly tableSha256: string;
}

/** The context of Croissant 1.0, as its specification gives it. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataBiases: 'cr:dataBiases',
  dataCollection: 'cr:dataCollection',
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  personalSensitiveInformation: 'cr:personalSensitiveInformation',
  rai: 'http://mlcommons.org/croissant/RAI/',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
} as const;

/** Names of a dataset's licence as addresses, where they are SPDX identifiers. */
const addressOf = (licence: string): string =>
  /^https?:/.test(licence) || !/^[A-Za-z0-9.+-]+$/.test(licence)
    ? licence
    : `https://spdx.org/licenses/${licence}.html`;

/** The description. */
export function croissant(
  { name, pictures, refused, sha256, card }: Dataset,
  { published, licence = card.licence, url = `urn:sha256:${sha256}`, tableSha256 }: CroissantOptions,
): object {
  // A dataset that is named by its folder keeps only the folder's own name.
  const title = basename(name.replace(/^[a-z0-9]+:\/\//, '').replace(/\/+$/, '')) || 'dataset';
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: title,
    description:
      `${pictures.length} pictures${refused.length > 0 ? `; ${refused.length} further files could not be read` : ''}. ${card.notes}`.trim(),
    license: addressOf(licence),
    url,
    version: `1.0.0+${sha256.slice(0, 12)}`,
    datePublished: published,
    identifier: `sha256:${sha256}`,
    citeAs: `${title}, sha256 ${sha256} over the sorted lines (id, label, group, sha256 of the file)`,
    distribution: [
      {
        '@type': 'cr:FileObject',
        '@id': tableName,
        name: tableName,
        description: 'One line for each picture.',
        contentUrl: tableName,
        encodingFormat: 'text/csv',
        sha256: tableSha256,
      },
    ],
    recordSet: [
      {
        '@type': 'cr:RecordSet',
        '@id': 'pictures',
        name: 'pictures',
        key: { '@id': 'pictures/id' },
        field: columns.map(([column, meaning]) => ({
          '@type': 'cr:Field',
          '@id': `pictures/${column}`,
          name: column,
          description: meaning,
          dataType: 'sc:Text',
          source: { fileObject: { '@id': tableName }, extract: { column } },
        })),
      },
    ],
  };
}

/** SHA-256 of the table's lines. */
export function tableDigest(pictures: readonly Picture[]): string {
  const digest = createHash('sha256');
  for (const line of tableLines(pictures)) digest.update(line);
  return digest.digest('hex');
}
