/** The compiled modules beside their sources: a text that was changed without the other is found. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256Wasm } from '../../src/match/wasm/sha256-wasm.ts';
import { wasmBytes } from '../../src/util/wasm.ts';

test('sha256.as is what sha256-wasm.ts was made from, and its module is small', () => {
  const folder = new URL('../../src/match/wasm/', import.meta.url);
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const header = readFileSync(new URL('sha256-wasm.ts', folder), 'utf8');
  expect(header).toContain(`source sha256 ${digest(readFileSync(new URL('sha256.as', folder)))}`);
  expect(header).toContain(`module sha256 ${digest(wasmBytes(sha256Wasm))}`);
  expect(wasmBytes(sha256Wasm).length).toBeLessThan(4096);
});
