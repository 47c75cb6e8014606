/** Reports on new content, base rates and score drift: from small runs, from runs of nothing, and with hostile names. */

import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { baseRateAnswer } from '../../../src/experiment/base-rate/report.ts';
import { baseRateMetrics } from '../../../src/experiment/base-rate/score.ts';
import { claims, scoreText, volumeTable, wantedTable } from '../../../src/experiment/base-rate/tables.ts';
import { costWords, newContentAnswer } from '../../../src/experiment/new-content/report.ts';
import { newContentMetrics } from '../../../src/experiment/new-content/score.ts';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import { scoreDriftAnswer } from '../../../src/experiment/score-drift/report.ts';
import { scoreDriftMetrics } from '../../../src/experiment/score-drift/score.ts';
import { setFacts } from '../../../src/harness/edit-preset.ts';
import type { ScoreRow } from '../../../src/schema/scored.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { hostileRun } from '../../report/edges.ts';
import { timings } from '../../report/fixture-run.ts';
import {
  baseRateRows,
  newContentRows,
  scoredRow,
  scorerRow,
  smallBaseRate,
  smallDrift,
  smallNewContent,
} from './rows.ts';

const bad = '<script>alert(1)</script>|"';
const dataset = { name: bad, sha256: 'a'.repeat(64) };
const driftRows: ScoreRow[] = [
  scorerRow(),
  ...Array.from({ length: 6 }, (_, i) => [
    scoredRow(`p${i}`, { sexy: 0.4 }, { set: 'small' }),
    scoredRow(`p${i}`, { sexy: 0.1 * i }, { set: 'small', transform: 'jpeg(quality=30)' }),
    scoredRow(`p${i}`, { sexy: 0.4 }, { set: 'decoding and scaling' }),
    scoredRow(`p${i}`, { sexy: 0.41 }, { set: 'decoding and scaling', transform: bad }),
  ]).flat(),
];
const hostileScorer: ScoreRow = { ...scorerRow(), decoder: bad, kernel: bad };

const cases = {
  'new content': () => newContentMetrics(newContentRows, { experiment: smallNewContent, dataset, notes: [bad] }),
  'new content of nothing': () =>
    newContentMetrics([hostileScorer], { experiment: { ...smallNewContent, question: bad }, dataset, notes: [] }),
  'base rate': () => baseRateMetrics(baseRateRows, { experiment: smallBaseRate, dataset, notes: [] }),
  'base rate of nothing': () =>
    baseRateMetrics([hostileScorer], {
      experiment: { ...smallBaseRate, question: bad, alarms: [{ name: bad, labels: ['Sexy'] }] },
      dataset,
      notes: [bad],
    }),
  'score drift': () =>
    scoreDriftMetrics(driftRows, { experiment: smallDrift, sets: setFacts(smallDrift), dataset, notes: [bad] }),
  'score drift of nothing': () =>
    scoreDriftMetrics([hostileScorer], {
      experiment: { ...smallDrift, question: bad },
      sets: setFacts(smallDrift),
      dataset,
      notes: [],
    }),
} as const;

describe.each(Object.entries(cases))('%s', async (name, make) => {
  const metrics = make();
  const files = await fileReports(metrics, hostileRun, timings);
  const { document } = parseHTML(files.html);

  test('every figure is drawn as PDF too, with its data and its legend', () =>
    expectFigures(files.figures, /nothing|^one |^no /.test(name) ? 0 : 1));

  test('gives the same bytes twice', async () => expect(await fileReports(make(), hostileRun, timings)).toEqual(files));

  test('no table has the title of its section once more', () => {
    for (const section of document.querySelectorAll('section')) {
      const title = section.querySelector('h2')!.textContent;
      expect([...section.querySelectorAll('h3')].map((each) => each.textContent)).not.toContain(title);
    }
  });

  test('prints no NaN, no Infinity, no undefined', async () => {
    for (const text of [
      files.html,
      files.markdown,
      ...Object.values(files.csv),
      await terminalReport(metrics, timings),
    ])
      expect(text.match(/.{0,40}(NaN|Infinity|undefined|\[object).{0,20}/)).toBeNull();
  });

  test('the page loads nothing, runs nothing and names its plots', () => {
    expect(files.html).not.toMatch(/https?:|url\(|@import|clip-path/);
    expect(document.querySelectorAll('script, link, iframe, object, embed, img, base, form, [src]')).toHaveLength(0);
    for (const svg of document.querySelectorAll('svg:not([aria-hidden])'))
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(10);
  });
});

test('new content: the answer is computed from the counts', () => {
  const text = newContentAnswer(cases['new content']())
    .map((each) => each.text)
    .join('\n');
  expect(text).toContain('dhash ≤ 10 finds 0 % (0 of 12; 95 % interval 0 to 26 % by picture');
  expect(text).toContain('the trained head 50 % (6 of 12');
  expect(text).toContain('−50.0 points');
});

test('new content: a cost that the sources do not show is called so, with the source that makes it', () => {
  const { detectors } = cases['new content']();
  const head = detectors.find(({ name }) => name === 'head')!;
  const difference = {
    ...head.newness,
    n: 119,
    estimate: -0.176,
    low: -0.26,
    high: -0.1,
    clusterLow: -0.64,
    clusterHigh: 0.34,
    clusters: 4,
  };
  const words = costWords({ ...head, newness: difference });
  expect(words).toMatch(/^By source no cost is shown, and none is excluded: 4 sources were held out\. Of \d+ pictures/);
  expect(costWords({ ...head, newness: { ...difference, clusterHigh: -0.01 } })).toMatch(
    /^By source the loss is shown\./,
  );
});

describe('base rate', () => {
  const metrics = cases['base rate']();

  test('the answer says what the data cannot certify', () => {
    const text = baseRateAnswer(metrics)
      .map((each) => each.text)
      .join('\n');
    expect(text).toMatch(
      /The data cannot certify this: it would take [\d,]+ innocent pictures without one false alarm/,
    );
    expect(text).toContain('Never raising an alarm is 99.9962 % accurate');
    expect(text).toContain('FPR of 3.0·10⁻⁸');
  });

  test('an alarm without a false one has a lower bound and no estimate', () => {
    const { lines } = wantedTable(metrics);
    const clean = lines.filter(({ cells }) => cells[2]!.plain.startsWith('0/'));
    expect(clean.length).toBeGreaterThan(0);
    for (const { cells } of clean) expect(cells[3]!.plain).toMatch(/^≥ /);
  });

  test('where no false alarm was seen a service is told the most there may be, never none', () => {
    const { lines } = volumeTable(metrics);
    const clean = metrics.volume.rows.flatMap(({ measured }, i) => (measured?.rate.k === 0 ? [lines[i]!] : []));
    expect(clean.length).toBeGreaterThan(0);
    for (const { cells } of clean) {
      for (const i of [0, 1, 3]) expect(cells[i]!.plain).toMatch(/^≤ (?!0,).*none seen$/);
      expect(cells[2]!.plain).toMatch(/^≥ /);
    }
  });

  test('claims carry how they were read; none is from memory', () => {
    for (const { tag, source } of claims) {
      expect(['V', 'V2']).toContain(tag);
      expect(source.length).toBeGreaterThan(10);
    }
    expect(claims.map(({ claim }) => claim).join()).not.toMatch(/98\.|99\.9 % precision/);
  });
});

test.each([
  [0.5, '0.5'],
  [0.91237, '0.912'],
  [0.9999, '1 − 1.0·10⁻⁴'],
])('a score of %f is written %s', (score, text) => expect(scoreText(score)).toBe(text));

test('what may go unseen of flips is a rate of flips, and the same in the answer and among the limits', () => {
  const metrics = cases['score drift']();
  const sure = scoreDriftAnswer(metrics).find(({ label }) => label === 'How sure')!.text;
  // Six pictures without a flip: 1 − 0.05^(1/6).
  expect(sure).toContain('a rate of flips of up to 39.30 % may remain unobserved');
  expect(metrics.limits.join(' ')).toContain('the rate of flips can still be 39.30 %');
});
