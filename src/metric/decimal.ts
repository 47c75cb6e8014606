/**
 * Numbers as metrics write them down. V8 versions differ in the last bit of powers, so metrics keep ten significant digits; a threshold must
 * therefore be such a number in the first place, or the published one would decide differently from the one that was used.
 */

/** Significant digits of every number in metrics. */
export const digits = 10;

/** The nearest number of ten significant digits. */
export const toDecimal = (value: number): number => Number(value.toPrecision(digits));

/** Numbers nearer to 0 than this are taken as next to 0: they have no ten digits. */
const least = 1e-300;

/** One unit in the last of ten digits. */
const unit = (value: number): number => 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);

/** The smallest number of ten significant digits above a finite number: as a threshold it excludes the number and ties with it. */
export function justAbove(value: number): number {
  if (Math.abs(value) < least) return value < 0 ? 0 : least;
  const near = toDecimal(value);
  return near > value ? near : toDecimal(near + unit(value));
}

/** The largest number of ten significant digits that is not above a finite number: as a threshold it includes the number. */
export function notAbove(value: number): number {
  if (Math.abs(value) < least) return value < 0 ? -least : 0;
  const near = toDecimal(value);
  return near <= value ? near : toDecimal(near - unit(value));
}
