/**
 * What normalize.as (beside this file) compiles to, made by `npm run build:wasm` with AssemblyScript 0.28.20:
 * asc normalize.ts -O3 --converge --runtime stub --enable simd --noAssert --importMemory --initialMemory 0 -o normalize.wasm
 * source sha256 4c38800728b9200ac12749ac04a5d91537ec93ebfc99ac3fe26fd5b8a9824ae7
 * module sha256 2e62b5c6b59c3b49eb19f47fbaa0d0f5985fa88f017577477a289622cb841906
 */
// biome-ignore format: one line of text after another
export const normalizeWasm = [
  'AGFzbQEAAAABEwJgCH9/f39/f39/AGAEf31/fwACDwEDZW52Bm1lbW9yeQIAAAMDAgABByUDDGRldmlhdGlvbnNPZgABCW5vcm1hbGl6ZQAABm1lbW9y',
  'eQIACvUCAr4CAgJ7A38gACAGQQJ0aiEKIAdBAnQiC0FwcSEMA0AgACAKSQRAQQAhBgNAIAYgDEkEQCAFIAZqIAAgBmr9AAQAIAEgBmr9AAQA/eUBIAIg',
  'Bmr9AAQA/eYBIgj9XyADIAZBAXRqIgf9AAQA/fMBIAQgBmr9AAQAIgn9X/3wAf1eIAggCP0NCAkKCwwNDg8ICQoLDA0OD/1fIAf9AAQQ/fMBIAkgCf0N',
  'CAkKCwwNDg8ICQoLDA0OD/1f/fAB/V79DQABAgMEBQYHEBESExQVFhf9CwQAIAZBEGohBgwBCwsDQCAGIAtJBEAgBSAGaiAAIAZqKgIAIAEgBmoqAgCT',
  'IAIgBmoqAgCUuyADIAZBAXRqKwMAoyAEIAZqKgIAu6C2OAIAIAZBBGohBgwBCwsgACALaiEAIAUgC2ohBQwBCwsLMwEBfwNAIAIgBEsEQCADIARBA3Rq',
  'IAAgBEECdGoqAgAgAZKRuzkDACAEQQFqIQQMAQsLCw==',
].join('');
