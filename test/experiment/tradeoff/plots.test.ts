/** Every plot is a file in test/output: the snapshots are the examples. */

import { expect, test } from 'vitest';
import { paretoPlot, recallPlot } from '../../../src/experiment/tradeoff/plots.ts';
import { advantagePlot, budgetPlot } from '../../../src/experiment/tradeoff/plots-count-leak.ts';
import { detPlot, rocPlot } from '../../../src/experiment/tradeoff/plots-curves.ts';
import { costPlots, sequenceDiagram } from '../../../src/experiment/tradeoff/plots-traffic.ts';
import { leakagePlot } from '../../../src/experiment/tradeoff/report-leakage.ts';
import { markdownReport } from '../../../src/experiment/tradeoff/report-markdown.ts';
import { terminalTable } from '../../../src/experiment/tradeoff/report-terminal.ts';
import { placeLabels } from '../../../src/report/page/labels.ts';
import { hostile } from '../../report/edges.ts';
import { fixture } from '../../report/fixture.ts';
import { run, timings } from '../../report/fixture-run.ts';

/** A threshold setting such as an experiment has. */
const threshold = { matches: 5, syntheticShare: 0.1, syntheticBudget: 16, pictures: 120 };

const plots: Record<string, (metrics: ReturnType<typeof fixture>) => string> = {
  'pareto-identity': (metrics) => paretoPlot(metrics, 'identity'),
  'pareto-topic': (metrics) => paretoPlot(metrics, 'topic'),
  'roc-linear': (metrics) => rocPlot(metrics, 'linear'),
  'roc-log': (metrics) => rocPlot(metrics, 'log'),
  det: detPlot,
  'recall-authors': (metrics) => recallPlot(metrics, 'atAuthors'),
  'recall-calibrated': (metrics) => recallPlot(metrics, 'calibrated'),
  'leakage-identity': (metrics) => leakagePlot(metrics, 'identity'),
  'leakage-topic': (metrics) => leakagePlot(metrics, 'topic'),
  'sequence-escrow': ({ strategies }) => sequenceDiagram(strategies[2]!),
  'sequence-prefix-lookup': ({ strategies }) => sequenceDiagram(strategies[7]!),
  'counts-advantage': () => advantagePlot(threshold),
  'counts-budget': () => budgetPlot(threshold),
  'cost-bytes': (metrics) => costPlots(metrics, timings)[0]![1],
  'cost-time': (metrics) => costPlots(metrics, timings)[1]![1],
  'cost-list': (metrics) => costPlots(metrics, timings)[2]![1],
};

test.each(Object.entries(plots))('%s', async (name, draw) => {
  const svg = draw(fixture());
  expect(draw(fixture())).toBe(svg);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  await expect(`${svg}\n`).toMatchFileSnapshot(`../../output/report-${name}.svg`);
});

test.each(Object.entries(plots))('%s escapes hostile names', (_, draw) => {
  expect(draw(hostile())).not.toMatch(/<script|<svg onload/i);
});

test('terminal and Markdown', async () => {
  await expect(terminalTable(fixture(), timings)).toMatchFileSnapshot('../../output/report-terminal.txt');
  await expect(markdownReport(fixture(), run, timings)).toMatchFileSnapshot('../../output/report.md');
});

test('labels cover neither each other nor a dot, even where dots coincide', () => {
  const at = (x: number, y: number) => ({ x, y, whiskers: { x1: x - 15, x2: x + 15, y1: y - 10, y2: y + 10 } });
  const dots = ['e2ee', 'client-warn', 'escrow', 'psi', 'user-report', 'hash-upload', 'server-scan'].map(
    (text, index) => ({
      text,
      ...(index < 4 ? at(80, 350) : at(380 + index, 80 + index)),
    }),
  );
  const boxes = placeLabels(dots, { x1: 40, x2: 498, y1: 20, y2: 356 }).map(({ lines, x, y, anchor }) => {
    const width = Math.max(...lines.map((line) => line.length)) * 6.3;
    const height = lines.length * 14;
    const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
    return { x1: left, x2: left + width, y1: y - height / 2, y2: y + height / 2 };
  });
  const apart = (a: (typeof boxes)[number], b: (typeof boxes)[number]): boolean =>
    a.x2 <= b.x1 || b.x2 <= a.x1 || a.y2 <= b.y1 || b.y2 <= a.y1;
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) expect(apart(a, b)).toBe(true);
    for (const { x, y } of dots) expect(apart(a, { x1: x - 4, x2: x + 4, y1: y - 4, y2: y + 4 })).toBe(true);
  });
});
