/**
 * The matrix that turns a network's embedding into bits, in the format of NeuralHash's file `neuralhash_128x96_seed1.dat`: a header of 128
 * bytes, then 96 rows of 128 little-endian 32-bit floats. The layout follows nnhash.py of
 * https://github.com/AsuharietYgvar/AppleNeuralHash2ONNX.
 */
import { UserError } from '../util/errors.ts';
import type { Hyperplanes } from './hyperplanes.ts';

/** Bytes before the floats of NeuralHash's file. */
const neuralHashHeader = 128;

/**
 * The headers that a file of `bits` rows can have, in bytes: none, or that of NeuralHash's file. If neither leaves rows of equal length, that of
 * NeuralHash's file, about which `readSeedMatrix` then complains.
 */
export function possibleHeaders(file: Uint8Array, bits: number): number[] {
  const whole = [0, neuralHashHeader].filter((header) => {
    const rest = file.length - header;
    return rest > 0 && rest % (4 * bits) === 0;
  });
  return whole.length > 0 ? whole : [neuralHashHeader];
}

/**
 * Reads a matrix of `bits` rows; the file's length determines the length of a row. Throws a UserError, which names `what`, if the rows are
 * not equally long.
 */
export function readSeedMatrix(
  file: Uint8Array,
  bits: number,
  what: string,
  headerBytes: number = neuralHashHeader,
): Hyperplanes {
  const body = file.subarray(headerBytes);
  const length = body.length / (4 * bits);
  if (length < 1 || !Number.isInteger(length))
    throw new UserError(
      `${what}: ${body.length} bytes after a header of ${headerBytes} are not ${bits} rows of 32-bit floats`,
    );
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const normals = Float32Array.from({ length: bits * length }, (_, i) => view.getFloat32(4 * i, true));
  const wrong = normals.findIndex((each) => !Number.isFinite(each));
  if (wrong >= 0)
    throw new UserError(`${what}: row ${Math.floor(wrong / length)} holds ${normals[wrong]}, which is not a number`);
  return { bits, length, normals };
}
