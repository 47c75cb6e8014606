/** The wavelet hash's transforms by the WebAssembly module of wavelet.as. */
import { lazyModule, wasmBytes } from '../../util/wasm.ts';
import { Places, ReusedInstance } from '../../util/wasm-memory.ts';
import { lowPass, type Square, type Taps, tapsOf, type WaveletName } from '../wavelet.ts';
import { waveletWasm } from './wavelet-wasm.ts';

/** What wavelet.as exports: places are byte offsets into its memory. */
interface Exports {
  analyse(source: number, side: number, target: number): void;
  analyseGrey(grey: number, side: number, table: number, spare: number, target: number): void;
  synthesise(samples: number, side: number, coarse: number): void;
  approximate(
    source: number,
    side: number,
    from: number,
    weights: number,
    taps: number,
    spare: number,
    target: number,
    length: number,
  ): void;
  approximateGrey(
    grey: number,
    side: number,
    table: number,
    coarse: number,
    ring: number,
    from: number,
    weights: number,
    taps: number,
    spare: number,
    target: number,
    length: number,
  ): void;
}

/** Rows of the module's ring. */
const ringRows = 16;
/** Bytes of a sample. */
const sampleBytes = 8;
/** Bytes of memory beyond which JavaScript takes the picture. */
const mostUsed = 2 ** 29;

/** The module's bytes. */
export const waveletModuleBytes = (): Uint8Array<ArrayBuffer> => wasmBytes(waveletWasm);

const instance = new ReusedInstance<Exports>(lazyModule(waveletWasm));

/** What a grey level is to ImageHash. */
const levels256 = Float64Array.from({ length: 256 }, (_, value) => value / 255);

/**
 * `approximation(withoutMean(picture), wavelet, levels)` of the grey levels 0 to 1 of a square picture. Its side is a power of two from 16,
 * and there is a level at least; undefined for other pictures, for very large ones, and where there is no WebAssembly with SIMD.
 */
export function wasmApproximation(
  grey: Uint8Array,
  side: number,
  wavelet: WaveletName,
  levels: number,
): Square | undefined {
  if (side < 16 || levels < 1 || !instance.works) return undefined;
  const places = new Places();
  const greyAt = places.take(grey.length);
  const table = places.take(levels256.byteLength);
  const spare = places.take(2 * side * sampleBytes);
  const ring = places.take(ringRows * side * sampleBytes);
  // Of every approximation by Haar down to 2 × 2 samples; the last one, which is the mean, is replaced by zeros.
  const haar: { readonly side: number; readonly at: number }[] = [];
  for (let count = side / 2; count > 1; count /= 2)
    haar.push({ side: count, at: places.take(count * count * sampleBytes) });
  const zeros = places.take(2 * sampleBytes);
  const steps: { readonly taps: Taps; readonly from: number; readonly weights: number; readonly at: number }[] = [];
  for (let level = 0, count = side; level < levels; level++) {
    const taps = tapsOf(count, lowPass[wavelet]);
    count = taps.length;
    steps.push({
      taps,
      from: places.take(taps.from.byteLength),
      weights: places.take(taps.weights.byteLength),
      at: places.take(count * count * sampleBytes),
    });
  }
  if (places.end > mostUsed) return undefined;

  return instance.run(places.end, (call, memory) => {
    const floats = new Float64Array(memory.buffer);
    const words = new Int32Array(memory.buffer);
    memory.set(grey, greyAt);
    floats.set(levels256, table / sampleBytes);
    floats.fill(0, zeros / sampleBytes, zeros / sampleBytes + 2);
    for (const { taps, from, weights } of steps) {
      words.set(taps.from, from / 4);
      floats.set(taps.weights, weights / sampleBytes);
    }

    call.analyseGrey(greyAt, side, table, spare, haar[0]!.at);
    for (let i = 1; i < haar.length; i++) call.analyse(haar[i - 1]!.at, haar[i - 1]!.side, haar[i]!.at);
    for (let i = haar.length - 1; i >= 0; i--) call.synthesise(haar[i]!.at, haar[i]!.side, haar[i + 1]?.at ?? zeros);

    let source = greyAt;
    let count = side;
    for (const [level, { taps, from, weights, at }] of steps.entries()) {
      const [coarse, { length }] = [haar[0]!.at, taps];
      if (level === 0)
        call.approximateGrey(source, count, table, coarse, ring, from, weights, taps.count, spare, at, length);
      else call.approximate(source, count, from, weights, taps.count, spare, at, length);
      source = at;
      count = length;
    }
    return { side: count, data: floats.slice(source / sampleBytes, source / sampleBytes + count * count) };
  });
}
