/**
 * Natural evolution strategies: the gradient of a score is estimated from antithetic Gaussian probes, and climbed. Wierstra et al.,
 * "Natural evolution strategies" (JMLR 2014); as an attack Ilyas, Engstrom, Athalye & Lin, "Black-box adversarial attacks with limited
 * queries and information" (ICML 2018).
 */
import { normalVariate } from '../util/normal.ts';
import type { Rng } from '../util/rng.ts';
import { norm, ofLength, type Part, type Search, type SearchLimits, shortened, within } from './search.ts';

/** How NES probes and steps. */
interface NesSettings {
  /** Antithetic pairs for one estimate of the gradient. */
  readonly pairs: number;
  /** Root mean square of a probe, in grey levels; grows where most pairs score alike on both sides, as hashes make them. */
  readonly probe: number;
  /** Length of a step, in grey levels. */
  readonly step: number;
  /** Share of the last estimate that a new one keeps. */
  readonly momentum: number;
}

/** Steps without success after which the way back begins again. */
const patience = 4;

/**
 * Out: climb, within the radius, until the goal is reached, then on for half of the queries. Back: climb on ever smaller spheres, from the
 * first winner.
 */
export function* nes(limits: SearchLimits, rng: Rng, settings: NesSettings): Search {
  const { dimensions, radius, queries } = limits;
  const climb = climber(limits, rng, settings);
  const perStep = 2 * settings.pairs + 1;
  let at: Float64Array = new Float64Array(dimensions);
  let winner: Float64Array | undefined;
  for (let asked = 0; winner === undefined || asked < queries / 2; asked += perStep) {
    at = within(sum(at, ofLength(yield* climb(at), settings.step)), radius);
    if ((yield at) > 0) winner ??= yield* shortened(at);
  }
  for (let misses = 0; ; misses++) {
    if (misses % patience === 0) at = winner;
    // A sphere that was not reached was too small.
    const length: number = norm(winner) * (misses < patience ? 0.95 : 0.99);
    const start = ofLength(at, length);
    at = ofLength(sum(start, ofLength(yield* climb(start), Math.min(settings.step, length / 4))), length);
    if ((yield at) > 0) {
      winner = yield* shortened(at, 0.8 * length);
      misses = -1;
    }
  }
}

/** Estimates the direction in which the margin grows at a place: a running mean over calls. */
function climber({ dimensions, radius }: SearchLimits, rng: Rng, { pairs, probe, momentum }: NesSettings) {
  let direction: Float64Array = new Float64Array(dimensions);
  let reach = probe;
  return function* (at: Float64Array): Part<Float64Array> {
    const fresh = new Float64Array(dimensions);
    let differing = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const way = ofLength(
        Float64Array.from(at, () => normalVariate(rng)),
        reach,
      );
      const difference = (yield sum(at, way)) - (yield sum(at, way, -1));
      if (difference !== 0) differing++;
      for (let i = 0; i < dimensions; i++) fresh[i]! += difference * way[i]!;
    }
    if (differing < pairs / 2) reach = Math.max(probe, Math.min(radius, 1.5 * reach));
    else if (differing > 0.9 * pairs) reach = Math.max(probe, reach / 1.5);
    direction = sum(ofLength(fresh, 1 - momentum), ofLength(direction, momentum));
    return direction;
  };
}

/** a + factor × b. */
const sum = (a: Float64Array, b: Float64Array, factor = 1): Float64Array => a.map((each, i) => each + factor * b[i]!);
