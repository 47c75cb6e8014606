/** Amount of work of an experiment on hashes. */
import type { SetFacts } from '../../schema/edit-preset.ts';
import type { Extent } from '../kind.ts';

/** Names the hashes of an experiment anew. */
export const namedHashes = <E extends { readonly hashes: readonly string[] }>(
  experiment: E,
  nameOf: (name: string) => string,
): E => ({ ...experiment, hashes: experiment.hashes.map(nameOf) });

/** The extent; `sets` are the edits, `edits` their number. */
export function hashExtent(
  { kind, hashes }: { readonly kind: string; readonly hashes: readonly string[] },
  sets: readonly SetFacts[],
  edits: number,
): Extent {
  const cells =
    hashes.length *
    Math.max(
      1,
      sets.reduce((sum, set) => sum + set.edits.length, 0),
    );
  return {
    facts: [
      ['kind', kind],
      ['hashes', `${hashes.length}: ${hashes.join(', ')}`],
      ...sets.map((set): [string, string] => [
        'edits',
        `${set.name}: ${set.edits.map(({ title }) => title).join(', ')}`,
      ]),
      ['cells', cells],
    ],
    json: { kind, hashes, sets, cells },
    hashes: hashes.length,
    edits,
    strategies: 0,
  };
}
