/**
 * The files of TMK+PDQF (.tmk): 32 bytes of head, and 32-bit floats, all little-endian. `tmk/cpp/io/tmkiotypes.h` and
 * `TMKFeatureVectors::writeToOutputStream` in github.com/facebook/ThreatExchange.
 */
import { UserError } from '../util/errors.ts';
import { type TmkHash, tmkCoefficients, tmkDimension, tmkFramesPerSecond, tmkPeriods } from './tmk.ts';

const magic = 'TMK1FVECPDQF';
/** Bytes before the periods. */
const headBytes = 32;
/** Numbers of 32 bits: periods, coefficients, mean, cosines and sines. */
const weights = tmkPeriods.length * tmkCoefficients.length * tmkDimension;
const words = tmkPeriods.length + tmkCoefficients.length + tmkDimension + 2 * weights;
/** Relative difference of coefficients that other programs may have rounded in another way. */
const tolerance = 1e-5;

/** Size of every file, in bytes. */
export const tmkFileBytes = headBytes + 4 * words;

/** A hash as a file. */
export function writeTmk({ frames, average, cosines, sines }: TmkHash): Uint8Array {
  const bytes = new Uint8Array(tmkFileBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(Uint8Array.from(magic, (letter) => letter.charCodeAt(0)));
  const head = [tmkFramesPerSecond, tmkPeriods.length, tmkCoefficients.length, tmkDimension, frames, ...tmkPeriods];
  let at = magic.length;
  for (const value of head) {
    view.setInt32(at, value, true);
    at += 4;
  }
  for (const vector of [tmkCoefficients, average, cosines, sines])
    for (const value of vector) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return bytes;
}

/** Reads a file. Throws a UserError if it is none, or if it was made with other parameters. */
export function readTmk(bytes: Uint8Array): TmkHash {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headBytes || String.fromCharCode(...bytes.subarray(0, magic.length)) !== magic)
    throw new UserError('Expected a .tmk file of TMK+PDQF, which begins with TMK1, FVEC and PDQF');
  const integer = (index: number): number => view.getInt32(magic.length + 4 * index, true);
  const parameters = [tmkFramesPerSecond, tmkPeriods.length, tmkCoefficients.length, tmkDimension];
  if (parameters.some((value, i) => integer(i) !== value))
    throw new UserError(
      `Expected a .tmk file of ${parameters.join(', ')} (frames per second, periods, Fourier coefficients, dimensions) but received one of ${parameters.map((_, i) => integer(i)).join(', ')}`,
    );
  if (bytes.length !== tmkFileBytes)
    throw new UserError(`Expected a .tmk file of ${tmkFileBytes} bytes but received one of ${bytes.length}`);
  let at = headBytes + 4 * tmkPeriods.length;
  const floats = (length: number): Float32Array => {
    const from = at;
    at += 4 * length;
    return Float32Array.from({ length }, (_, i) => view.getFloat32(from + 4 * i, true));
  };
  const coefficients = floats(tmkCoefficients.length);
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
  if (
    tmkPeriods.some((period, i) => view.getInt32(headBytes + 4 * i, true) !== period) ||
    !coefficients.every((value, i) => near(value, tmkCoefficients[i]!))
  )
    throw new UserError(
      'Expected a .tmk file with the periods and Fourier coefficients of TMK+PDQF, but it has others',
    );
  const [average, cosines, sines] = [floats(tmkDimension), floats(weights), floats(weights)];
  if (![average, cosines, sines].every((vector) => vector.every(Number.isFinite)))
    throw new UserError('Expected a .tmk file of finite numbers, but one of them is none');
  return { frames: integer(4), average, cosines, sines };
}
