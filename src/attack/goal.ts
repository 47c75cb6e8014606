/** What an attacker is after, as a margin that a search climbs: above 0 when it is reached. */

/** What a target says of a picture (a distance in bits, or a score) to the margin. */
export type Margin = (measure: number) => number;

/** Away from an entry: the distance exceeds the threshold. */
export const evade =
  (threshold: number): Margin =>
  (distanceBits) =>
    distanceBits - threshold;

/** Onto an entry: the distance is at most the threshold. */
export const collide =
  (threshold: number): Margin =>
  (distanceBits) =>
    threshold + 1 - distanceBits;

/** Scores nearer to 0 or 1 than this are alike. */
const nearest = 1e-9;

/** Log-odds: a score near 1 hardly moves where its odds still do. */
const logOdds = (score: number): number => {
  const clipped = Math.min(1 - nearest, Math.max(nearest, score));
  return Math.log(clipped / (1 - clipped));
};

/** Out of a label: its score falls below the threshold. In log-odds. */
export const unlabel =
  (threshold: number): Margin =>
  (score) =>
    logOdds(threshold) - logOdds(score);
