/** Record and timings of the made-up run. */
import type { RunRecord, Timings } from '../../src/schema/run-record.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { sketches } from './fixture-sketches.ts';

export const timings: Timings = {
  phases: { dataset: 14_200, hash: 61_000, classify: 110_300, messages: 48_900, attacks: 9_300, metrics: 2_150 },
  perMessageMillis: Object.fromEntries(
    sketches.map(({ name }, index) => [
      name,
      {
        senderMedian: [0.6, 0.8, 1.1, 1, 12.4, 12.3, 12.2, 13.1, 121][index]!,
        otherRolesMedian: [12.9, 0.3, 0.4, 0.9, 0.5, 0.3, 0.8, 1.7, 0.6][index]!,
      },
    ]),
  ),
  hashMillis: { pdq: 11.2, phash: 3.4, dhash: 0.9, ahash: 0.7, blockhash: 2.2 },
  classifyMillis: 109,
  decodeMillis: 6.1,
};

export const run: RunRecord = {
  schemaVersion: 2,
  runId: '20261103-101500-3f9a2c',
  created: '2026-11-03T10:15:00.000Z',
  command: 'presend run tradeoff --open-hint',
  seed: 7,
  streams: ['split', 'messages', 'attack', 'bootstrap'],
  dataset: { name: 'generated', sha256: sha256Hex('generated') },
  models: [{ name: 'nsfwjs MobileNetV2', sha256: sha256Hex('model') }],
  list: { entries: 1400, root: sha256Hex('list') },
  commit: '4f40785c1d2e3f405162738495a6b7c8d9e0f1a2',
  dirty: true,
  node: 'v20.20.1',
  platform: 'linux x64, 2 × Intel Xeon, 7.8 GiB',
  threads: 2,
  resumed: false,
  packages: { '@tensorflow/tfjs': '4.22.0', 'libsodium-wrappers-sumo': '0.8.4', sharp: '0.35.5' },
  sharp: { vips: '8.18.0', mozjpeg: '0826579' },
  classifierBackend: 'wasm',
  experimentAsPassed: { version: 1, name: 'tradeoff', seed: 7 },
  experimentResolved: {
    version: 1,
    name: 'tradeoff',
    seed: 7,
    grid: { hash: ['pdq', 'phash', 'dhash', 'ahash', 'blockhash'] },
  },
};
