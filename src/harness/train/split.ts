/** Train, validation and test: whole groups, drawn within each label, so that no source picture is on two sides and every label is on all. */
import { groupsOf } from '../../dataset/groups.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';

/** The three parts. */
export interface Parts<P> {
  readonly train: readonly P[];
  /** Stops the training early and sets the temperature. */
  readonly validation: readonly P[];
  /** Scored by a training once, at its end. */
  readonly test: readonly P[];
}

/** Names of the parts, in their order. */
export const partNames = ['train', 'validation', 'test'] as const;

/** Shares of the groups of a label, in (0, 1); the rest is for testing. */
export const shares = { train: 0.6, validation: 0.15 } as const;

/** A label with fewer groups cannot be on all three sides. */
export const fewestGroups = 3;

/**
 * Splits pictures by group. A group with several labels goes where the label of its first picture goes. A UserError where a label has too
 * few groups. Pure: the order of the pictures does not matter, the parts are sorted by id.
 */
export function splitByGroup<P extends { readonly id: string; readonly group: string; readonly topic: string }>(
  pictures: readonly P[],
  { seed, train = shares.train, validation = shares.validation }: { seed: number; train?: number; validation?: number },
): Parts<P> {
  const sorted = [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
  const byLabel = new Map<string, P[][]>();
  for (const group of groupsOf(sorted).values()) {
    const { topic } = group[0]!;
    byLabel.set(topic, [...(byLabel.get(topic) ?? []), group]);
  }
  const parts = { train: [] as P[], validation: [] as P[], test: [] as P[] };
  for (const [label, groups] of [...byLabel].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const n = groups.length;
    if (n < fewestGroups)
      throw new UserError(
        `The label '${label}' has ${n} source picture${n === 1 ? '' : 's'}: to be trained, stopped and tested it needs at least ${fewestGroups}`,
      );
    const shuffled = seededRng(seed, `train split/${label}`).shuffle(groups);
    // At least one group on each side, however small the label.
    const first = Math.min(n - 2, Math.max(1, Math.round(n * train)));
    const second = Math.min(n - 1, Math.max(first + 1, Math.round(n * (train + validation))));
    parts.train.push(...shuffled.slice(0, first).flat());
    parts.validation.push(...shuffled.slice(first, second).flat());
    parts.test.push(...shuffled.slice(second).flat());
  }
  for (const name of partNames) parts[name].sort((a, b) => (a.id < b.id ? -1 : 1));
  return parts;
}
