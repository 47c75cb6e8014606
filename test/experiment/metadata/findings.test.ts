/** What runs on metadata measured is quoted from one file: by the letter's model, by the back-test, by READMEs, and by the line of S12 in every table. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { accountsShown, withBlock } from '../../../scripts/metadata-findings-of.ts';
import { defaultEpisodes } from '../../../src/backtest/episodes.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { metadataFindingsFile } from '../../../src/harness/metadata-findings.ts';
import { modelDefaults, modelFiles } from '../../../src/harness/model-inputs.ts';
import { percent } from '../../../src/report/format.ts';
import {
  signalsBack,
  signalsFound,
  signalsLearnt,
  signalsName,
  signalsOrdered,
  signalsPower,
  signalsReported,
  signalsStopped,
} from '../../../src/report/metadata-signals.ts';
import { plain, tableHtml, tableMarkdown, tableTerminal } from '../../../src/report/table.ts';
import { metadataSignals } from '../../../src/schema/metadata-signals.ts';
import { strategies, strategyByName } from '../../../src/strategy/index.ts';

const { generated, photographs } = metadataFindingsFile();
const shownAt = (overlap: number) => generated.shown.find((each) => each.overlap === overlap)!.offending;

describe('the input of the letter’s model', () => {
  test('is what npm run metadata-findings writes from the committed findings, and so is that of the back-test', () => {
    const { model, backtest } = accountsShown(generated);
    for (const [path, block] of [
      [modelFiles.inputs, model],
      [defaultEpisodes, backtest],
    ] as const) {
      const yaml = readFileSync(path, 'utf8');
      expect(withBlock(yaml, block)).toBe(yaml);
    }
    const { k, n } = shownAt(0);
    expect(modelDefaults().inputs.accountsShown!.uniform![1]).toBeCloseTo(k / n, 3);
    expect(modelDefaults().inputs.accountsShown!.value).toBeCloseTo(
      shownAt(generated.overlap).k / shownAt(generated.overlap).n,
      3,
    );
  });

  test('changes with the findings, and nothing else in the file does', () => {
    const yaml = 'inputs:\n  accountsShown:\n    value: 1\n    note: "x"\n  other:\n    value: 2\n';
    const { model } = accountsShown(generated);
    const written = withBlock(yaml, model);
    expect(written.startsWith('inputs:\n  accountsShown:\n    value: 0.')).toBe(true);
    expect(written.endsWith('\n  other:\n    value: 2\n')).toBe(true);
    expect(() => withBlock('inputs:\n', model)).toThrow("Expected a line '  accountsShown:'");
  });
});

test('the README has the numbers of the file', () => {
  const readme = readFileSync(join(projectRoot, 'experiments/metadata/README.md'), 'utf8').replace(/\s+/g, ' ');
  for (const { run } of [generated, photographs!]) expect(readme).toContain(run.runId);
  for (const of of [generated, photographs!])
    for (const { found, accused } of of.detectors.filter(({ name }) => name === 'pictures-or-reports'))
      for (const { k, n } of [found, accused]) expect(readme).toContain(`${k}/${n.toLocaleString('en')}`);
  const most = shownAt(0);
  expect(readme).toContain(`${most.k} of ${most.n.toLocaleString('en')} (${percent(most.k / most.n)})`);
});

describe('the line of S12', () => {
  test('is of no strategy that scans messages', () => {
    expect(Object.keys(strategies)).not.toContain(metadataSignals.name);
    expect(() => strategyByName(metadataSignals.name)).toThrow(
      'scans no message; measure it with: presend run metadata',
    );
    expect(Object.values(strategies).map(({ id }) => id as string)).not.toContain(metadataSignals.id);
  });

  test('names its run wherever it has a figure, and says in words what does not apply', () => {
    const quoted = [
      signalsFound(generated),
      signalsOrdered(generated),
      signalsReported(generated),
      signalsLearnt(generated),
      signalsPower(generated),
    ];
    for (const { name, text } of [...quoted, signalsBack(generated, undefined)]) {
      expect(name).toBe(signalsName);
      expect(text).toContain(`(run ${generated.run.runId} of metadata)`);
    }
    const rule = generated.detectors.find(({ name }) => name === 'pictures-or-reports')!;
    expect(signalsFound(generated).text).toContain(`${rule.found.k} of ${rule.found.n.toLocaleString('en')}`);
    expect(signalsReported(generated).text).toContain(`${rule.shown.k} of ${rule.shown.n}`);
    expect(signalsOrdered(generated).text).toContain(`${generated.contents.k} of ${generated.contents.n}`);
    const { days, edges } = generated.kept.find(({ keeps }) => keeps === 'records')!;
    for (const { text } of [signalsLearnt(generated), signalsPower(generated)])
      expect(text).toContain(`those of ${days} ${days === 1 ? 'day' : 'days'} name ${edges.k.toLocaleString('en')} of`);
    expect(signalsStopped().text).toMatch(/^Does not apply: .* not measured\.$/);
    expect(signalsBack(generated, '1 M of 12 M').text).toContain('1 M of 12 M come back, as under S1');
  });

  test('a run without its rules has no figure of them', () => {
    expect(signalsReported({ ...generated, detectors: [] }).text).not.toContain('flagged by');
  });

  test('stands under a table on a page, in Markdown and in a terminal', () => {
    const table = {
      title: 'Made',
      explains: 'It is made.',
      head: ['strategy', 'one', 'two'],
      lines: [{ name: 'S0', cells: [plain('1'), plain('2')] }],
      foot: signalsStopped(),
    };
    const { document } = parseHTML(`<div>${tableHtml(table)}</div>`);
    const foot = document.querySelector('tfoot')!;
    expect(foot.querySelector('th')!.textContent).toBe(signalsName);
    expect(foot.querySelector('td')!.getAttribute('colspan')).toBe('2');
    expect(foot.querySelector('td')!.textContent).toBe(table.foot.text);
    expect(tableMarkdown(table)[1]).toContain(`| ${signalsName} | ${table.foot.text} |  |`);
    expect(tableTerminal(table, 60).replace(/\s+/g, ' ')).toContain(`${signalsName}: ${table.foot.text}`);
    expect(String(tableHtml({ ...table, foot: undefined }))).not.toContain('tfoot');
  });
});
