/** Reports of threshold runs: drawn from a small simulation, from one of nothing, and with hostile names. */
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import type { ThresholdMetrics } from '../../../src/experiment/threshold/metrics.ts';
import { thresholdAnswer } from '../../../src/experiment/threshold/report.ts';
import type { VoucherAccountRow } from '../../../src/experiment/threshold/rows.ts';
import { settingName } from '../../../src/experiment/threshold/run.ts';
import { thresholdMetrics } from '../../../src/experiment/threshold/score.ts';
import { thresholdCells } from '../../../src/experiment/threshold/score-cells.ts';
import { accountsText, protocolTable } from '../../../src/experiment/threshold/tables.ts';
import { simulateAccounts } from '../../../src/experiment/threshold/tasks.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { hostileRun } from '../../report/edges.ts';
import { timings } from '../../report/fixture-run.ts';
import { smallThreshold as small } from './rows.ts';

const bad = '<script>alert(1)</script>|"';
const cells = thresholdCells(small);
const simulated = [...cells.offenders, ...cells.innocents, ...cells.knowledge].map((cell) =>
  simulateAccounts({ seed: 6, cell, batch: 0, accounts: 500 }),
);
const vouchers = cells.protocol.flatMap(({ id: cell, threshold, synthetic }) =>
  (['below', 'at', 'above'] as const).map(
    (level, i): VoucherAccountRow => ({
      row: 'voucher-account',
      cell,
      account: level,
      threshold,
      synthetic,
      level,
      vouchers: 10,
      matches: threshold - 1 + i,
      syntheticVouchers: synthetic ? 6 + 2 * i : 0,
      opened: threshold - 1 + i,
      rejected: 0,
      detected: i > 0,
      payloads: i > 0 ? threshold : 0,
      wrongPayloads: 0,
      otherMethod: synthetic,
      sentBytes: 9000,
    }),
  ),
);
const metrics = thresholdMetrics([...simulated, ...vouchers], small);

const hostile = (): ThresholdMetrics => {
  const copy = structuredClone(metrics);
  copy.question = bad;
  copy.experiment = bad;
  for (const each of copy.offenders) {
    each.held.name = bad;
    each.detection.name = bad;
    each.detection.source = bad;
  }
  for (const each of copy.innocents.curves) each.falseMatch.name = bad;
  copy.innocents.bursts.source = bad;
  return copy;
};

const cases = {
  small: () => metrics,
  hostile,
  nothing: () => thresholdMetrics([], small),
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

  test('every table and section is there', () => {
    const ids = [...document.querySelectorAll('section')].map(({ id }) => id);
    expect(ids).toEqual(['recall', 'innocents', 'knowledge', 'protocol', 'data', 'provenance', 'limits']);
    expect(document.querySelectorAll('table.main')).toHaveLength(8);
  });
});

test('the answer is computed: recall, knowledge, and the other way of decoding', () => {
  const text = thresholdAnswer(metrics)
    .map((each) => each.text)
    .join('\n');
  const at = metrics.offenders[0]!.curve[4]!;
  expect(text).toContain(`${(100 * at.pictures.exact).toFixed(1)} % of the listed pictures`);
  // Twelve accounts; of those with synthetic vouchers the one above the threshold sent more than the budget of 8.
  expect(text).toContain('10 of 10 accounts were opened exactly when the rule says so');
  expect(text).toContain('1 of 1 at t = 2 and 1 of 1 at t = 3');
});

test('times stand beside the setting that the run names them by', () => {
  const spent = Object.fromEntries(
    cells.protocol.map((cell) => [settingName(cell), { senderMedian: 1.5, otherRolesMedian: 0.25 }]),
  );
  const { lines } = protocolTable(metrics, { ...timings, perMessageMillis: spent });
  for (const { cells: row } of lines) expect(row.map(({ main }) => main)).toContain('1.5 ms');
});

test.each([
  [9_950_171, '9,950,171'],
  [77.4, '77'],
  [0.0045, '0.0045'],
  [8.3e-4, '8.3·10⁻⁴'],
  [3.6e-84, '3.6·10⁻⁸⁴'],
  [0, '0'],
])('%d accounts are written %s', (accounts, text) => expect(accountsText(accounts)).toBe(text));
