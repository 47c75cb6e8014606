/**
 * SimBA: one cosine at a time is added or taken away, and kept where the score falls. Guo, Gardner, You, Wilson & Weinberger, "Simple
 * black-box adversarial attacks" (ICML 2019), in its DCT variant.
 */
import type { Rng } from '../util/rng.ts';
import { norm, type Search, type SearchLimits, shortened, within } from './search.ts';

/** How SimBA steps. */
interface SimbaSettings {
  /** Change of one coefficient in the first round, in grey levels. */
  readonly step: number;
}

/**
 * Out: rounds over all coefficients in random order, with steps twice as large in each, until the goal is reached, then on for half of the
 * queries. Back: coefficients of the first winner are halved as long as it wins.
 */
export function* simba({ dimensions, radius, queries }: SearchLimits, rng: Rng, { step }: SimbaSettings): Search {
  const order = Array.from({ length: dimensions }, (_, i) => i);
  let at: Float64Array = new Float64Array(dimensions);
  let best = yield at;
  let asked = 1;
  let winner: Float64Array | undefined;
  // Steps about as long as the whole way reveal nothing: then small ones again, from where the search is.
  out: for (let size = step; ; size = size > radius / 4 ? step : 2 * size)
    for (const i of rng.shuffle(order))
      for (const change of rng.shuffle([size, -size])) {
        if (winner !== undefined && asked >= queries / 2) break out;
        const tried = within(changed(at, i, at[i]! + change), radius);
        const margin = yield tried;
        asked++;
        if (margin <= best) continue;
        [at, best] = [tried, margin];
        if (best > 0) winner ??= at;
        break;
      }
  for (;;) {
    const before = norm(winner);
    for (const i of rng.shuffle(order.filter((each) => winner![each] !== 0))) {
      const tried: Float64Array = changed(winner, i, Math.abs(winner[i]!) < step / 2 ? 0 : winner[i]! / 2);
      if ((yield tried) > 0) winner = tried;
    }
    winner = yield* shortened(winner, 0.9 * norm(winner));
    if (norm(winner) === before) return;
  }
}

const changed = (vector: Float64Array, i: number, value: number): Float64Array => {
  const out = vector.slice();
  out[i] = value;
  return out;
};
