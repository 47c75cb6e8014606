/** The weights of a tfjs model by name, in the bytes in which they are stored: 8-bit numbers with a scale, or floats. */
import { UserError } from '../util/errors.ts';
import type { TfjsModel } from './tfjs-model.ts';

/** One weight. */
export interface Weight {
  readonly shape: readonly number[];
  /** Its bytes, and value = byte × scale + min; undefined where it is stored as floats. */
  readonly quantised: { readonly bytes: Uint8Array; readonly scale: number; readonly min: number } | undefined;
  /** Its values, rounded to 32 bits as tfjs does it. */
  values(): Float32Array;
}

/** Every weight of a model. A UserError where one is of a type that bundled networks do not have. */
export function weightsOf({ modelJson, weights }: TfjsModel): ReadonlyMap<string, Weight> {
  const found = new Map<string, Weight>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of modelJson.weightsManifest.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, side) => product * side, 1);
    const stored = quantization?.dtype ?? dtype;
    if (dtype !== 'float32' || (stored !== 'float32' && stored !== 'uint8'))
      throw new UserError(`its weight ${name} is of type ${dtype}, stored as ${stored}; expected float32 or uint8`);
    const bytes = weights.subarray(at, at + count * (stored === 'uint8' ? 1 : 4));
    at += bytes.length;
    if (quantization && stored === 'uint8') {
      const { scale = 1, min = 0 } = quantization as { scale?: number; min?: number };
      const values = (): Float32Array => Float32Array.from(bytes, (byte) => byte * scale + min);
      found.set(name, { shape, quantised: { bytes, scale, min }, values });
    } else found.set(name, { shape, quantised: undefined, values: () => floats(bytes) });
  }
  return found;
}

function floats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
