/**
 * One attack on one picture, inside a worker: it asks, counts what was asked, and keeps numbers. Altered pictures live in this file's
 * closures until they are scored; none leaves it.
 */
import { boundary } from '../../attack/boundary.ts';
import type { Altered, CosineSpace } from '../../attack/cosine-space.ts';
import type { Margin } from '../../attack/goal.ts';
import { nes } from '../../attack/nes.ts';
import type { Search, SearchLimits } from '../../attack/search.ts';
import { simba } from '../../attack/simba.ts';
import { decode } from '../../image/decode.ts';
import { toLuma } from '../../image/luma.ts';
import type { Raster } from '../../image/raster.ts';
import { messengerFile } from '../../image/transform/messenger.ts';
import { withChannels } from '../../image/transform/pixels.ts';
import { ssim } from '../../metric/ssim.ts';
import type { AttackSpec } from '../../schema/evasion.ts';
import type { AttemptRow, ScoredAlteration } from '../../schema/evasion-rows.ts';
import type { Rng } from '../../util/rng.ts';

/** What is attacked. */
export interface Subject {
  readonly picture: Raster;
  readonly space: CosineSpace;
  /** Distance to an entry in bits, or score of a label. */
  measure(image: Raster): number | Promise<number>;
  readonly margin: Margin;
}

/** What the attacker may spend. */
export interface Budget {
  readonly queries: number;
  /** Budgets of L2, ascending; nothing beyond the last one counts. */
  readonly l2: readonly number[];
}

/** A picture that may still be scored. */
interface Kept extends Altered {
  readonly queries: number;
  readonly measure: number;
}

/** What came of an attack. */
export type Attempt = Pick<AttemptRow, 'attack' | 'queries' | 'wins' | 'shortest' | 'within'>;

function searchOf(spec: AttackSpec, limits: SearchLimits, rng: Rng): Search {
  switch (spec.attack) {
    case 'nes':
      return nes(limits, rng, spec);
    case 'simba':
      return simba(limits, rng, spec);
    case 'boundary':
      return boundary(limits, rng, spec);
  }
}

/** Runs the attack until its queries are spent, and scores what it reached. */
export async function attempt(subject: Subject, spec: AttackSpec, budget: Budget, rng: Rng): Promise<Attempt> {
  const { space, measure, margin } = subject;
  const cap = budget.l2.at(-1)!;
  const search = searchOf(spec, { dimensions: space.dimensions, radius: 255 * cap, queries: budget.queries }, rng);
  const within = budget.l2.map((): Kept | null => null);
  const wins: [queries: number, l2: number][] = [];
  let shortest: Kept | null = null;
  let queries = 0;
  for (let next = search.next(); !next.done && queries < budget.queries; ) {
    const altered = space.alter(next.value);
    queries++;
    const value = await measure(altered.image);
    const gained = margin(value);
    const kept: Kept = { ...altered, queries, measure: value };
    budget.l2.forEach((most, i) => {
      const before = within[i];
      if (kept.l2 <= most && (!before || gained > margin(before.measure))) within[i] = kept;
    });
    if (gained > 0 && kept.l2 <= cap && (!shortest || kept.l2 < shortest.l2)) {
      shortest = kept;
      wins.push([queries, short(kept.l2)]);
    }
    // A decision-based attack is told no more than yes or no.
    next = search.next(spec.attack === 'boundary' ? (gained > 0 ? 1 : -1) : gained);
  }
  // One picture may be the furthest within several budgets.
  const scores = new Map<Kept, Promise<ScoredAlteration>>();
  const score = async (kept: Kept | null): Promise<ScoredAlteration | null> => {
    if (!kept) return null;
    const known = scores.get(kept) ?? scored(kept, subject);
    scores.set(kept, known);
    return known;
  };
  return {
    attack: spec.attack,
    queries,
    wins,
    shortest: await score(shortest),
    within: await Promise.all(within.map(score)),
  };
}

async function scored({ image, queries, l2, measure }: Kept, subject: Subject): Promise<ScoredAlteration> {
  const { width, height } = image;
  return {
    queries,
    l2: short(l2),
    measure: short(measure),
    ssim: short(ssim(toLuma(subject.picture).data, toLuma(image).data, width, height)),
    afterMessenger: short(await subject.measure(await afterMessenger(image))),
  };
}

/** The picture as it arrives: through one JPEG, as a messenger sends it. */
export const afterMessenger = async (image: Raster): Promise<Raster> =>
  withChannels(await decode(await messengerFile(image)), image.channels);

/** Six digits: what other backends agree on, and what a record needs. */
export const short = (value: number): number => Math.round(value * 1e6) / 1e6;
