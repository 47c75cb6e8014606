/**
 * Whether packets that look the same tell a role which messages match: only if all messages that look the same have the same outcome, and
 * others have not. A role that sees the messages of several cohorts compares all of them.
 */
import type { AlikeMessages } from '../schema/observation.ts';

/** The groups of messages that tell their outcome. */
export function telling<G extends { readonly matched: number }>(groups: readonly G[], size: (group: G) => number): G[] {
  const differ = groups.some(({ matched }) => matched > 0) && groups.some((each) => each.matched < size(each));
  const isPure = (each: G): boolean => each.matched === 0 || each.matched === size(each);
  return differ && groups.length > 1 ? groups.filter(isPure) : [];
}

/** The messages of several cohorts that look the same, together. */
export function joinAlike(
  groups: readonly AlikeMessages[] = [],
  more: readonly AlikeMessages[] = [],
): readonly AlikeMessages[] {
  const joined = new Map(groups.map((each) => [each.packets, each]));
  for (const each of more) {
    const known = joined.get(each.packets);
    joined.set(
      each.packets,
      known
        ? {
            packets: each.packets,
            messages: known.messages + each.messages,
            matched: known.matched + each.matched,
            more: known.more + each.more,
            outside: known.outside + each.outside,
          }
        : each,
    );
  }
  return [...joined.values()];
}

/** What a role finds by comparing messages, beyond what packets say by themselves: add it to `found` and `outside` of the cohorts' rows. */
export function foundByComparing(groups: readonly AlikeMessages[]): {
  readonly found: number;
  readonly outside: number;
} {
  const told = telling(groups, ({ messages }) => messages);
  return {
    found: told.reduce((sum, { more }) => sum + more, 0),
    outside: told.reduce((sum, { outside }) => sum + outside, 0),
  };
}
