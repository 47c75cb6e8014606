/**
 * Split views of a list: a share f of the clients is given another list than the rest, and g clients, drawn at random, compare what they
 * hold with a witness of the list that everybody should have.
 */

/** Probability that at least one of the clients holds the other list: 1 − (1 − f)^g. */
export const gossipDetection = (share: number, clients: number): number => -Math.expm1(clients * Math.log1p(-share));

/** The fewest clients with which a split is noticed with that probability; Infinity where nobody is given another list. */
export const gossipClients = (share: number, power = 0.95): number =>
  share <= 0 ? Infinity : share >= 1 ? 1 : Math.ceil(Math.log1p(-power) / Math.log1p(-share) - 1e-9);
