/**
 * A decision-based attack: it only learns whether the goal is reached. Noise grows along random smooth directions until it is,
 * shortened by bisection, and then walked along the boundary towards the picture. Brendel, Rauber & Bethge, "Decision-based adversarial
 * attacks" (ICLR 2018), among low frequencies as Guo, Frank & Weinberger (UAI 2019).
 */
import { normalVariate } from '../util/normal.ts';
import type { Rng } from '../util/rng.ts';
import { norm, ofLength, type Part, type Search, type SearchLimits, shortened } from './search.ts';

/** How the walk begins. */
interface BoundarySettings {
  /** Random directions tried before the walk. */
  readonly directions: number;
}

/** Growth of noise from one query to the next. */
const growth = 1.5;

/** Uses the sign of the margin alone. */
export function* boundary({ dimensions, radius }: SearchLimits, rng: Rng, { directions }: BoundarySettings): Search {
  let winner: Float64Array | undefined;
  for (let i = 0; i < directions || winner === undefined; i++) {
    const found = yield* grown(randomDirection(dimensions, rng), winner ? norm(winner) : radius);
    if (found) winner = found;
  }
  for (let spread = 0.5; ; ) {
    const length = norm(winner);
    const aside = ofLength(randomDirection(dimensions, rng), spread * length);
    const tried: Float64Array = ofLength(
      winner.map((each, i) => each + aside[i]!),
      length * (1 - spread / 20),
    );
    const won = (yield tried) > 0;
    if (won) winner = tried;
    // About one step in four succeeds where the spread is right.
    spread = Math.min(1, Math.max(0.02, spread * (won ? 1.15 : 0.955)));
  }
}

/** The shortest noise along a direction that wins, if any shorter than `limit` does. */
function* grown(direction: Float64Array, limit: number): Part<Float64Array | undefined> {
  // Most directions are no better than the best so far: that is asked first.
  const farthest = ofLength(direction, 0.98 * limit);
  if ((yield farthest) <= 0) return undefined;
  let losing = 0;
  for (let length = 1; length < limit; length *= growth) {
    const tried = ofLength(direction, length);
    if ((yield tried) > 0) return yield* shortened(tried, losing);
    losing = length;
  }
  return farthest;
}

const randomDirection = (dimensions: number, rng: Rng): Float64Array =>
  Float64Array.from({ length: dimensions }, () => normalVariate(rng));
