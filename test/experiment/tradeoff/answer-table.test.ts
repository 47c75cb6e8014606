/** The one table of the answer, in the README of the experiment: every strategy, on both sets of pictures, at every size of the list. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answerMarkdown } from '../../../scripts/answer-markdown.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { defaultEvidence, readInputs } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { listSizes, tradeoffAnswer } from '../../../src/experiment/tradeoff/report-model-answer.ts';
import { baseline } from '../../../src/metric/tradeoff/answer.ts';
import { intervalCell, si } from '../../../src/report/format.ts';
import { check } from '../../../src/schema/check.ts';
import type { Interval } from '../../../src/schema/rate.ts';
import { TradeoffEvidence } from '../../../src/schema/tradeoff-inputs.ts';
import { strategies } from '../../../src/strategy/index.ts';

const folder = join(projectRoot, 'experiments/tradeoff');
const evidenceIn = (file: string): TradeoffEvidence =>
  check(TradeoffEvidence, JSON.parse(readFileSync(file, 'utf8')), file);
const inputs = await readInputs();
const sets = [
  { name: 'generated', evidence: evidenceIn(defaultEvidence) },
  { name: 'photographs', evidence: evidenceIn(join(folder, 'evidence-photographs.json')) },
].map(({ name, evidence }) => ({ name, evidence, answer: tradeoffAnswer(inputs, evidence) }));

describe('the table of the answer', () => {
  test('has every strategy, on generated pictures and on photographs, and every size of the list', () => {
    const names = [...Object.keys(strategies), 'psi:checked', 'threshold-psi:checked'];
    for (const { answer } of sets) expect(answer.strategies.map(({ name }) => name).sort()).toEqual(names.toSorted());
    expect(listSizes).toEqual([71, 1e4, 1e6, 3.5e6, 5.7e7]);
    const table = answerMarkdown(sets);
    for (const name of names) expect(table).toContain(`| \`${name}\` |`);
    for (const size of listSizes) expect(table).toContain(`| ${si(size)} entries |`);
    expect(table).not.toContain('not run');
  });

  test('stands in the README as the committed evidence gives it (npm run answer-table)', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const [begin, end] = ['<!-- answer-table -->', '<!-- /answer-table -->'];
    expect(readme.slice(readme.indexOf(begin) + begin.length, readme.indexOf(end))).toBe(`\n${answerMarkdown(sets)}\n`);
  });
});

test('the numbers of the README of the project are those of the committed evidence', () => {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8').replace(/\s+/g, ' ');
  const [generated, photographs] = sets as [(typeof sets)[number], (typeof sets)[number]];
  const of = ({ answer }: typeof generated, name: string) => answer.strategies.find((each) => each.name === name)!;
  const back = (set: typeof generated, name: string): Interval => of(set, name).recovered[0]!.reports!;
  const text = (interval: Interval): string => intervalCell(interval, '').plain;
  /** In millions with one or two digits, as in a sentence. */
  const millions = (value: number): string => `${(value / 1e6).toFixed(value < 1e6 ? 2 : 1)} M`;
  const whole = (value: number): string => `${Math.round(value / 1e6)} M`;
  const nobody = back(generated, 'e2ee');
  const at = (entries: number) =>
    generated.answer.listScenarios[listSizes.indexOf(entries as (typeof listSizes)[number])]!.strategies.find(
      ({ name }) => name === 'psi',
    )!.innocentAccounts!;
  const few = at(71);
  const named = (name: string) => generated.evidence.strategies.find((each) => each.name === name)!.named!;
  const byOffenders = generated.answer.offenderScenarios.map(
    ({ strategies: rows }) =>
      `${(rows.find(({ name }) => name === 'threshold-psi')!.recovered!.estimate / 1e6).toFixed(1)} M`,
  );
  const { dataset, seed } = generated.evidence.run;
  const said = [
    `keeps ${text(back(generated, 'psi'))} of the 12 million with generated pictures and ${text(back(photographs, 'psi'))} with photographs`,
    `flags ${whole(few.estimate!)} [${whole(few.low)}, ${whole(few.high)}] innocent accounts a year on a list of 71 entries, and at least ${whole(at(1e4).low)} of`,
    `a list on the device keeps ${text(back(generated, 'client-list'))}`,
    `without any scanner ${millions(nobody.estimate)} [${millions(nobody.low)}, ${millions(nobody.high)}] of the 12 million`,
    `with uploaded hashes, in ${named('hash-upload').k} of ${named('hash-upload').n}; with plain pictures, in ${named('server-scan').k} of ${named('server-scan').n}`,
    `the generated corpus: ${dataset.pictures} pictures, seed ${seed}`,
  ];
  for (const each of said) expect(readme).toContain(each);
  const offenders = /keeps ([\d.]+ M) or ([\d.]+ M) reports, depending on how many pictures an offender sends/.exec(
    readme,
  );
  expect(offenders?.slice(1)).toEqual(expect.arrayContaining([byOffenders[0], byOffenders.at(-1)]));
});

describe.each(sets)('on $name', ({ evidence, answer }) => {
  const matching = evidence.strategies.flatMap(({ name, evidence: { rule, falsePositive } }) =>
    rule?.name === 'lda-hash =' && !('ruledOut' in falsePositive) ? [name] : [],
  );

  test('the 28-bit hash decides for the strategies that test for equality', () => {
    const equality = Object.values(strategies).filter(({ detector }) => detector === 'equality');
    expect(matching.toSorted()).toEqual(equality.map(({ name }) => name).sort());
  });

  test('from a million entries on, no row of the 28-bit hash claims that nobody innocent is flagged', () => {
    for (const { name, strategies: rows } of answer.listScenarios.slice(listSizes.indexOf(1e6)))
      for (const row of rows.filter((each) => matching.includes(each.name))) {
        const { estimate, low, high } = row.innocentAccounts!;
        const place = `${row.name} on ${name}`;
        // One in a hundred accounts, or a median of as many: both are far from '<0.01'.
        expect(high, place).toBeGreaterThan(0.01 * inputs.inputs.accounts!.value);
        if (estimate !== null) expect(estimate, place).toBeGreaterThan(1);
        expect(low, place).toBeLessThanOrEqual(high);
      }
    for (const line of answerMarkdown(sets).split('\n')) {
      const cells = line.split(' | ');
      if (matching.some((name) => line.startsWith(`| \`${name}\``)))
        for (const cell of cells.slice(-1 - listSizes.slice(2).length, -1)) expect(cell).not.toContain('<0.01');
    }
  });

  test('server scanning recovers exactly what it found, and nothing recovers more', () => {
    const { lost, total } = answer.totals;
    expect([lost, total]).toEqual([12e6, 16.8e6]);
    for (const { name, recovered } of answer.strategies) {
      const [back, left] = recovered.map(({ reports }) => reports);
      if (name === baseline) {
        expect(back).toMatchObject({ estimate: lost, low: lost, high: lost });
        expect(left).toMatchObject({ estimate: total, low: total, high: total });
      } else if (back) expect(back.high).toBeLessThanOrEqual(lost);
    }
  });
});
