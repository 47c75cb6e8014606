/** Hashes of photographs that are not there themselves: read from a CSV file, and kept as one row. */
import { isAbsolute, resolve } from 'node:path';
import { projectRoot } from '../../disk/project.ts';
import { readIfThere } from '../../disk/read.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { sha256Hex } from '../../util/digest.ts';
import { MissingError, UserError } from '../../util/errors.ts';
import type { EqualityExperiment } from './experiment.ts';
import type { EqualityUnrelatedRow } from './rows.ts';
import { tableSource } from './score-sources.ts';

/** The registered hashes that are computed of every picture. */
export function hashesOf({ hashes, banded, families, unrelated, second }: EqualityExperiment): string[] {
  const fitted = new Set(families.map(({ name }) => name));
  const all = [
    ...hashes,
    ...banded.map(({ of }) => of),
    unrelated.apart.hash,
    ...second.checks.map(({ hash }) => hash),
  ];
  return [...new Set(all)].filter((name) => !fitted.has(name));
}

/** Hashes of consecutive pictures in one row; one below the least quality is written as zeros, and named. */
export function unrelatedRow(
  source: string,
  from: number,
  pictures: number,
  all: Readonly<Record<string, readonly (string | null)[]>>,
): EqualityUnrelatedRow {
  return {
    row: 'equality-unrelated',
    source,
    from,
    pictures,
    hashes: Object.fromEntries(
      Object.entries(all).map(([name, texts]) => {
        const width = texts.find((each) => each !== null)?.length ?? 0;
        return [
          name,
          {
            hex: texts.map((each) => each ?? '0'.repeat(width)).join(''),
            none: texts.flatMap((each, i) => (each === null ? [from + i] : [])),
          },
        ];
      }),
    ),
  };
}

/** The table of hashes of more pictures. A MissingError where there is none, a UserError where it is none. */
export async function readTable(
  experiment: EqualityExperiment,
  limit: number | undefined,
): Promise<{ sha256: string; row: EqualityUnrelatedRow } | undefined> {
  const name = experiment.unrelated.table;
  if (name === undefined) return undefined;
  const path = isAbsolute(name) ? name : resolve(projectRoot, name);
  const text = await readIfThere(path);
  if (text === undefined) throw new MissingError(`No table of hashes in ${path}; name a CSV file at /unrelated/table`);
  const [head, ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const wanted = hashesOf(experiment);
  const columns = head!.flatMap((title, at) => {
    const hash = title.replaceAll('_', '-');
    return wanted.includes(hash) ? [{ hash, at }] : [];
  });
  if (!columns.some(({ hash }) => hash === experiment.unrelated.apart.hash))
    throw new UserError(
      `${path} has no column ${experiment.unrelated.apart.hash}, by which copies are recognised; its columns are ${head!.join(', ')}`,
    );
  const kept = lines.slice(0, limit);
  const all = Object.fromEntries(
    columns.map(({ hash, at }) => {
      const { bits, minQuality } = hashFactsOf(hash, experiment);
      const quality = head!.indexOf(`${head![at]}_quality`);
      return [
        hash,
        kept.map((cells, i) => {
          const hex = cells[at] ?? '';
          if (!new RegExp(`^[0-9a-f]{${bits / 4}}$`).test(hex))
            throw new UserError(`Line ${i + 2} of ${path} has no ${hash} of ${bits / 4} hexadecimal digits: '${hex}'`);
          return quality >= 0 && Number(cells[quality]) < minQuality ? null : hex;
        }),
      ];
    }),
  );
  return { sha256: sha256Hex(text), row: unrelatedRow(tableSource, 0, kept.length, all) };
}
