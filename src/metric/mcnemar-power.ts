/**
 * How many paired trials McNemar's test needs to notice that one detector got worse. By the formula of Connor, "Sample size for testing
 * differences in proportions for the paired-sample design" (Biometrics 1987), and exactly: the power of the exact two-sided test, summed
 * over the number of discordant pairs.
 */
import { logBinomialTail } from './binomial.ts';
import { mcnemarExact } from './paired-difference.ts';
import { logGamma, probit } from './special.ts';

/** Rates of discordant pairs: only the first detector is right, only the second. Their sum is at most 1. */
export interface Discordance {
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/** Two-sided level of the test, and the power that is wanted. */
interface TestDesign {
  readonly level: number;
  readonly power: number;
}

/** A test at 5 % with a power of 80 %. */
const usualDesign: TestDesign = { level: 0.05, power: 0.8 };

/** Pairs by Connor's formula; null where the rates do not differ, since then no number suffices. */
export function mcnemarSampleSize({ onlyFirst, onlySecond }: Discordance, design = usualDesign): number | null {
  const [sum, difference] = [onlyFirst + onlySecond, onlyFirst - onlySecond];
  if (difference === 0) return null;
  const spread = Math.sqrt(Math.max(0, sum - difference * difference));
  const root = (probit(1 - design.level / 2) * Math.sqrt(sum) + probit(design.power) * spread) / difference;
  return Math.ceil(root * root);
}

/** Power of the exact test with that many pairs: probability that its p-value is at most the level. */
export function mcnemarPower(pairs: number, { onlyFirst, onlySecond }: Discordance, level = usualDesign.level): number {
  const sum = onlyFirst + onlySecond;
  if (sum <= 0) return 0;
  const share = onlyFirst / sum;
  let power = 0;
  // Beyond ten standard deviations nothing is left to add.
  const reach = 10 * Math.sqrt(pairs * sum * (1 - sum)) + 10;
  const [from, to] = [Math.max(1, Math.floor(pairs * sum - reach)), Math.min(pairs, Math.ceil(pairs * sum + reach))];
  for (let discordant = from, critical = discordant; discordant <= to; discordant++) {
    critical = criticalCount(discordant, level, critical);
    const weight = binomialDensity(discordant, pairs, sum);
    if (weight === 0 || critical > discordant) continue;
    power += weight * (tail(discordant, critical, share) + tail(discordant, critical, 1 - share));
  }
  return Math.min(1, power);
}

/** The fewest pairs with the wanted power by the exact test; null where none up to `most` has it. */
export function mcnemarExactSize(rates: Discordance, design = usualDesign, most = 1e6): number | null {
  const guess = mcnemarSampleSize(rates, design);
  if (guess === null || guess > most) return null;
  const enough = (pairs: number): boolean => mcnemarPower(pairs, rates, design.level) >= design.power;
  let high = Math.max(2, guess);
  while (!enough(high)) {
    if (high >= most) return null;
    high = Math.min(2 * high, most);
  }
  let low = 1;
  // The power of a discrete test dips a little between steps; bisection finds one of the places where it is first reached.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Fewest successes of `discordant` at which the two-sided exact p-value is at most the level; discordant + 1 if there is none. */
function criticalCount(discordant: number, level: number, start: number): number {
  let count = Math.min(start, discordant + 1);
  const rejects = (k: number): boolean => mcnemarExact(k, discordant - k) <= level;
  while (count <= discordant && !rejects(count)) count++;
  while (count - 1 > discordant / 2 && rejects(count - 1)) count--;
  return count;
}

/** P(X >= k) for X ~ Binomial(n, p). */
const tail = (n: number, k: number, p: number): number =>
  p <= 0 ? 0 : p >= 1 ? 1 : Math.exp(logBinomialTail(k, n, p));

/** P(X = k) for X ~ Binomial(n, p). */
function binomialDensity(k: number, n: number, p: number): number {
  if (p >= 1) return k === n ? 1 : 0;
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p));
}
