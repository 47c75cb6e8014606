/** Reports of re-purposing runs: drawn from made-up rows, from rows of nothing but hashes, and with hostile names. */
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import type { RepurposingMetrics } from '../../../src/experiment/repurposing/metrics.ts';
import { repurposingAnswer } from '../../../src/experiment/repurposing/report.ts';
import { repurposingMetrics } from '../../../src/experiment/repurposing/score.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { hostileRun } from '../../report/edges.ts';
import { timings } from '../../report/fixture-run.ts';
import { headRow, listRows, smallRepurposing as small } from './rows.ts';

const bad = '<script>alert(1)</script>|"';
const context = {
  experiment: { ...small, hashes: ['dhash'] },
  dataset: { name: 'made up', sha256: 'ab' },
  notes: [],
};
const heads = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((target) => [
  headRow(target, 0, 1, 5),
  headRow(target, 0.05, 4, 6),
  headRow(target, 0.1, 8, 9),
]);
const metrics = repurposingMetrics([...listRows(), ...heads], context);

const hostile = (): RepurposingMetrics => {
  const copy = structuredClone(metrics);
  copy.question = bad;
  copy.experiment = bad;
  copy.dataset.name = bad;
  for (const each of copy.hashes) each.name = bad;
  for (const each of copy.claims) each.why = bad;
  for (const each of copy.classifier!.byTarget) each.target = bad;
  copy.classifier!.declared = [bad];
  return copy;
};

const cases = {
  small: () => metrics,
  hostile,
  'no heads, no standpoints, too few photographs': () =>
    repurposingMetrics(
      listRows().flatMap(({ standpoints: _, ...row }) => (row.use === 'insertable' ? [] : [row])),
      context,
    ),
} as const;

describe.each(Object.entries(cases))('%s', async (name, make) => {
  const files = await fileReports(make(), hostileRun, timings);
  const { document } = parseHTML(files.html);

  test('every figure is drawn as PDF too, with its data and its legend', () =>
    expectFigures(files.figures, /nothing|^one |^no /.test(name) ? 0 : 1));

  test('gives the same bytes twice', async () => expect(await fileReports(make(), hostileRun, timings)).toEqual(files));

  test('prints no NaN, no Infinity, no undefined', async () => {
    for (const text of [files.html, files.markdown, ...Object.values(files.csv), await terminalReport(make(), timings)])
      expect(text.match(/NaN|Infinity|undefined|\[object/)).toBeNull();
  });

  test('the page loads nothing and runs nothing', () => {
    expect(files.html).not.toMatch(/https?:|url\(|@import|clip-path/);
    expect(document.querySelectorAll('script, link, iframe, object, embed, img, base, form, [src]')).toHaveLength(0);
    for (const svg of document.querySelectorAll('svg:not([aria-hidden])'))
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(10);
  });

  test('every section is there, and a plot of each hash that could be poisoned', () => {
    const ids = [...document.querySelectorAll('section')].map(({ id }) => id);
    const classifier = name.startsWith('no heads') ? [] : ['classifier'];
    expect(ids).toEqual(['list', ...classifier, 'claims', 'controls', 'thresholds', 'data', 'provenance', 'limits']);
    expect(document.querySelectorAll('#list svg.plot')).toHaveLength(name.startsWith('no heads') ? 0 : 2);
    expect(document.querySelectorAll('#classifier svg.plot')).toHaveLength(classifier.length * 3);
  });
});

test('the answer is computed: what is seen, what heads find, who notices', () => {
  const text = repurposingAnswer(metrics)
    .map((each) => each.text)
    .join('\n');
  const cell = metrics.hashes[0]!.thresholds.find(({ reasons }) => reasons.includes('operator'))!.cells.find(
    ({ share, choice }) => share === 0.2 && choice === 'random',
  )!;
  expect(text).toContain(`${cell.hit.k} of ${cell.hit.n}`);
  expect(text).toContain('80.0 % (48 of 60');
  expect(text).toContain('or 10 pictures with it');
  expect(text).toContain('not comparable');
});
