/**
 * Fits the bits of equality hashes: of many projections those that together keep most edits of a picture equal for how few unrelated
 * pictures they leave equal, in the order in which they are chosen, so that a shorter hash is the beginning of a longer one. For
 * frequencies the projections are linear discriminants, as in models/lda-hash/fit.ts (Strecha et al. 2012); for an embedding they are the
 * random hyperplanes that the seed draws.
 */
import { discriminants, moments } from '../../metric/discriminants.ts';
import { seededRng } from '../../util/rng.ts';

/** Features of a calibration picture and of its edits. */
interface Calibration {
  readonly group: string;
  readonly original: Float64Array;
  readonly edits: readonly Float64Array[];
}

/** What is to be fitted. */
export interface FitInput {
  readonly seed: number;
  readonly family: string;
  /** Bits wanted. */
  readonly bits: number;
  /** Whether features are frequencies, of which discriminants are made; else they are candidates themselves. */
  readonly discriminant: boolean;
  readonly pictures: readonly Calibration[];
}

/** The bits, in the order of choice. */
export interface Fit {
  /** By bit: weights of the features, whole numbers to ±10,000; empty where features are candidates themselves. */
  readonly projections: number[][];
  /** By bit: place of the candidate. */
  readonly chosen: number[];
  readonly medians: number[];
}

/** Share of the pictures' own variance that is added to that of edits: few pictures stand for all. */
const ridge = 1e-3;
/** What an edit or a pair counts after each bit in which it differs: those that are almost equal guide the choice too. */
const discount = 0.2;
/** Pairs of unrelated pictures that the choice looks at. */
const mostPairs = 20_000;

/** Fits the bits. Throws a RangeError where fewer candidates than bits are there. */
export function fitBits({ seed, family, bits, discriminant, pictures }: FitInput): Fit {
  const projections = discriminant ? directions(pictures) : [];
  const values = (features: Float64Array): Float64Array =>
    discriminant ? Float64Array.from(projections, (each) => dot(each, features)) : features;
  const originals = pictures.map(({ original }) => values(original));
  const candidates = originals[0]?.length ?? 0;
  if (candidates < bits)
    throw new RangeError(`Expected at least ${bits} candidates for bits but received ${candidates}`);
  const medians = Array.from({ length: candidates }, (_, c) => {
    const sorted = Float64Array.from(originals, (each) => each[c]!).sort();
    return discriminant ? Math.round(sorted[sorted.length >> 1]!) : sorted[sorted.length >> 1]!;
  });
  const sides = (of: Float64Array): Uint8Array => Uint8Array.from(of, (value, c) => Number(value > medians[c]!));
  const own = originals.map(sides);
  const trials = pictures.flatMap(({ edits }, i) => edits.map((edit) => differing(own[i]!, sides(values(edit)))));
  const pairs = drawPairs(pictures, seededRng(seed, `pairs/${family}`)).map(([i, j]) => differing(own[i]!, own[j]!));
  const chosen = choose(candidates, bits, trials, pairs);
  return {
    projections: discriminant ? chosen.map((c) => projections[c]!) : [],
    chosen,
    medians: chosen.map((c) => medians[c]!),
  };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Linear discriminants of pictures against their edits, scaled to whole numbers so that every engine reads the same. */
function directions(pictures: readonly Calibration[]): number[][] {
  const length = pictures[0]?.original.length ?? 0;
  const mean = Float64Array.from({ length }, (_, i) =>
    pictures.reduce((sum, { original }) => sum + original[i]! / pictures.length, 0),
  );
  const between = moments(pictures.map(({ original }) => original.map((each, i) => each - mean[i]!)));
  const within = moments(
    pictures.flatMap(({ original, edits }) => edits.map((edit) => edit.map((each, i) => each - original[i]!))),
  );
  const most = Math.max(...between.map((row, i) => row[i]!));
  // A frequency that no calibration picture has (colour, of grey ones) still needs a positive variance.
  for (let i = 0; i < length; i++) within[i]![i]! += ridge * between[i]![i]! + 1e-9 * most;
  return discriminants(between, within).map((direction) => {
    const largest = Math.max(...direction.map(Math.abs));
    return Array.from(direction, (each) => Math.round((each / largest) * 1e4));
  });
}

/** 1 where two pictures lie on different sides. */
const differing = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((side, c) => side ^ b[c]!);

/** Pairs of pictures of different groups: all, or as many as are looked at. */
function drawPairs(pictures: readonly Calibration[], rng: ReturnType<typeof seededRng>): [number, number][] {
  const n = pictures.length;
  const apart = (i: number, j: number): boolean => pictures[i]!.group !== pictures[j]!.group;
  if ((n * (n - 1)) / 2 <= mostPairs)
    return pictures.flatMap((_, i) =>
      Array.from({ length: i }, (_, j): [number, number] => [i, j]).filter(([a, b]) => apart(a, b)),
    );
  return Array.from({ length: mostPairs }, (): [number, number] => [rng.int(n), rng.int(n)]).filter(
    ([i, j]) => i !== j && apart(i, j),
  );
}

/** Greedy: each time the bit that parts most of what is left of the pairs for how much of the edits it loses. */
function choose(
  candidates: number,
  bits: number,
  trials: readonly Uint8Array[],
  pairs: readonly Uint8Array[],
): number[] {
  const [kept, left] = [new Float64Array(trials.length).fill(1), new Float64Array(pairs.length).fill(1)];
  const chosen: number[] = [];
  const taken = new Set<number>();
  while (chosen.length < bits) {
    const [lost, parted] = [sharesDiffering(trials, kept, candidates), sharesDiffering(pairs, left, candidates)];
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < candidates; c++) {
      if (taken.has(c)) continue;
      const fewer = -Math.log1p(-(1 - discount) * parted[c]!);
      // A little beside the loss, or a bit that loses nothing would be worth anything.
      const score = fewer / (1e-3 - Math.log1p(-(1 - discount) * lost[c]!));
      if (score > most) [best, most] = [c, score];
    }
    chosen.push(best);
    taken.add(best);
    trials.forEach((each, i) => {
      if (each[best]) kept[i]! *= discount;
    });
    pairs.forEach((each, i) => {
      if (each[best]) left[i]! *= discount;
    });
  }
  return chosen;
}

/** By candidate: weight of those that it tells apart, of the weight of all. */
function sharesDiffering(of: readonly Uint8Array[], weights: Float64Array, candidates: number): Float64Array {
  const sums = new Float64Array(candidates);
  let total = 0;
  of.forEach((each, i) => {
    const weight = weights[i]!;
    total += weight;
    for (let c = 0; c < candidates; c++) if (each[c]) sums[c]! += weight;
  });
  return total === 0 ? sums : sums.map((sum) => sum / total);
}
