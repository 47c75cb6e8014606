/** The pictures of a hash-leakage run, by source and id. */
import type { HashLeakageMetrics } from '../../../schema/hash-leakage-metrics.ts';
import type { HashLeakPicturesRow, HashLeakSource } from '../../../schema/hash-leakage-rows.ts';

/** What scores need to know of a picture. */
export interface Picture {
  readonly group: string;
  readonly topic: string;
}

/** Looks a picture up. A picture that no row names is damage of the run's file. */
export function pictureLookup(rows: readonly HashLeakPicturesRow[]): (source: HashLeakSource, id: string) => Picture {
  const known = new Map<string, Picture>();
  for (const { source, picture, group, topic } of rows)
    for (const [i, id] of picture.entries()) known.set(`${source}\n${id}`, { group: group[i]!, topic: topic[i]! });
  return (source, id) => {
    const found = known.get(`${source}\n${id}`);
    if (!found) throw new Error(`No row tells of picture ${id} of the ${source}`);
    return found;
  };
}

/** How many pictures, groups and topics each source has. */
export function sourceCounts(rows: readonly HashLeakPicturesRow[]): HashLeakageMetrics['dataset']['sources'] {
  return [...new Set(rows.map(({ source }) => source))].map((source) => {
    const of = rows.filter((row) => row.source === source);
    const parts = of.flatMap(({ part }) => part);
    const count = (wanted: string): number => parts.filter((part) => part === wanted).length;
    return {
      source,
      pictures: { training: count('training'), validation: count('validation'), test: count('test') },
      groups: new Set(of.flatMap(({ group }) => group)).size,
      topics: new Set(of.flatMap(({ topic }) => topic)).size,
    };
  });
}
