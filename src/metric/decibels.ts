/** Peak signal-to-noise ratio of 8-bit pictures, with a ceiling where two are equal. */

/** Squared error of rounding to whole grey levels: two pictures that agree but for that cannot be distinguished from equal ones. */
const rounding = 1 / 12;

/** PSNR in decibels of a mean squared error in grey levels; at most 58.9, what rounding alone leaves. */
export const decibels = (squaredError: number): number => 10 * Math.log10(255 ** 2 / Math.max(rounding, squaredError));
