/** Classifiers in a real browser, from a page that is offline: networks and heads give the scores that they give in Node. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classifiers, loadClassifier } from '../../src/classify/index.ts';
import { mobilenetV2 } from '../../src/classify/nsfwjs.ts';
import type { Head } from '../../src/schema/head.ts';
import { toBase64 } from '../../src/util/base64.ts';
import { seededRng } from '../../src/util/rng.ts';
import { floatBytes } from '../classify/tiny-network.ts';
import { type inPage, look, network } from './classify-in-page.ts';

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
const title = executablePath ? 'in Chromium' : 'in Chromium (skipped: no /usr/bin/chromium; set CHROMIUM)';

const { embeddingLength, sha256 } = mobilenetV2;
const rng = seededRng(1, 'browser head');
const floats = (count: number): string =>
  toBase64(floatBytes(Array.from({ length: count }, () => (rng.next() - 0.5) / 10)));
const head: Head = {
  version: 1,
  name: 'drawn',
  kind: 'logistic',
  network: { name: network, sha256, embeddingLength },
  labels: ['a', 'b', 'c'],
  layers: [
    { inputs: embeddingLength, outputs: 3, activation: 'none', weights: floats(3 * embeddingLength), bias: floats(3) },
  ],
  temperature: 1.5,
};

/** WebAssembly files as addresses that need no server. */
const wasmFolder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
const wasmPaths = Object.fromEntries(
  ['', '-simd', '-threaded-simd'].map((kind) => {
    const name = `tfjs-backend-wasm${kind}.wasm`;
    return [name, `data:application/wasm;base64,${readFileSync(join(wasmFolder, name)).toString('base64')}`];
  }),
);

const onnxFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const dataUrl = (type: string, file: string): string =>
  `data:${type};base64,${readFileSync(join(onnxFolder, file)).toString('base64')}`;
/** How a page that is no bundle says where onnxruntime-web is. */
const onnxImports = `<script type="importmap">${JSON.stringify({
  imports: { 'onnxruntime-web': dataUrl('text/javascript', 'ort.wasm.bundle.min.mjs') },
})}</script>`;

type InPage = typeof inPage;

describe.skipIf(!executablePath)(title, () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  const errors: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'presend-classify-'));
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, 'classify-in-page.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      // Not loaded here, and tens of megabytes.
      external: ['nsfwjs/models/mobilenet_v2_mid', 'nsfwjs/models/inception_v3'],
      logLevel: 'silent',
    });
    writeFileSync(join(folder, 'in-page.js'), outputFiles[0]!.text);
    const html = join(folder, 'page.html');
    writeFileSync(
      html,
      `<!doctype html><meta charset="utf-8"><title>classify</title>${onnxImports}<script src="in-page.js"></script>`,
    );
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    page = await (await browser.newContext({ offline: true })).newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(pathToFileURL(html).href);
    await page.evaluate((paths) => (globalThis as unknown as { inPage: InPage }).inPage.setWasmPaths(paths), wasmPaths);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('scores, embedding and a head’s scores as in Node, to 1e-4, on WebAssembly', async () => {
    for (const seed of [1, 2]) {
      const there = await page.evaluate(
        ([wanted, value]) => (globalThis as unknown as { inPage: InPage }).inPage.look(wanted, value, 'wasm'),
        [seed, head] as const,
      );
      const here = await look(seed, head, 'wasm');
      expect([there.backend, here.backend]).toEqual(['wasm', 'wasm']);
      for (const what of ['scores', 'embedding', 'headScores'] as const) {
        expect(there[what]).toHaveLength(here[what].length);
        const gaps = there[what].map((value, i) => Math.abs(value - here[what][i]!));
        expect(Math.max(...gaps), what).toBeLessThan(1e-4);
      }
      expect(new Set(there.headScores).size).toBe(3);
    }
  });

  test('the backend onnx as in Node on onnxruntime-web, from weights that the page converts', async () => {
    await page.evaluate(
      (wasm) => (globalThis as unknown as { inPage: InPage }).inPage.setOnnxPath(wasm),
      dataUrl('application/wasm', 'ort-wasm-simd-threaded.wasm'),
    );
    const there = await page.evaluate(
      (value) => (globalThis as unknown as { inPage: InPage }).inPage.look(1, value, 'onnx'),
      head,
    );
    const here = await look(1, head, 'tfjs-wasm');
    expect(there.backend).toBe('onnxruntime-web');
    for (const [what, most] of [
      ['scores', 1e-4],
      ['embedding', 1e-3],
    ] as const) {
      expect(there[what]).toHaveLength(here[what].length);
      expect(Math.max(...there[what].map((value, i) => Math.abs(value - here[what][i]!)))).toBeLessThan(most);
    }
  }, 120_000);

  test('WebAssembly is the usual backend of a page; networks are there, heads are not', async () => {
    const found = await page.evaluate(() => (globalThis as unknown as { inPage: InPage }).inPage.surroundings());
    expect(found.classifiers).toEqual(Object.keys(classifiers));
    expect(found.backends).toEqual(['wasm', 'tensorflow', 'webgpu', 'cpu', 'onnx']);
    expect(Object.keys(found.refused)).toEqual(['tensorflow', 'webgpu']);
    expect(found.refused.webgpu).toContain('`npm install @tensorflow/tfjs-backend-webgpu` installs it');
    const { backend } = await page.evaluate(
      (value) => (globalThis as unknown as { inPage: InPage }).inPage.look(1, value),
      head,
    );
    expect(backend).toBe('wasm');
    expect(errors).toEqual([]);
  });
});

test('the network that the page loads is the one that Node loads', async () => {
  expect((await loadClassifier(network, { backend: 'wasm' })).sha256).toBe(sha256);
});
