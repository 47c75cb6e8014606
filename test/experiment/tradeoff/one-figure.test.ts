/**
 * One figure has one source: the reports of a run (terminal, page, Markdown, CSV), `presend tradeoff` on it (table, page, LaTeX, CSV) and the explorer's letter say the
 * same of the same run.
 */
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import { clientScript } from '../../../src/experiment/tradeoff/client-script.ts';
import { tradeoff } from '../../../src/experiment/tradeoff/kind.ts';
import { readEvidence, readInputsOf, readRecord } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { tradeoffPage } from '../../../src/experiment/tradeoff/report-model.ts';
import { tradeoffAnswer } from '../../../src/experiment/tradeoff/report-model-answer.ts';
import { runExperiment } from '../../../src/experiment/tradeoff/run.ts';
import { answerTable, tradeoffCsv, tradeoffLatex } from '../../../src/experiment/tradeoff/tables-model.ts';
import { RunFolder } from '../../../src/harness/run-folder.ts';
import { scaled } from '../../../src/metric/tradeoff/simulate.ts';
import { counted } from '../../../src/report/format.ts';
import { text } from '../../../src/report/markdown.ts';
import { Letter, restingDraws } from '../../../src/server/web/explorer/letter.ts';
import { experimentWith, options, testFolder, tiny } from '../../harness/tiny.ts';

test('terminal, page, explorer and presend tradeoff print the same figures for the same run', async () => {
  const out = join(await testFolder(), 'run');
  const strategy = ['server-scan', 'client-list', 'psi', 'threshold-psi'];
  // Other inputs and another seed than the file's, so that a figure from elsewhere would show.
  const experiment = experimentWith({
    seed: 7,
    grid: { strategy },
    model: { ...tiny.model, matchThreshold: { value: 4, source: 'test' }, evasion: { value: 0.25, source: 'test' } },
  });
  const { metrics } = await runExperiment(options(experiment, out, { limit: 40 }), tradeoff);
  const [inputs, evidence] = [await readInputsOf(out), await readEvidence(out)];
  expect(inputs.seed).toBe(7);
  const answer = tradeoffAnswer(inputs, evidence);
  const table = answerTable(answer);
  const terminal = await terminalReport(metrics, undefined, { columns: 400, color: false });
  const narrow = await terminalReport(metrics, undefined, { columns: 80, color: false });
  const full = await terminalReport(metrics, undefined, { columns: 400, color: false, full: true });
  const record = await new RunFolder(out).record();
  const files = await fileReports(metrics, record);
  const lead = parseHTML(files.html).document;
  const latex = tradeoffLatex(answer);
  const csv = tradeoffCsv(answer).split('\r\n');
  const page = tradeoffPage(answer, evidence, await readRecord(), await clientScript());
  for (const own of metrics.strategies) {
    const other = answer.strategies.find(({ name }) => name === own.name)!;
    const digits = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_, each) => (typeof each === 'number' ? Number(each.toPrecision(6)) : each));
    expect(digits(own.recovered), own.name).toEqual(digits(other.recovered));
    expect(digits(own.innocentAccounts), own.name).toEqual(digits(other.model.innocentAccounts));
    expect(digits(own.reviewHours), own.name).toEqual(digits(other.model.reviewHours));
    expect(digits(own.exposed.perBillion), own.name).toEqual(digits(other.model.exposedPerBillion));
    const cells = table.lines.find(({ name }) => name === own.name)!.cells;
    const [back, left] = cells;
    for (const cell of [back!, left!]) {
      expect(full, own.name).toContain(cell.plain);
      expect(files.markdown, own.name).toContain(text(cell.plain));
      expect(page, own.name).toContain(cell.main);
    }
    const line = (of: string): string => of.split('\n').find((each) => each.startsWith(`${own.name} `)) ?? '';
    expect(line(terminal)).toContain(back!.plain);
    expect(line(narrow)).toContain(back!.plain.replace(' from ', ' ≥'));
    expect(line(latex.replaceAll('\\_', '_'))).toContain(back!.plain);
    const bar = [...lead.querySelectorAll('.bars tr')].find(
      (each) => each.querySelector('th')?.textContent === own.name,
    );
    expect(bar?.querySelector('.number')?.textContent?.trim(), own.name).toBe(
      back!.plain.replace(/ from (\d+)$/, (_, matches) => ` from ${counted(Number(matches), 'match')}`),
    );
    const estimate = csv.find((each) => each.includes(`,${own.name},recovered.of.12000000,`))!.split(',')[5];
    expect(Number(Number(estimate).toPrecision(6)), own.name).toBe(
      Number(own.recovered[0]!.reports!.estimate.toPrecision(6)),
    );
  }
  expect(answer.strategies.find(({ name }) => name === 'threshold-psi')!.matchThreshold).toBe(4);
  const list = answer.strategies.find(({ name }) => name === 'client-list')!;
  const letter = new Letter(inputs).under(
    evidence.strategies.find(({ name }) => name === 'client-list')!.evidence,
    restingDraws,
  );
  expect(scaled(letter.recovered!, 12e6)).toEqual(list.recovered[0]!.reports);
  expect(letter.innocentAccounts).toEqual(list.model.innocentAccounts);
}, 180_000);
