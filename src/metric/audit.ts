/**
 * How many entries an insider can hide in a list that can be read: an auditor checks the originals of some entries, drawn at random, and
 * finds a hidden target when one is among them. Drawing without replacement, so hypergeometric.
 */

/** Probability that an audit of that many entries finds at least one of the hidden ones. All three are counts; hidden, audited <= entries. */
export function auditPower(entries: number, hidden: number, audited: number): number {
  let missed = 1;
  for (let i = 0; i < hidden && missed > 0; i++) missed *= Math.max(0, (entries - audited - i) / (entries - i));
  return 1 - missed;
}

/** The most entries that can be hidden so that the audit finds one of them with a probability below `power`; about 3 entries / audited. */
export function hideable(entries: number, audited: number, power = 0.95): number {
  let [low, high] = [0, entries + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (auditPower(entries, middle, audited) < power) low = middle;
    else high = middle;
  }
  return low;
}

/** Share of a readable list whose originals an auditor checks: an assumption, said wherever the number is shown. */
export const auditedShare = 0.1;
