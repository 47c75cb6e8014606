/**
 * Whether a message matched, guessed from what it looked like: a table of how often each look occurred among known matches and among
 * known others. What counts is the advantage, true-positive rate less false-positive rate, which does not depend on how rare matches are;
 * the best guess from a look is then whichever of the two it is likelier among. Of several ways of looking, from coarse to fine, the one
 * is taken that does best on known messages, each left out once.
 */
import type { Rng } from '../util/rng.ts';

/** A message as the attacker sees it. */
export interface Look {
  /** What it looks like, from coarse to fine: as many names for every message. */
  readonly looks: readonly string[];
  readonly matched: boolean;
}

/** The result of guessing. */
interface MatchGuesses {
  /** In the order of the test messages. */
  readonly guesses: readonly boolean[];
  /** Which way of looking was used, from 0; −1 where none revealed anything, and every guess is that nothing matched. */
  readonly used: number;
}

interface Tally {
  matched: number;
  other: number;
}

const totalsOf = (known: readonly Look[]): Tally => {
  const matched = known.filter((each) => each.matched).length;
  return { matched, other: known.length - matched };
};

/** Whether there are enough known messages of both kinds to learn from: with fewer even a label in the view could be luck. */
export const canLearn = (known: readonly Look[]): boolean => {
  const totals = totalsOf(known);
  return totals.matched >= 2 && totals.other >= 2 && 2 * spread(totals) < 1;
};

/** Guesses each test message from the known ones. */
export function guessMatches(known: readonly Look[], test: readonly Look[]): MatchGuesses {
  const ways = known[0]?.looks.length ?? 0;
  const totals = totalsOf(known);
  let [used, best] = [-1, 0];
  const tables = Array.from({ length: ways }, (_, way) => tallies(known, way));
  for (const [way, table] of tables.entries()) {
    const advantage = leftOut(known, table, totals, way);
    // An advantage must beat what luck gives: two standard errors of the difference of two rates.
    if (advantage > best && advantage > 2 * spread(totals)) [used, best] = [way, advantage];
  }
  if (used < 0) return { guesses: test.map(() => false), used };
  const table = tables[used]!;
  return { guesses: test.map(({ looks }) => likelier(table.get(looks[used]!), totals)), used };
}

/** The same after the known outcomes and the true ones were shuffled: whatever it still finds was never in the views. */
export function shuffledMatches(
  known: readonly Look[],
  test: readonly Look[],
  rng: Rng,
): MatchGuesses & { readonly truth: readonly boolean[] } {
  const dealt = (items: readonly Look[]): Look[] => {
    const outcomes = rng.shuffle(items.map(({ matched }) => matched));
    return items.map((each, i) => ({ ...each, matched: outcomes[i]! }));
  };
  const guessed = dealt(test);
  return { ...guessMatches(dealt(known), guessed), truth: guessed.map(({ matched }) => matched) };
}

function tallies(known: readonly Look[], way: number): Map<string, Tally> {
  const table = new Map<string, Tally>();
  for (const { looks, matched } of known) {
    const tally = table.get(looks[way]!) ?? { matched: 0, other: 0 };
    tally[matched ? 'matched' : 'other']++;
    table.set(looks[way]!, tally);
  }
  return table;
}

/** Whether a look is likelier among matches; one that was never seen is not. */
const likelier = (tally: Tally | undefined, totals: Tally): boolean =>
  tally !== undefined && tally.matched * totals.other > tally.other * totals.matched;

/** Advantage over the known messages, each guessed from all others. */
function leftOut(known: readonly Look[], table: ReadonlyMap<string, Tally>, totals: Tally, way: number): number {
  if (totals.matched < 2 || totals.other < 2) return 0;
  let [right, wrong] = [0, 0];
  for (const { looks, matched } of known) {
    const own = matched ? 'matched' : 'other';
    const less = (tally: Tally): Tally => ({ ...tally, [own]: tally[own] - 1 });
    if (!likelier(less(table.get(looks[way]!)!), less(totals))) continue;
    if (matched) right++;
    else wrong++;
  }
  return right / totals.matched - wrong / totals.other;
}

/** Standard error of the difference of two rates of one half. */
const spread = ({ matched, other }: Tally): number => Math.sqrt(0.25 / matched + 0.25 / other);
