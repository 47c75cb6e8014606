/**
 * What a query-based attack is here: a search over coefficients of a perturbation that never holds a picture. It yields coefficients,
 * and gets the result for each changed picture. The caller counts the queries, and stops the search by not continuing it.
 */

/**
 * A search. It yields coefficients of a perturbation (see cosine-space.ts; their Euclidean norm is the perturbation's root mean square, in
 * grey levels) and receives the margin: above 0 when the attacker's goal is reached. Score-based attacks use its size, decision-based
 * ones its sign alone.
 */
export type Search = Generator<Float64Array, void, number>;

/** A part of a search, which gives a result to the rest of it. */
export type Part<T> = Generator<Float64Array, T, number>;

/** Where a search may look. */
export interface SearchLimits {
  /** Number of coefficients. */
  readonly dimensions: number;
  /** Largest root mean square of a perturbation, in grey levels. */
  readonly radius: number;
  /** Queries that the attacker has: searches divide them into ways out and back, and are stopped when they are spent. */
  readonly queries: number;
}

/** Euclidean norm. */
export const norm = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0));

/** The vector at another length; a vector of 0 stays. */
export function ofLength(vector: Float64Array, length: number): Float64Array {
  const now = norm(vector);
  return now === 0 ? vector : vector.map((each) => (each * length) / now);
}

/** The vector where it is within the radius, else shortened to it. */
export const within = (vector: Float64Array, radius: number): Float64Array =>
  norm(vector) > radius ? ofLength(vector, radius) : vector;

/** The shortest vector of this direction that still wins, to `precision` of its length: bisection between `low`, which loses, and the whole. */
export function* shortened(winning: Float64Array, low = 0, precision = 0.02): Part<Float64Array> {
  let [losing, best] = [low, norm(winning)];
  let found = winning;
  while (best - losing > precision * best) {
    const middle = (losing + best) / 2;
    const tried = ofLength(winning, middle);
    if ((yield tried) > 0) [best, found] = [middle, tried];
    else losing = middle;
  }
  return found;
}
