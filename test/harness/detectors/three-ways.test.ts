/** presend's own PDQ, built in, as a program, and through a blind challenge whose answers the program gives: the same distances, curves and metrics. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportChallenge } from '../../../src/challenge/export.ts';
import { committedKey } from '../../../src/challenge/key.ts';
import type { ChallengeMetrics } from '../../../src/challenge/metrics.ts';
import { scoreChallenge } from '../../../src/challenge/score.ts';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import { copyDetection } from '../../../src/experiment/copy-detection/kind.ts';
import type { CopyDetectionMetrics } from '../../../src/experiment/copy-detection/metrics.ts';
import { readDetector } from '../../../src/harness/detectors/detectors.ts';
import { hashProgram } from '../../../src/harness/detectors/program.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import { distanceBits } from '../../../src/hash/hamming.ts';
import { encode } from '../../../src/image/encode.ts';
import { hashRows } from '../../../src/schema/hashed.ts';
import { fromHex, toHex } from '../../../src/util/hex.ts';
import { readObservations } from '../finished-rows.ts';
import { scratch } from '../tiny.ts';
import { detectorFile, options, pdqProgram } from './files.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let run: Finished<CopyDetectionMetrics>;
let challenge: ChallengeMetrics;
/** Distance of each copy to its original, by picture and edit: through the challenge. */
let blind: Map<string, number>;

beforeAll(async () => {
  folder = await scratch();
  const at = (...names: string[]): string => join(folder.path, ...names);
  mkdirSync(at('source'));
  for (let i = 0; i < 30; i++)
    writeFileSync(at('source', `${i + 10}.png`), await encode(miniature(1, i).raster, { type: 'png' }));
  const preset = at('few.yaml');
  writeFileSync(
    preset,
    `version: 1
name: few
source: a test
note: two edits, one of them random
prepare: [{ name: fit, side: 96, kernel: 2, enlarge: 1 }]
finish: [{ name: jpeg, quality: 95 }]
edits:
  - { name: blur, sigma: 2, radius: 3, as: blurred }
  - { name: noise, sigma: 0.1, as: noisy }
`,
  );
  const file = await detectorFile(folder.path, pdqProgram());
  const experiment = copyDetection.check(
    {
      version: 1,
      kind: 'copy-detection',
      name: 'three-ways',
      question: 'The same?',
      seed: 3,
      dataset: { name: at('source') },
      hashes: ['pdq', file],
      quality: 'any',
      sets: [{ preset }],
      calibrationShare: 0.5,
      precision: 0.9999,
      pairFprs: [1e-3, 1e-4],
    },
    'the experiment',
  );
  run = await runKind(copyDetection, options(experiment, at('run'), { limit: 24 }));

  await exportChallenge({
    dataset: { name: at('source') },
    edits: preset,
    seed: 3,
    limit: 24,
    decoys: 4,
    duplicates: 0.1,
    impostors: 3,
    format: 'png',
    out: at('challenge'),
    key: at('challenge.key'),
    threads: 1,
    salt: 'ab'.repeat(32),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  // The vendor's side: the program sees the folder alone.
  const names = readdirSync(at('challenge', 'pictures'));
  const program = hashProgram(file, (await readDetector(file)).program!, 1);
  const answers = await program.ask(names.map((name) => at('challenge', 'pictures', name)));
  await program.close();
  const hashes = new Map(names.map((name, i) => [name, answers[i]!]));
  const lines = [...hashes].map(([name, answer]) => `${name},${'hash' in answer ? toHex(answer.hash) : ''}`);
  writeFileSync(at('answers.csv'), ['name,hash', ...lines, ''].join('\n'));
  challenge = await scoreChallenge({
    folder: at('challenge'),
    answers: at('answers.csv'),
    key: at('challenge.key'),
    detector: 'pdq',
    metric: 'cosine',
    onProgress: () => undefined,
  });
  const hashOf = (name: string): Uint8Array => (hashes.get(name) as { hash: Uint8Array }).hash;
  blind = new Map();
  for (const { picture, role, files } of (await committedKey(at('challenge'), at('challenge.key'))).pictures) {
    if (role === 'decoy') continue;
    const original = files.find(({ edit }) => edit === 'none')!;
    for (const { name, edit } of files)
      blind.set(`${picture} ${edit}`, distanceBits(hashOf(original.name), hashOf(name)));
  }
}, 240_000);
afterAll(() => folder.remove());

describe('built in, as a program, and blind', () => {
  test('the same distances', async () => {
    const distances = async (hash: string): Promise<Map<string, number>> => {
      const hashes = new Map<string, Uint8Array>();
      for (const row of await readObservations(run.folder, hashRows)) {
        const found = row.row === 'hashed' && row.outcome.state === 'hashed' ? row.outcome.hashes[hash] : undefined;
        if (row.row === 'hashed' && found && 'hex' in found)
          hashes.set(`${row.picture} ${row.transform}`, fromHex(found.hex));
      }
      return new Map(
        [...hashes].map(([key, hash]) => [key, distanceBits(hashes.get(`${key.split(' ')[0]} none`)!, hash)]),
      );
    };
    const builtIn = await distances('pdq');
    expect(builtIn.size).toBe(24 * 3);
    expect(new Set(builtIn.values()).size).toBeGreaterThan(10);
    expect(await distances('pdq-program')).toEqual(builtIn);
    expect(new Map([...blind].sort())).toEqual(new Map([...builtIn].sort()));
  });

  test('the same curves and metrics', () => {
    const [builtIn, asProgram] = run.metrics.hashes;
    // Blind, everything is the same: intervals too, because they are drawn by the name of the hash.
    expect(challenge.copyDetection!.hashes).toEqual([builtIn]);
    // Under the name of the program, other intervals are drawn.
    const set = builtIn!.sets[0]!;
    const { roc, unrelated, copies, originals, belowQuality, refused } = asProgram!.sets[0]!;
    expect({ roc, unrelated, copies, originals, belowQuality, refused }).toEqual({
      roc: set.roc,
      unrelated: set.unrelated,
      copies: set.copies,
      originals: set.originals,
      belowQuality: set.belowQuality,
      refused: set.refused,
    });
    expect([copies, originals]).toEqual([48, 24]);
  });
});
