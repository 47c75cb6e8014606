/** WebAssembly modules stored as text in the source, so that Node and browsers load them without a file or a request. */

/** The bytes of a module in base64; `atob` exists in browsers and in Node. */
export const wasmBytes = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** Compiles on the first call; returns undefined if WebAssembly with SIMD is not available, or a page's policy forbids it. */
export function lazyModule(base64: string): () => WebAssembly.Module | undefined {
  let compiled: WebAssembly.Module | undefined | 'missing';
  return () => {
    if (typeof WebAssembly === 'undefined') return undefined;
    if (compiled === undefined)
      try {
        compiled = new WebAssembly.Module(wasmBytes(base64));
      } catch (error) {
        // No SIMD, or a page's policy against WebAssembly. Any other error is not caused by this machine.
        if (!(error instanceof EvalError || error instanceof WebAssembly.CompileError)) throw error;
        compiled = 'missing';
      }
    return compiled === 'missing' ? undefined : compiled;
  };
}
