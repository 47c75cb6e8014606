/** From features of pictures and their edits to the hyperplanes of copynet-256. */
import { discriminants, moments } from '../../src/metric/discriminants.ts';
import { toBase64 } from '../../src/util/base64.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

export const bits = 256;
/** Added to the covariance of edits, as a share of its mean variance: some directions vary too little to be estimated. */
const ridge = 0.02;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

function meanOf(vectors: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / vectors.length;
  return mean;
}

const less = (a: Float64Array, b: Float64Array): Float64Array => a.map((each, i) => each - b[i]!);

/** Orthonormal vectors in random directions, by Gram-Schmidt on Gaussians. */
function randomRotation(order: number): Float64Array[] {
  const rng = seededRng(19, 'copynet-256/rotation');
  const rows: Float64Array[] = [];
  while (rows.length < order) {
    const row = Float64Array.from({ length: order }, () => normalVariate(rng));
    for (const other of rows) {
      const along = dot(row, other);
      for (let i = 0; i < order; i++) row[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((each) => each / length));
  }
  return rows;
}

/**
 * The hyperplanes. `sets` has for each picture the features of its original and then of its edits; all of a picture count as equal, and
 * pictures as different. Normals are rounded to whole numbers from -127 to 127, a scale for each: 0.5 % of the bits change.
 */
export function fitted(sets: readonly (readonly Float64Array[])[]): { normals: string; offsets: number[] } {
  const means = sets.map(meanOf);
  const mean = meanOf(means);
  const between = moments(means.map((each) => less(each, mean)));
  const within = moments(sets.flatMap((set, i) => set.map((each) => less(each, means[i]!))));
  const added = (ridge * within.reduce((sum, row, i) => sum + row[i]!, 0)) / within.length;
  for (const [i, row] of within.entries()) row[i]! += added;
  const leading = discriminants(between, within).slice(0, bits);
  const originals = sets.map(([original]) => original!);
  const normals = new Int8Array(bits * mean.length);
  const offsets: number[] = [];
  for (const [bit, turn] of randomRotation(bits).entries()) {
    const normal = mean.map((_, i) => leading.reduce((sum, direction, k) => sum + turn[k]! * direction[i]!, 0));
    const largest = normal.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const rounded = normal.map((each) => Math.round((each / largest) * 127));
    normals.set(rounded, bit * mean.length);
    const sides = originals.map((each) => dot(each, rounded)).sort((a, b) => a - b);
    offsets.push(Number(sides[sides.length >> 1]!.toFixed(4)));
  }
  return { normals: toBase64(new Uint8Array(normals.buffer)), offsets };
}
