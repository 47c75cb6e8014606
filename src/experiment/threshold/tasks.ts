/** Accounts as counts: each is drawn by itself, and tallied with those that came out alike. */
import { betaVariate, binomialVariate, gammaVariate, rareBinomialVariate } from '../../metric/random.ts';
import type { AccountsRow } from '../../schema/account-rows.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import { type CountCell, detectionShape, heldOf, type InnocentCell, type OffenderCell } from './cells.ts';

/** One batch of a cell. */
export interface AccountsTask {
  readonly seed: number;
  readonly cell: CountCell;
  readonly batch: number;
  readonly accounts: number;
}

/** An account: how many pictures, and how many of them match or open. */
type Draw = () => readonly [pictures: number, matches: number];

/** Draws a batch of accounts. */
export function simulateAccounts({ seed, cell, batch, accounts }: AccountsTask): AccountsRow {
  const rng = seededRng(seed, `accounts/${cell.id}/${batch}`);
  const draw = drawOf(cell, rng);
  const tally = new Map<number, number>();
  for (let i = 0; i < accounts; i++) {
    const [pictures, matches] = draw();
    const key = pictures * 0x100_0000 + matches;
    tally.set(key, (tally.get(key) ?? 0) + 1);
  }
  return {
    row: 'accounts',
    cell: cell.id,
    batch,
    accounts,
    tally: [...tally]
      .sort(([a], [b]) => a - b)
      .map(([key, count]) => [Math.floor(key / 0x100_0000), key % 0x100_0000, count]),
  };
}

function drawOf(cell: CountCell, rng: Rng): Draw {
  if (cell.kind === 'offender') return offender(cell, rng);
  if (cell.kind === 'innocent') return innocent(cell, rng);
  const { pictures, matches, syntheticShare } = cell;
  return () => [pictures, matches + binomialVariate(pictures - matches, syntheticShare, rng)];
}

function offender({ held, detection }: OffenderCell, rng: Rng): Draw {
  const drawHeld = indexVariate(heldOf(held).weights, rng);
  const shape = detectionShape(detection);
  return () => {
    const pictures = 1 + drawHeld();
    const rate = shape ? betaVariate(shape[0], shape[1], rng) : detection.rate;
    return [pictures, binomialVariate(pictures, rate, rng)];
  };
}

function innocent({ pictures, falseMatch: { rate }, spread, bursts }: InnocentCell, rng: Rng): Draw {
  if (bursts) {
    const single = pictures - bursts.count * bursts.size;
    return () => [
      pictures,
      bursts.size * rareBinomialVariate(bursts.count, rate, rng) + rareBinomialVariate(single, rate, rng),
    ];
  }
  if (spread === 0) return () => [pictures, rareBinomialVariate(pictures, rate, rng)];
  // Gamma of mean 1 and that coefficient of variation.
  const shape = 1 / spread ** 2;
  return () => [pictures, rareBinomialVariate(pictures, Math.min(1, (rate * gammaVariate(shape, rng)) / shape), rng)];
}

/** Draws an index with the probability of its weight: by the inverse of the distribution function, halving. */
export function indexVariate(weights: Float64Array, rng: Rng): () => number {
  let sum = 0;
  const below = weights.map((weight) => (sum += weight));
  return () => {
    const u = rng.next() * sum;
    let [low, high] = [0, below.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (below[middle]! <= u) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
