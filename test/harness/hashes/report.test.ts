/** Reports of benchmarks: drawn from metrics of made-up rows, hostile names included. */

import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { CopyDetectionMetrics } from '../../../src/experiment/copy-detection/metrics.ts';
import { copyAnswer } from '../../../src/experiment/copy-detection/report.ts';
import { thornOverall, thornRecall } from '../../../src/experiment/copy-detection/tables.ts';
import type { FalsePositiveTailMetrics } from '../../../src/experiment/false-positive-tail/metrics.ts';
import { tailAnswer } from '../../../src/experiment/false-positive-tail/report.ts';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import { rare } from '../../../src/report/format.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { hostileNames, hostileRun } from '../../report/edges.ts';
import { run, timings } from '../../report/fixture-run.ts';
import { copies, copyMetricsOf, randomRows, row, tail, tailMetricsOf } from './rows.ts';

const bad = '<script>alert(1)</script>|"';

const copyMetrics = copyMetricsOf(randomRows(copies, 80), copies);
const tailRows = randomRows(tail, 1200);
const tailMetrics = tailMetricsOf(tailRows, tail);

/** Names that come from files: of the dataset, of pictures, of topics, of sets and edits. */
const hostileCopies = (): CopyDetectionMetrics => {
  const metrics = structuredClone(copyMetrics);
  metrics.question = bad;
  metrics.dataset.name = bad;
  metrics.dataset.refused = hostileNames.map((picture) => ({ picture, reason: bad }));
  for (const hash of metrics.hashes)
    for (const set of hash.sets) {
      set.set = bad;
      set.edits[0]!.title = bad;
    }
  return metrics;
};
const hostileTail = (): FalsePositiveTailMetrics => {
  const rows = [...tailRows, row('h', 'hard', 'none', 'ff'.repeat(8), { set: 'none', topic: bad })];
  const experiment = { ...tail, hashes: ['dhash'] };
  const metrics = tailMetricsOf(rows, experiment, { notes: [bad] });
  return { ...metrics, question: bad };
};
/** One picture: nothing to compare it with. */
const lonely = copyMetricsOf(randomRows(copies, 1), copies);
const lonelyTail = tailMetricsOf(randomRows(tail, 2), tail);

const cases = {
  copies: () => copyMetrics,
  tail: () => tailMetrics,
  'hostile copies': hostileCopies,
  'hostile tail': hostileTail,
  'one picture': () => lonely,
  'one entry': () => lonelyTail,
} as const;

describe.each(Object.entries(cases))('%s', async (name, make) => {
  const files = await fileReports(make(), hostileRun, timings);
  const { document } = parseHTML(files.html);

  test('every figure is drawn as PDF too, with its data and its legend', () =>
    expectFigures(files.figures, /nothing|^one |^no /.test(name) ? 0 : 1));

  test('gives the same bytes twice', async () => {
    expect(await fileReports(make(), hostileRun, timings)).toEqual(files);
  });

  test('prints no NaN, no Infinity, no undefined', async () => {
    for (const text of [files.html, files.markdown, ...Object.values(files.csv), await terminalReport(make(), timings)])
      expect(text).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  test('the page loads nothing and runs nothing', () => {
    expect(files.html).not.toMatch(/https?:|url\(|@import|clip-path/);
    expect(
      document.querySelectorAll('script, link, iframe, object, embed, img, base, form, [src], [onerror], [onload]'),
    ).toHaveLength(0);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const svg of document.querySelectorAll('svg:not([aria-hidden])'))
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(10);
  });

  test('strangers’ names break no table', async () => {
    for (const line of files.markdown.split('\n').filter((each) => each.startsWith('| ')))
      expect(line.endsWith(' |'), line).toBe(true);
    expect(files.markdown).not.toMatch(/<script/);
    expect(await terminalReport(make(), timings)).not.toMatch(/\p{Cc}(?<!\n)/u);
  });
});

test('every rate of the headline comes with its counts', async () => {
  const { html } = await fileReports(copyMetrics, run, timings);
  const table = parseHTML(html).document.querySelector('#recall table')!;
  for (const line of table.querySelectorAll('tbody tr')) {
    const [, asPublished, , corrected, precision] = [...line.querySelectorAll('td')];
    for (const cell of [asPublished, corrected, precision]) expect(cell?.textContent).toMatch(/\d+\/\d+.*\[/);
  }
});

test('an extrapolated rate is never shown without the word', async () => {
  const { html } = await fileReports(tailMetrics, run, timings);
  const cells = [...parseHTML(html).document.querySelectorAll('#size table')[0]!.querySelectorAll('td')];
  const beyond = cells.filter((cell) => cell.textContent?.includes('eff. bits'));
  expect(beyond.length).toBeGreaterThan(0);
  for (const cell of beyond) expect(cell.textContent).toContain('extrapolated');
});

test('answers follow the numbers', () => {
  const words = copyAnswer(copyMetrics)
    .map(({ text }) => text)
    .join(' ');
  expect(words).toContain('80 pictures in 80 groups');
  const other = structuredClone(copyMetrics);
  const [dhash, pdq] = other.hashes;
  dhash!.sets[0]!.asPublished.recall.estimate = 0.1;
  pdq!.sets[0]!.asPublished.recall.estimate = 0.9;
  expect(copyAnswer(other)[0]!.text).toContain('pdq finds the most');
  Object.assign(dhash!.sets[0]!.corrected.precision, { k: 1, n: 9, estimate: 1 / 9, high: 0.5, clusterHigh: 0.6 });
  expect(copyAnswer(other)[0]!.text).toContain('do not keep this precision under dhash');
  expect(tailAnswer(tailMetrics).map(({ label }) => label)).toContain('Extrapolation');
});

test('small rates are written as powers of ten', () => {
  expect([rare(0), rare(0.25), rare(0.0012), rare(3.96e-6), rare(9.96e-7), rare(1e-10)]).toEqual([
    '0 %',
    '25.0 %',
    '0.12 %',
    '4.0·10⁻⁶',
    '1.0·10⁻⁶',
    '1.0·10⁻¹⁰',
  ]);
});

test('published values are those of Thorn’s table', () => {
  expect([thornOverall('phash-16'), thornOverall('pdq'), thornOverall('dhash')]).toEqual([0.81967, 0.77181, undefined]);
  expect(thornRecall('crop0.05', 'pdq')).toEqual([0.3061, 78]);
});
