/**
 * How alike two pictures are: SSIM, the mean structural similarity of Wang, Bovik, Sheikh & Simoncelli, "Image quality assessment: from
 * error visibility to structural similarity" (IEEE Trans. Image Processing 2004), with the window and constants of its section III-B:
 * 11 × 11 Gaussian, σ 1.5, K1 0.01, K2 0.03, only windows that lie wholly inside, no downsampling before; and PSNR in decibels.
 */
import { UserError } from '../util/errors.ts';

const windowSide = 11;
const sigma = 1.5;
const [k1, k2] = [0.01, 0.03];

/** Gaussian weights that sum to 1, for a window `side` wide. */
function gaussian(side: number): Float64Array {
  const weights = Float64Array.from({ length: side }, (_, i) =>
    Math.exp(-((i - (side - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, each) => total + each, 0);
  return weights.map((each) => each / sum);
}

/**
 * Mean SSIM of two pictures of one channel (width × height numbers, row by row; luma, by convention) whose values span `range`: 1 when
 * they are equal, about 0 when they have nothing in common, down to −1. Where a side is under 11 the window is as long as the side.
 */
export function ssim(a: ArrayLike<number>, b: ArrayLike<number>, width: number, height: number, range = 255): number {
  sameLength(a, b, width * height);
  const across = gaussian(Math.min(windowSide, width));
  const down = gaussian(Math.min(windowSide, height));
  const [outWidth, outHeight] = [width - across.length + 1, height - down.length + 1];
  // Five weighted means at every place: of a, b, a², b² and ab. First along the rows, then down the columns.
  const rows = Array.from({ length: 5 }, () => new Float64Array(outWidth * height));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < outWidth; x++) {
      let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
      for (let i = 0; i < across.length; i++) {
        const weight = across[i]!;
        const p = a[y * width + x + i]!;
        const q = b[y * width + x + i]!;
        sa += weight * p;
        sb += weight * q;
        saa += weight * p * p;
        sbb += weight * q * q;
        sab += weight * p * q;
      }
      const at = y * outWidth + x;
      rows[0]![at] = sa;
      rows[1]![at] = sb;
      rows[2]![at] = saa;
      rows[3]![at] = sbb;
      rows[4]![at] = sab;
    }
  const meanAt = (of: Float64Array, x: number, y: number): number => {
    let sum = 0;
    for (let i = 0; i < down.length; i++) sum += down[i]! * of[(y + i) * outWidth + x]!;
    return sum;
  };
  const [c1, c2] = [(k1 * range) ** 2, (k2 * range) ** 2];
  let total = 0;
  for (let y = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++) {
      const [ma, mb, maa, mbb, mab] = rows.map((each) => meanAt(each, x, y)) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const luminance = (2 * ma * mb + c1) / (ma * ma + mb * mb + c1);
      const structure = (2 * (mab - ma * mb) + c2) / (maa - ma * ma + mbb - mb * mb + c2);
      total += luminance * structure;
    }
  return total / (outWidth * outHeight);
}

/** Mean squared difference of two sequences of one length. */
export function meanSquaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  sameLength(a, b, a.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** Squared error of rounding to whole grey levels: two pictures that agree but for that cannot be distinguished from equal ones. */
const rounding = 1 / 12;

/** Peak signal-to-noise ratio of 8-bit pictures, in decibels, of a mean squared error in grey levels; at most 58.9, what rounding alone leaves. */
export const decibels = (squaredError: number): number => 10 * Math.log10(255 ** 2 / Math.max(rounding, squaredError));

function sameLength(a: ArrayLike<number>, b: ArrayLike<number>, length: number): void {
  if (length === 0 || a.length !== length || b.length !== length)
    throw new UserError(`Cannot compare pictures of ${a.length} and ${b.length} values: expected ${length || 'some'}`);
}
