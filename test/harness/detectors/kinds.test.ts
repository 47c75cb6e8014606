/**
 * Detector files in the kinds of experiment that ask a detector about what it gives away, how it is evaded, and what else it can look for. All kinds read and start
 * detectors by the same functions: three run in npm run test:slow only.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { miniature } from '../../../src/dataset/generated/miniature.ts';
import { equality } from '../../../src/experiment/equality/kind.ts';
import type { EqualityMetrics } from '../../../src/experiment/equality/metrics.ts';
import { evasion } from '../../../src/experiment/evasion/kind.ts';
import type { EvasionMetrics } from '../../../src/experiment/evasion/metrics.ts';
import { hashLeakage } from '../../../src/experiment/hash-leakage/kind.ts';
import type { HashLeakageMetrics } from '../../../src/experiment/hash-leakage/metrics.ts';
import { newContent } from '../../../src/experiment/new-content/kind.ts';
import type { NewContentMetrics } from '../../../src/experiment/new-content/metrics.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { repurposing } from '../../../src/experiment/repurposing/kind.ts';
import type { RepurposingMetrics } from '../../../src/experiment/repurposing/metrics.ts';
import { type Finished, runKind } from '../../../src/harness/kind.ts';
import { encode } from '../../../src/image/encode.ts';
import { UserError } from '../../../src/util/errors.ts';
import { small as smallEquality } from '../../experiment/equality/rows.ts';
import { small as smallEvasion } from '../../experiment/evasion/rows.ts';
import { smallHashLeakage } from '../../experiment/hash-leakage/rows.ts';
import { smallRepurposing } from '../../experiment/repurposing/rows.ts';
import { slow } from '../../helpers/slow.ts';
import { readObservations } from '../finished-rows.ts';
import { smallNewContent } from '../scoring/rows.ts';
import { scratch, testFolder } from '../tiny.ts';
import { detectorFile, options, pdqProgram, tinyNetwork } from './files.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let pictures: string;
let program: string;
let network: string;

beforeAll(async () => {
  folder = await scratch();
  pictures = join(folder.path, 'pictures');
  await mkdir(pictures);
  for (let i = 0; i < 24; i++)
    await writeFile(join(pictures, `${i + 10}.png`), await encode(miniature(1, i).raster, { type: 'png' }));
  program = await detectorFile(folder.path, pdqProgram());
  network = await tinyNetwork(folder.path);
});
afterAll(() => folder.remove());

/** The record states the detectors, and the metrics follow from it and the rows alone. */
async function statesDetectors(run: Finished<unknown>): Promise<void> {
  const { record } = run;
  expect(record.experimentResolved).toMatchObject({
    detectors: [
      { name: 'pdq-program', kind: 'program', bits: 256, threshold: 31, licence: 'MIT' },
      { name: 'tiny-network', kind: 'network', bits: 64, threshold: 8 },
    ],
  });
  expect(record.models.map(({ name }) => name).slice(0, 2)).toEqual(['pdq-program', 'tiny-network']);
  expect(JSON.stringify(record.experimentResolved)).toMatch(/"sha256":"[0-9a-f]{64}"/);
  expect((await reloadRun(run.folder)).metrics).toEqual(run.metrics);
}

describe('hash leakage', () => {
  let run: Finished<HashLeakageMetrics>;
  beforeAll(async () => {
    const { topics, inversion, membership } = smallHashLeakage;
    const hashes = ['pdq', program, network];
    const experiment = {
      ...smallHashLeakage,
      miniatures: { training: 40, validation: 12, test: 24 },
      topics: { hashes, fewest: topics.fewest },
      inversion: { ...inversion, hashes, classifier: { name: 'tiny-colours', pictures: 2 } },
      membership: {
        ...membership,
        strategies: ['client-list', 'client-filter'],
        hash: program,
        equalityHash: network,
        ...{ listed: 20, known: 30, others: 60 },
      },
    };
    run = await runKind(hashLeakage, options(experiment, join(folder.path, 'hash-leakage')));
  }, 240_000);

  test('the record is enough', () => statesDetectors(run));

  test('a program gives away what the same hash in presend gives away', async () => {
    const rows = (await readObservations(run.folder, hashLeakage.rows)).flatMap((row) =>
      (row.row === 'hash-leak-topic' || row.row === 'hash-leak-inversion') && row.control === 'none' ? [row] : [],
    );
    const of = (hash: string) => rows.filter((row) => row.hash === hash).map((row) => ({ ...row, hash: 'pdq' }));
    // Topics and pictures, of the dataset and of miniatures.
    expect(of('pdq')).toHaveLength(4);
    expect(of('pdq-program')).toEqual(of('pdq'));
    expect(of('tiny-network').map(({ bits }) => bits)).toEqual([64, 64, 64, 64]);
    expect(run.metrics.membership.length).toBeGreaterThan(0);
  });
});

describe('evasion', () => {
  let run: Finished<EvasionMetrics>;
  const experiment = (file: string) => ({
    ...smallEvasion,
    dataset: { name: pictures },
    evasion: {
      ...smallEvasion.evasion,
      pictures: 2,
      targets: [file, network].map((hash) => ({ hash, frequencies: 4, queries: 40 })),
    },
    collision: { ...smallEvasion.collision!, pairs: 1, targets: [{ hash: network, frequencies: 4, queries: 40 }] },
  });
  beforeAll(async () => {
    run = await runKind(evasion, options(experiment(program), join(folder.path, 'evasion')));
  }, 240_000);

  test('the record is enough', () => statesDetectors(run));

  test('black-box attacks ask the detector within their budget', async () => {
    expect(run.metrics.targets.map(({ goal, target, bits, threshold }) => [goal, target, bits, threshold])).toEqual([
      ['evasion', 'pdq-program', 256, 31],
      ['evasion', 'tiny-network', 64, 8],
      ['collision', 'tiny-network', 64, 8],
    ]);
    for (const { controls } of run.metrics.targets) expect(controls.untouched.k).toBe(0);
    const attempts = (await readObservations(run.folder, evasion.rows)).flatMap((row) =>
      row.row === 'attempt' ? [row] : [],
    );
    expect(attempts.length).toBeGreaterThan(8);
    for (const { queries } of attempts) expect(queries).toBeLessThanOrEqual(40);
    expect(Object.keys(run.timings.hashMillis).sort()).toEqual(['pdq-program', 'tiny-network']);
  });

  test('a program that dies at some pictures loses only these, and is not evaded by them: they are counted', async () => {
    const flaky = await detectorFile(folder.path, pdqProgram('flaky', '4'));
    const { collision: _, ...evading } = experiment(flaky);
    const given = options(evading, await testFolder());
    const { folder: out, metrics } = await runKind(evasion, given);
    const rows = (await readObservations(out, evasion.rows)).flatMap((row) =>
      row.row === 'hashed' ? [row.outcome] : [],
    );
    const refused = rows.filter((each) => each.state === 'hashed' && 'refused' in each.hashes['pdq-program']!);
    expect(refused.length).toBeGreaterThan(0);
    const attacked = metrics.targets.find(({ target }) => target === 'pdq-program')!;
    const refusals = (await readObservations(out, evasion.rows)).flatMap((row) =>
      row.row === 'attack-refusals' ? [row] : [],
    );
    expect(attacked.refusals).toEqual({
      refused: refusals.reduce((sum, row) => sum + row.refused, 0),
      pictures: new Set(refusals.map(({ picture }) => picture)).size,
      first: 'the program pdq-program ended with exit code 9: bad luck with the picture',
    });
    expect(metrics.limits.join()).toMatch(
      /pdq-program \(evasion\) refused \d+ altered pictures, of \d attacked ones: a refusal counts as no success/,
    );
    // Whatever was reached was reached by a picture with a hash.
    for (const row of await readObservations(out, evasion.rows))
      if (row.row === 'attempt' && row.target === 'pdq-program')
        for (const each of [row.shortest, ...row.within]) if (each) expect(each.measure).toBeLessThan(256);
    expect(metrics.targets.find(({ target }) => target === 'tiny-network')!.refusals).toBeUndefined();
    expect(await readdir(out)).toContain('stderr-pdq-program.txt');
  }, 120_000);
});

describe.skipIf(!slow)('re-purposing', () => {
  let run: Finished<RepurposingMetrics>;
  beforeAll(async () => {
    const { classifier: _, ...list } = smallRepurposing;
    const experiment = { ...list, hashes: ['pdq', program, network], thresholds: { pdq: [60], [program]: [60] } };
    run = await runKind(repurposing, options(experiment, join(folder.path, 'repurposing')));
  }, 240_000);

  test('the record is enough', () => statesDetectors(run));

  test('a program is re-purposed as the same hash in presend is', () => {
    const [own, asked, other] = run.metrics.hashes;
    expect([own!.name, asked!.name, other!.name]).toEqual(['pdq', 'pdq-program', 'tiny-network']);
    expect({ ...asked!, name: 'pdq' }).toEqual(own);
    expect(other!.bits).toBe(64);
  });
});

describe.skipIf(!slow)('equality', () => {
  let run: Finished<EqualityMetrics>;
  beforeAll(async () => {
    const experiment = {
      ...smallEquality,
      dataset: { name: pictures },
      calibrationPictures: 10,
      editedPictures: 10,
      hashes: ['pdq', program, network],
      banded: [...smallEquality.banded, { of: network, sampledBits: 16, tables: 2 }],
      unrelated: { ...smallEquality.unrelated, miniatures: 30, apart: { hash: program, bits: 60 } },
      second: { ...smallEquality.second, checks: [{ hash: network, thresholdBits: 10 }] },
    };
    run = await runKind(equality, options(experiment, join(folder.path, 'equality')));
  }, 240_000);

  test('the record is enough', () => statesDetectors(run));

  test('a program has the same hashes as presend, and the designs have the lengths of the detectors', async () => {
    const rows = await readObservations(run.folder, equality.rows);
    const seen = rows.flatMap((row) =>
      row.row === 'equality-picture'
        ? row.renderings.flatMap(({ outcome }) => (outcome.state === 'hashed' ? [outcome.hashes] : []))
        : [],
    );
    expect(seen.length).toBeGreaterThan(10);
    for (const hashes of seen) expect(hashes['pdq-program']).toBe(hashes.pdq);
    const designs = new Map(run.metrics.designs.map(({ name, bits }) => [name, bits]));
    expect(designs.get('pdq-program')).toBe(256);
    expect(designs.get('tiny-network')).toBe(64);
    expect(designs.get('tiny-network 16×2')).toBe(16);
  });
});

describe.skipIf(!slow)('new content', () => {
  let run: Finished<NewContentMetrics>;
  beforeAll(async () => {
    const experiment = { ...smallNewContent, hash: program, secondHash: network };
    run = await runKind(newContent, options(experiment, join(folder.path, 'new-content')));
  }, 240_000);

  test('the record is enough', () => statesDetectors(run));

  test('every picture has a hash of both', async () => {
    const rows = await readObservations(run.folder, newContent.rows);
    const hashes = rows.flatMap((row) =>
      row.row === 'looked' && row.outcome.state === 'scored' ? [row.outcome.hashes] : [],
    );
    expect(hashes.length).toBeGreaterThan(20);
    for (const each of hashes) expect(Object.keys(each)).toEqual(['pdq-program', 'tiny-network']);
  });
});

test.each([
  [newContent, { ...smallNewContent, hash: 'none-such' }],
  [equality, { ...smallEquality, hashes: ['none-such'] }],
  [hashLeakage, { ...smallHashLeakage, topics: { hashes: ['none-such'], fewest: 3 } }],
  [
    evasion,
    {
      ...smallEvasion,
      evasion: { ...smallEvasion.evasion, targets: [{ hash: 'none-such', frequencies: 4, queries: 40 }] },
    },
  ],
  [repurposing, { ...smallRepurposing, hashes: ['none-such'], thresholds: {} }],
] as const)('an unknown hash is refused with one sentence: %#', (kind, experiment) => {
  expect(() => kind.check(experiment, 'Experiment x')).toThrow(UserError);
  expect(() => kind.check(experiment, 'Experiment x')).toThrow(/none-such/);
});
