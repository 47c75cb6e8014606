/** Leakage experiments: a small run repeats byte by byte, its oracles hold, and each of them notices when it should not. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { readExperiment } from '../../../src/experiment/experiment-file.ts';
import { schemas } from '../../../src/experiment/json-schema.ts';
import type { LeakageExperiment } from '../../../src/experiment/leakage/experiment.ts';
import { checkLeakage, leakage } from '../../../src/experiment/leakage/kind.ts';
import { LeakageMetrics } from '../../../src/experiment/leakage/metrics.ts';
import { leakageAnswer } from '../../../src/experiment/leakage/report.ts';
import type { LeakAttackRow, LeakageRow, LeakViewRow } from '../../../src/experiment/leakage/rows.ts';
import { leakageMetrics } from '../../../src/experiment/leakage/score.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { check } from '../../../src/schema/check.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { scratch, tiny } from '../../harness/tiny.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { slowTest } from '../../helpers/slow.ts';
import { hostileRun } from '../../report/edges.ts';

const { version, seed, dataset, assignment, operatingPoint, messages } = tiny;
const small: LeakageExperiment = checkLeakage(
  {
    version,
    kind: 'leakage',
    name: 'leakage-small',
    question: 'Does anybody learn more than the design lets them?',
    seed,
    dataset,
    assignment,
    strategies: ['server-scan', 'client-list', 'client-warn', 'hash-upload', 'similarity-bucket', 'threshold-psi'],
    operatingPoint,
    messages: { ...messages, abort: 0.5 },
    attacks: { recompressed: { name: 'jpeg', quality: 50 }, falseAccusationCost: 10 },
  },
  'Test experiment',
);

const options = (out: string, more: Partial<RunOptions<LeakageExperiment>> = {}): RunOptions<LeakageExperiment> => ({
  experiment: small,
  asPassed: JSON.stringify(small),
  out,
  resume: false,
  limit: 24,
  threads: 1,
  command: 'presend run leakage-small',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

describe('a run', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let unbroken: Finished<LeakageMetrics>;
  let rows: LeakageRow[];
  const text = (of: string, name: string): Promise<string> => readFile(join(of, name), 'utf8');
  const anew = (changed: readonly LeakageRow[]): LeakageMetrics =>
    leakageMetrics(changed, {
      experiment: small,
      dataset: { name: 'generated', sha256: '0'.repeat(64) },
      listEntries: 4,
      notes: [],
    });
  /** The rows with some views changed. */
  const withView = (strategy: string, change: (row: LeakViewRow) => LeakViewRow): LeakageRow[] =>
    rows.map((row) =>
      row.row === 'leak-view' && row.strategy === strategy && row.adversary === 'provider' ? change(row) : row,
    );

  beforeAll(async () => {
    folder = await scratch();
    unbroken = await runKind(leakage, options(join(folder.path, 'unbroken')));
    rows = await readObservations(unbroken.folder, leakage.rows);
  }, 480_000);
  afterAll(() => folder.remove());

  test('leaves rows and metrics as their schemas say', async () => {
    expect((await readdir(unbroken.folder)).sort()).toEqual([
      'equality-list.presend',
      'list.presend',
      'metrics.json',
      'rows',
      'run.json',
      'second-list.presend',
      'timings.json',
    ]);
    check(LeakageMetrics, JSON.parse(await text(unbroken.folder, 'metrics.json')), 'metrics');
    for (const [i, row] of rows.entries()) check(schemas.observation, row, `Row ${i + 1}`);
    expect(unbroken.record.experimentResolved).toEqual(small);
    expect(unbroken.record.streams).toContain('leak/…');
  });

  test('gives the same metrics when they are derived anew from what it left', async () =>
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics));

  slowTest(
    'interrupted and resumed, it has the same bytes',
    async () => {
      const out = join(folder.path, 'broken');
      const stop = new AbortController();
      const interrupt = (phase: string, done: number): void => {
        if (phase === 'strategies' && done >= 1) stop.abort();
      };
      await expect(
        runKind(leakage, options(out, { threads: 1, signal: stop.signal, onProgress: interrupt })),
      ).rejects.toThrow(InterruptedError);
      await runKind(leakage, options(out, { resume: true, threads: 2 }));
      await expectSame(out, unbroken.folder);
    },
    480_000,
  );

  test('data processing holds: voucher ≤ entry ≤ hash ≤ picture, exactly and by attack', () => {
    const { chain } = unbroken.metrics;
    expect(chain).toMatchObject({ holds: true, violations: [] });
    const bits = chain!.links.map(({ identityBits }) => identityBits);
    expect(bits).toEqual([...bits].sort((a, b) => a - b));
    expect(chain!.links.map(({ distinct }) => distinct)[0]).toBe(2);
    expect(chain!.links.at(-1)!.distinct).toBe(chain!.links.at(-1)!.pictures);
    expect(chain!.links.every(({ attacks }) => attacks.length === 3)).toBe(true);
  });

  test('a voucher that told every picture apart would break the chain', () => {
    const leaky = withView('threshold-psi', (row) => ({
      ...row,
      outcome: { names: row.messages.map(String), at: [...row.messages.keys()] },
    }));
    const { chain } = anew(leaky);
    expect(chain!.holds).toBe(false);
    expect(chain!.violations.join()).toContain('bits on the picture: a voucher opened (S9a)');
    expect(leakageAnswer(anew(leaky)).find(({ label }) => label === 'Data processing')!.text).toContain('broken');
  });

  test('every control holds, and each attack has both', () => {
    const { controls, attacks } = unbroken.metrics;
    expect(controls.failing).toEqual([]);
    expect(controls.negative.held.k).toBe(controls.negative.held.n);
    expect(controls.positive.held.k).toBe(controls.positive.held.n);
    for (const { positive, negative } of attacks) {
      expect(positive.success.k).toBe(positive.success.n);
      expect(negative.holds).toBe(true);
    }
  });

  test('a control that fails is the first thing that the report says', () => {
    const cheat = (row: LeakAttackRow): LeakAttackRow => ({ ...row, rank: row.rank.map(() => 1) });
    const miss = (row: LeakAttackRow): LeakAttackRow => ({ ...row, rank: row.rank.map((_, i) => (i === 0 ? 2 : 1)) });
    for (const [control, change] of [
      ['shuffled', cheat],
      ['planted', miss],
    ] as const) {
      const wrong = rows.map((row) =>
        row.row === 'leak-attack' && row.control === control && row.secret === 'copy' && row.strategy === 'hash-upload'
          ? change(row)
          : row,
      );
      const metrics = anew(wrong);
      expect(metrics.controls.failing.length).toBeGreaterThan(0);
      expect(leakageAnswer(metrics)[0]!.label).toBe('A control failed');
    }
  });

  test('every known channel tells the pictures apart that the views do, within what is predicted', () => {
    const { known } = unbroken.metrics;
    expect(known.length).toBeGreaterThan(30);
    expect(known.filter(({ observed, within, ceiling }) => observed?.same === false || !within || !ceiling)).toEqual(
      [],
    );
    const at = (strategy: string, adversary: string) =>
      known.find((each) => each.strategy === strategy && each.adversary === adversary && each.scope === 'silent')!;
    // A deterministic view under equally likely pictures: V'/V is the number of different views (Smith, FoSSaCS 2009).
    for (const each of known)
      if (each.observed && each.scope === 'silent' && !each.view.includes('flipped'))
        expect(each.capacity).toBe(each.observed.distinct);
    expect(at('server-scan', 'provider').posterior).toBe(1);
    expect(at('client-list', 'provider').capacity).toBe(at('client-list', 'relay').capacity);
    expect(at('similarity-bucket', 'network').standing).toBe('upper bound');
    const { rate, expected } = at('similarity-bucket', 'provider').flipped!;
    expect([rate.low < expected, rate.high > expected]).toEqual([true, true]);
  });

  test('views that show more than the channel says are noticed', () => {
    const telling = withView('client-list', (row) => ({
      ...row,
      sizes: { names: row.messages.map((index) => `sender>relay envelope ${index}`), at: [...row.messages.keys()] },
    }));
    const metrics = anew(telling);
    expect(metrics.known.some(({ observed }) => observed?.same === false)).toBe(true);
    expect(leakageAnswer(metrics)[0]).toMatchObject({ label: 'A channel is not as constructed' });
    const tenfold = (row: LeakAttackRow): LeakAttackRow => {
      const often = <T>(values: readonly T[]): T[] => Array.from({ length: 10 }, () => values).flat();
      const [all, property] = [often(row.messages), often(row.property ?? [])];
      return { ...row, messages: all, rank: all.map(() => 1), handed: often(row.handed), property };
    };
    // An attack that does better than the best guess there is has found a channel that nobody wrote down.
    const magic = anew(
      rows.map((row) =>
        row.row === 'leak-attack' && row.control === 'none' && row.secret === 'identity' && row.adversary === 'relay'
          ? tenfold(row)
          : row,
      ),
    );
    expect(magic.known.some(({ ceiling, adversary }) => !ceiling && adversary === 'relay')).toBe(true);
  });

  test('reports give a match away to the network, warnings only by what is not sent', () => {
    const traffic = (strategy: string) =>
      unbroken.metrics.attacks.find(
        (each) => each.strategy === strategy && each.adversary === 'network' && each.secret === 'traffic',
      )!.match!;
    const { truePositives, falsePositives } = traffic('client-list');
    const { match: upload } = { match: traffic('hash-upload') };
    // Few matches, so the attacker may not dare; what it does is never a false alarm.
    expect(truePositives.n).toBeGreaterThan(0);
    expect(falsePositives.k).toBe(0);
    expect(upload.advantage!.estimate).toBe(0);
    expect(unbroken.metrics.matches.find(({ strategy }) => strategy === 'client-list')).toMatchObject({
      channel: 'bit',
      advantage: 1,
    });
    expect(unbroken.metrics.matches.find(({ strategy }) => strategy === 'client-warn')).toMatchObject({
      channel: 'none',
      advantage: 0,
    });
  });

  test('a list on the device tells members, an upload tells the device nothing', () => {
    const of = (strategy: string, means: string) =>
      unbroken.metrics.membership.find((each) => each.strategy === strategy && each.means === means)!;
    expect(of('client-list', 'set-up').advantage!.estimate).toBe(1);
    expect(of('client-warn', 'query').advantage!.estimate).toBe(1);
    expect(of('hash-upload', 'set-up').members.k + of('hash-upload', 'query').members.k).toBe(0);
    expect(of('threshold-psi', 'set-up').members.k + of('threshold-psi', 'query').members.k).toBe(0);
  });

  test('relay and network see endpoints by design; only reports name senders to the curator', () => {
    const named = (strategy: string, adversary: string) =>
      unbroken.metrics.endpoints.find((each) => each.strategy === strategy && each.adversary === adversary)!.named;
    for (const strategy of ['server-scan', 'hash-upload', 'threshold-psi'])
      for (const adversary of ['relay', 'network']) expect(named(strategy, adversary).estimate).toBe(1);
    expect(named('client-list', 'curator').estimate).toBeLessThan(1);
  });

  test('its report is drawn, states the limits, and shows itself whatever names are in it', async () => {
    const bad = '<script>alert(1)</script>|"';
    const copy = structuredClone(unbroken.metrics);
    copy.question = bad;
    copy.experiment = bad;
    for (const [metrics, hostile] of [
      [unbroken.metrics, false],
      [copy, true],
    ] as const) {
      const { html, markdown, csv, figures } = await fileReports(metrics, hostileRun);
      expectFigures(figures);
      expect((await fileReports(metrics, hostileRun)).html === html).toBe(true);
      const { document } = parseHTML(html);
      expect(document.querySelectorAll('script')).toHaveLength(0);
      expect([...document.querySelectorAll('section')].map(({ id }) => id)).toEqual(
        expect.arrayContaining([
          'panel',
          'pareto',
          'traffic',
          'list',
          'chain',
          'fusion',
          'known',
          'controls',
          'limits',
        ]),
      );
      expect(document.querySelectorAll('#panel svg').length, 'no court saw anything').toBe(5);
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
      for (const limit of metrics.limits) expect(document.querySelector('#limits')!.textContent).toContain(limit);
      expect(Object.keys(csv)).toContain('attacks.csv');
      expect(markdown).toContain('The data-processing chain');
      expect(await terminalReport(metrics)).toContain('What the provider learns');
      if (hostile) expect(html).not.toContain(bad);
    }
  });
});

test('experiments/leakage.schema.json is what the command prints, and both experiments fit it', async () => {
  const folder = join(import.meta.dirname, '../../../experiments');
  expect(
    await readFile(join(folder, 'leakage.schema.json'), 'utf8'),
    'run: npx presend schema leakage > experiments/leakage.schema.json',
  ).toBe(`${schemaText('leakage')}\n`);
  for (const file of ['experiment.yaml', 'photographs.yaml'])
    expect((await readExperiment(join(folder, 'leakage', file))).experiment.kind).toBe('leakage');
});

describe('a wrong experiment', () => {
  test.each([
    [{ ...small, attacks: { ...small.attacks, recompressed: { name: 'none' } } }, /at \/attacks\/recompressed/],
    [{ ...small, strategies: ['client-lists'] }, /Did you mean client-list/],
    [{ ...small, strategies: [] }, /at \/strategies/],
    [{ ...small, messages: { ...small.messages, label: 'dog' } }, /label of tiny-colours/],
    [{ ...small, model: {} }, /model/],
  ])('%# is refused in one sentence', (value, sentence) =>
    expect(() => checkLeakage(value, 'Experiment x')).toThrow(sentence),
  );
});
