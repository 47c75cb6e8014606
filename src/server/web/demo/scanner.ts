/** The scan as it would run on a phone: the browser decodes, and the project's own hashes and classifier scan. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import type { Classifier } from '../../../classify/classifier.ts';
import { loadNetwork, mobilenetV2 } from '../../../classify/nsfwjs.ts';
import { hashOutcome } from '../../../client/demo/hashes.ts';
import { decodeInBrowser } from '../../../image/canvas.ts';
import type { Raster } from '../../../image/raster.ts';
import type { HashOutcome, HashUse, Scanner } from '../../../role/world.ts';
import { UserError } from '../../../util/errors.ts';

/** The classifier's label that stands in for target content. */
const label = 'Drawing';

setWasmPaths({
  'tfjs-backend-wasm.wasm': plainWasm,
  'tfjs-backend-wasm-simd.wasm': simdWasm,
  'tfjs-backend-wasm-threaded-simd.wasm': threadedWasm,
});

/** The pixels; undefined if the picture cannot be decoded. */
async function decodedOrNot(decoding: Promise<Raster>): Promise<Raster | undefined> {
  try {
    return await decoding;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** A scanner that caches pixels while the file is referenced, and measures the scanning time. */
export class BrowserScanner implements Scanner {
  readonly #pixels = new WeakMap<Uint8Array, Promise<Raster>>();
  #network: Promise<Classifier> | undefined;
  /** Milliseconds since the last reset, decoding included. */
  millis = 0;

  decode(picture: Uint8Array): Promise<Raster> {
    const known = this.#pixels.get(picture) ?? decodeInBrowser(picture);
    this.#pixels.set(picture, known);
    return known;
  }

  hash(picture: Uint8Array, use: HashUse = 'near'): Promise<HashOutcome> {
    return this.#timed(() => hashOutcome(this.decode(picture), use));
  }

  async score(picture: Uint8Array): Promise<number | undefined> {
    const network = await this.network();
    return this.#timed(async () => {
      const image = await decodedOrNot(this.decode(picture));
      if (!image) return undefined;
      const { scores } = await network.classify(image);
      return scores[network.labels.indexOf(label)];
    });
  }

  /** Whether a strategy has loaded the classifier. */
  get hasNetwork(): boolean {
    return this.#network !== undefined;
  }

  /** The classifier, loaded once. Its weights are some megabytes, so it loads only when a strategy needs it. */
  network(): Promise<Classifier> {
    this.#network ??= loadNetwork(mobilenetV2);
    return this.#network;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.millis += performance.now() - start;
    }
  }
}
