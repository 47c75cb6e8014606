/**
 * The two products that linear classifiers are made of, over typed arrays: X W and Xᵀ R. A hash is a row of ±1: its bytes pick rows of a
 * table of all 256 sums of eight weights, an eighth of the additions (Arlazarov, Dinic, Kronrod & Faradžev, "On economical construction of
 * the transitive closure of a directed graph" (1970), the "four Russians").
 */
import type { BitPoints, VectorPoints } from './points.ts';

/** Points as rows of a matrix. */
export interface DesignMatrix {
  readonly n: number;
  readonly width: number;
  /** out += X W: W is width × columns, out n × columns. */
  addProduct(weights: Float64Array, columns: number, out: Float64Array): void;
  /** out += Xᵀ R: R is n × columns, out width × columns. */
  addTransposed(residuals: Float64Array, columns: number, out: Float64Array): void;
}

/** Hashes as rows of +1 and −1; vectors as they are. */
export const designMatrix = (points: BitPoints | VectorPoints): DesignMatrix =>
  points.kind === 'bits' ? signMatrix(points) : denseMatrix(points);

function signMatrix({ n, width, stride, bytes }: BitPoints): DesignMatrix {
  const groups = width / 8;
  return {
    n,
    width,
    addProduct(weights, columns, out) {
      const table = new Float64Array(256 * columns);
      for (let group = 0; group < groups; group++) {
        signSums(weights.subarray(8 * group * columns, 8 * (group + 1) * columns), columns, table);
        for (let i = 0, byte = group, to = 0; i < n; i++, byte += stride) {
          for (let c = 0, from = bytes[byte]! * columns; c < columns; c++, from++, to++) out[to]! += table[from]!;
        }
      }
    },
    addTransposed(residuals, columns, out) {
      const table = new Float64Array(256 * columns);
      for (let group = 0; group < groups; group++) {
        table.fill(0);
        for (let i = 0, byte = group, from = 0; i < n; i++, byte += stride) {
          for (let c = 0, to = bytes[byte]! * columns; c < columns; c++, from++, to++) table[to]! += residuals[from]!;
        }
        foldSigns(table, columns, out.subarray(8 * group * columns, 8 * (group + 1) * columns));
      }
    },
  };
}

/** For each byte, the sum of eight rows of weights, with the signs of its bits, the leading bit first. */
function signSums(weights: Float64Array, columns: number, table: Float64Array): void {
  table.fill(0, 0, columns);
  for (let at = 0; at < 8 * columns; at++) table[at % columns]! -= weights[at]!;
  for (let byte = 1; byte < 256; byte++) {
    const lowest = byte & -byte;
    let from = (byte ^ lowest) * columns;
    let bit = (7 - Math.log2(lowest)) * columns;
    for (let to = byte * columns, end = to + columns; to < end; to++) table[to] = table[from++]! + 2 * weights[bit++]!;
  }
}

/** The transpose of that: adds to each of eight rows the sums of all bytes, with the signs of its bit. Uses the table up. */
function foldSigns(table: Float64Array, columns: number, out: Float64Array): void {
  for (let bit = 0, half = 128; bit < 8; bit++, half >>= 1) {
    const to = bit * columns;
    for (let byte = 0; byte < half; byte++) {
      for (let c = 0, low = byte * columns, high = (byte + half) * columns; c < columns; c++, low++, high++) {
        out[to + c]! += table[high]! - table[low]!;
        table[low]! += table[high]!;
      }
    }
  }
}

/** Four rows at a time: each number of the other factor is read once for the four. */
function denseMatrix({ n, width, values }: VectorPoints): DesignMatrix {
  const padded = 4 * Math.ceil(width / 4);
  return {
    n,
    width,
    addProduct(weights, columns, out) {
      const full = new Float64Array(padded * columns);
      full.set(weights.subarray(0, width * columns));
      for (let i = 0; i < n; i++) {
        const to = i * columns;
        for (let j = 0; j < width; j += 4) {
          const x = i * width + j;
          const [p, q] = [values[x]!, j + 1 < width ? values[x + 1]! : 0];
          const [r, s] = [j + 2 < width ? values[x + 2]! : 0, j + 3 < width ? values[x + 3]! : 0];
          for (let c = 0, a = j * columns, b = a + columns, d = b + columns, e = d + columns; c < columns; c++)
            out[to + c]! += p * full[a + c]! + q * full[b + c]! + r * full[d + c]! + s * full[e + c]!;
        }
      }
    },
    addTransposed(residuals, columns, out) {
      const four = new Float64Array(4 * columns);
      for (let i = 0; i < n; i += 4) {
        const rows = Math.min(4, n - i);
        // Rows beyond the last count nothing, whatever is read for their values.
        if (rows < 4) four.fill(0);
        four.set(residuals.subarray(i * columns, (i + rows) * columns));
        for (let j = 0; j < width; j++) {
          const to = j * columns;
          const x = i * width + j;
          const p = values[x]!;
          const q = rows > 1 ? values[x + width]! : 0;
          const r = rows > 2 ? values[x + 2 * width]! : 0;
          const s = rows > 3 ? values[x + 3 * width]! : 0;
          for (let c = 0, b = columns, d = b + columns, e = d + columns; c < columns; c++)
            out[to + c]! += p * four[c]! + q * four[b + c]! + r * four[d + c]! + s * four[e + c]!;
        }
      }
    },
  };
}
