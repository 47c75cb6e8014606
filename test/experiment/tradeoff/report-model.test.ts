/** The answer to the letter: what `presend tradeoff` prints, from the files that come with the project. */

import { beforeAll, describe, expect, test } from 'vitest';
import { clientScript } from '../../../src/experiment/tradeoff/client-script.ts';
import { readEvidence, readInputs, readRecord } from '../../../src/experiment/tradeoff/model-inputs.ts';
import {
  findingsOf,
  independenceTable,
  toleratedTable,
  tradeoffPage,
  zeroTable,
} from '../../../src/experiment/tradeoff/report-model.ts';
import { type TradeoffAnswer, tradeoffAnswer } from '../../../src/experiment/tradeoff/report-model-answer.ts';
import { positionOf, sliders, valueAt, written } from '../../../src/experiment/tradeoff/report-sliders.ts';
import {
  answerColumnKeys,
  answerTable,
  latexColumns,
  tradeoffCsv,
  tradeoffLatex,
  tradeoffTables,
} from '../../../src/experiment/tradeoff/tables-model.ts';
import { metadataFindings } from '../../../src/harness/metadata-findings.ts';
import { tableTerminal } from '../../../src/report/table.ts';
import type { TradeoffEvidence, TradeoffInputsFile } from '../../../src/schema/tradeoff-inputs.ts';
import { strategies } from '../../../src/strategy/index.ts';

let inputs: TradeoffInputsFile;
let evidence: TradeoffEvidence;
let answer: TradeoffAnswer;

beforeAll(async () => {
  inputs = await readInputs();
  evidence = await readEvidence();
  answer = tradeoffAnswer(inputs, evidence, { draws: 400 });
});

describe('the answer', () => {
  test('has every strategy, and what is asked of each', () => {
    const names = [...Object.keys(strategies), 'psi:checked', 'threshold-psi:checked'];
    expect(answer.strategies.map(({ name }) => name).sort()).toEqual(names.sort());
    for (const { name, recovered, model } of answer.strategies) {
      for (const { of, reports } of recovered) {
        if (!reports) continue;
        expect(reports.low, name).toBeLessThanOrEqual(reports.estimate);
        expect(reports.estimate, name).toBeLessThanOrEqual(reports.high);
        expect(reports.high, name).toBeLessThanOrEqual(of);
      }
      const { innocentAccounts: accounts } = model;
      if (accounts) expect(accounts.high, name).toBeLessThanOrEqual(inputs.inputs.accounts!.value);
    }
  });

  test('without scanning comes back what users report and accounts show', () => {
    const quiet = answer.strategies.find(({ name }) => name === 'e2ee')!;
    expect(quiet.model.scanned).toMatchObject({ estimate: 0, high: 0 });
    // Evenly from 0.3 to 0.9 %, and from 0 to 11.7 % of the accounts at one report of one to four.
    expect(quiet.model.recovered!.low).toBeGreaterThan(0.003);
    expect(quiet.model.recovered!.high).toBeLessThan(0.009 + 0.117);
    expect(quiet.model.recovered!.estimate).toBeGreaterThan(0.02);
  });

  test('a threshold recovers more where a few accounts send most', () => {
    const [handful, few] = answer.offenderScenarios.map(
      (scenario) => scenario.strategies.find(({ name }) => name === 'threshold-psi')!.recovered!.estimate,
    );
    expect(few!).toBeGreaterThan(10 * handful!);
  });

  test('repeats with the seed, and differs with another', () => {
    expect(tradeoffAnswer(inputs, evidence, { draws: 50 })).toEqual(tradeoffAnswer(inputs, evidence, { draws: 50 }));
    expect(tradeoffAnswer(inputs, evidence, { draws: 50, seed: 1 }).strategies[0]).not.toEqual(
      tradeoffAnswer(inputs, evidence, { draws: 50, seed: 2 }).strategies[0],
    );
  });

  test('names the descriptions of offenders that there are', () => {
    expect(() => tradeoffAnswer(inputs, evidence, { offenders: 'saints' })).toThrow('geometric, mean 5');
  });
});

describe('tables and exports', () => {
  test('fit a terminal, and every line has as many cells as the head', () => {
    for (const table of tradeoffTables(answer)) {
      for (const { name, cells } of table.lines)
        expect(cells.length + 1, `${table.title}: ${name}`).toBe(table.head.length);
      expect(tableTerminal(table, 120).length).toBeGreaterThan(50);
    }
  });

  test('CSV holds each measure of each strategy once', () => {
    const lines = tradeoffCsv(answer).trim().split('\r\n').slice(1);
    const keys = lines.map((line) => line.split(',').slice(1, 3).join());
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('client-list,recovered.of.12000000');
    expect(lines.join()).not.toContain('NaN');
  });

  test('LaTeX has balanced lines and no bare special character', () => {
    for (const keys of [latexColumns, answerColumnKeys]) {
      const text = tradeoffLatex(answer, keys);
      const rows = text.split('\n').filter((line) => line.endsWith('\\\\'));
      expect(rows.length).toBe(answer.strategies.length + 1);
      for (const row of rows) expect(row.split(' & ').length).toBe(keys.length + 1);
      expect(text).toContain('\\label{tab:presend-tradeoff}');
      const set = text.split('\n').slice(1).join('\n');
      const signals = tradeoffLatex({ ...answer, accountSignals: metadataFindings() }, keys).split('\n');
      const last = signals.filter((line) => line.includes('\\multicolumn'));
      expect(last).toEqual([expect.stringMatching(/^\\multicolumn\{\d+\}.*S12 metadata-signals: .*\\\\$/)]);
      expect(last[0]!.replaceAll(/\\[%&#_$]|\$[^$]*\$/g, '')).not.toMatch(/[%#_–−⁹&]/);
      expect(set.replaceAll(/\\[%&#_$]|\$[^$]*\$/g, '')).not.toMatch(/[%#_–−⁹]/);
    }
  });

  test('the tails have the worked numbers', () => {
    const cells = independenceTable().lines.map(({ cells }) => cells.map(({ plain }) => plain));
    expect(cells.map((row) => row[1])).toEqual(['3.4e-63', '5.7e-32', '1.8e-12', '1.7e-4', '1.0e-5']);
    expect(toleratedTable().lines.map(({ cells: [first] }) => first!.plain)).toEqual([
      '1.41e-11',
      '1.82e-9',
      '1.04e-7',
      '2.93e-6',
      '5.77e-5',
    ]);
    expect(zeroTable().lines[2]!.cells.map(({ plain }) => plain)).toEqual(['5.99e-5', '2.40e-9', '1.20e-4']);
  });
});

describe('a run of few pictures', () => {
  test('has no winner and no order: strategies stand as in the run', () => {
    const dataset = { ...evidence.run.dataset, scored: { listed: 4, innocent: 22 } };
    const small = tradeoffAnswer(inputs, { ...evidence, run: { ...evidence.run, dataset } }, { draws: 200 });
    expect(findingsOf(small)[0]!.text).toContain('4 listed pictures and 22 innocent pictures were scored');
    expect(
      findingsOf(small)
        .map(({ text }) => text)
        .join(),
    ).not.toContain('the most');
    const names = evidence.strategies.map(({ name }) => name);
    expect(answerTable(small).lines.map(({ name }) => name)).toEqual(names);
    expect(answerTable(answer).lines.map(({ name }) => name)).not.toEqual(names);
    const titles = tradeoffTables(small).map(({ title }) => title);
    expect(titles).not.toContain('Which brings back more');
    expect(titles).not.toContain('What would reverse the order');
  });
});

describe('the page', () => {
  test('runs its own script only, holds its data, and is the same every time', async () => {
    const record = await readRecord();
    const page = tradeoffPage(answer, evidence, record, await clientScript());
    expect(page).toBe(tradeoffPage(answer, evidence, record, await clientScript()));
    expect(page).toMatch(/script-src 'sha256-[A-Za-z0-9+/]{43}='/);
    expect(page.match(/<script/g)).toHaveLength(2);
    for (const { name } of sliders) expect(page).toContain(`id="slider-${name}"`);
    for (const { source } of Object.values(inputs.inputs)) expect(page).toContain(source.split('"')[0]!.slice(0, 20));
  });

  test('sliders go there and back', () => {
    for (const slider of sliders)
      for (const position of [0, 250, 999, 1000]) {
        const value = valueAt(slider, position);
        expect(value).toBeGreaterThanOrEqual(slider.low * 0.999999);
        expect(value).toBeLessThanOrEqual(slider.high * 1.000001);
        if (slider.unit !== 'whole') expect(positionOf(slider, value)).toBe(position);
      }
    expect(written('rate', 1e-6)).toBe('1 in 1 M');
    expect(written('share', 0.25)).toBe('25 %');
    expect(written('amount', 3.65e11)).toBe('365 bn');
  });
});
