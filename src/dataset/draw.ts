/**
 * Draws from a listing that may be much longer than the memory. Every group has a number, SHA-256 of the seed and its name; the groups with
 * the smallest numbers are kept. So whole groups are drawn, in one pass, whatever the order of the listing.
 */
import { keyedNumber } from './keyed.ts';
import type { FoundPicture, Listing } from './listing.ts';
import { compare, type Refusal } from './refusal.ts';

/** The number of pictures that a run uses at most, and the seed of the draw. */
export interface Draw {
  readonly seed: number;
  readonly limit: number;
}

/**
 * Number of pictures that are examined for a limit. There are more than the run uses, because it chooses from them by topic and kind, and
 * because some are refused. A dataset of this size or smaller is examined as a whole.
 */
const examinedFor = (limit: number): number => Math.max(10_000, 10 * limit);

/** Maximum number of refusals of a long listing that are kept; the others are counted. */
const mostRefused = 1000;

/** The drawn part of a listing. */
interface Drawn {
  readonly found: readonly FoundPicture[];
  readonly refused: readonly Refusal[];
  readonly notices: readonly string[];
}

/** Reads a whole listing and keeps the groups with the smallest numbers, as many as fit. Memory: what the limit needs, twice. */
export async function drawFrom(listing: Listing, { seed, limit }: Draw): Promise<Drawn> {
  const most = examinedFor(limit);
  // A group that is larger than everything that is examined is left out; the draw begins again without it.
  const tooLarge = new Set<string>();
  for (;;) {
    const before = tooLarge.size;
    const drawn = await pass(listing, { seed, most }, tooLarge);
    if (tooLarge.size === before) return drawn;
  }
}

/** A group, with its number. */
interface Candidate {
  readonly group: string;
  readonly key: number;
  readonly found: FoundPicture[];
}

async function pass(
  listing: Listing,
  { seed, most }: { readonly seed: number; readonly most: number },
  tooLarge: Set<string>,
): Promise<Drawn> {
  let kept = new Map<string, Candidate>();
  let bound = Number.POSITIVE_INFINITY;
  const refused: Refusal[] = [];
  let [held, listed, refusals] = [0, 0, 0];
  const shrink = (): void => {
    const order = [...kept.values()].sort((a, b) => a.key - b.key || compare(a.group, b.group));
    let fits = 0;
    held = 0;
    while (fits < order.length && held + order[fits]!.found.length <= most) held += order[fits++]!.found.length;
    bound = order[fits]?.key ?? bound;
    kept = new Map(order.slice(0, fits).map((each) => [each.group, each]));
  };
  for await (const entry of listing.entries()) {
    if ('reason' in entry) {
      if (refusals++ < mostRefused) refused.push(entry);
      continue;
    }
    listed++;
    const { group } = entry;
    const key = keyedNumber(seed, 'draw', group);
    if (key >= bound || tooLarge.has(group)) continue;
    const candidate = kept.get(group);
    if (candidate) candidate.found.push(entry);
    else kept.set(group, { group, key, found: [entry] });
    if (candidate && candidate.found.length > most) tooLarge.add(group);
    if (++held > 2 * most) shrink();
  }
  if (held > most) shrink();
  const notices = [
    ...(held < listed
      ? [`${held} of ${listed} listed pictures were drawn by the seed, in whole groups, and only these were examined.`]
      : []),
    ...(refusals > mostRefused
      ? [`${refusals} entries of the list were refused; the first ${mostRefused} of them are named.`]
      : []),
  ];
  return { found: [...kept.values()].flatMap(({ found }) => found), refused, notices };
}
