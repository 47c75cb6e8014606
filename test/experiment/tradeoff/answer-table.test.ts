/** The one table of the answer, in the README of the experiment: every strategy, on both sets of pictures, at every size of the list. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { answerMarkdown } from '../../../scripts/answer-markdown.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { defaultEvidence, readInputs } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { listSizes, tradeoffAnswer } from '../../../src/experiment/tradeoff/report-model-answer.ts';
import { metadataFindings } from '../../../src/harness/metadata-findings.ts';
import { leastAbove } from '../../../src/metric/leakage.ts';
import { baseline } from '../../../src/metric/tradeoff/answer.ts';
import { inputQuantile } from '../../../src/metric/tradeoff/inputs.ts';
import { intervalCell, si } from '../../../src/report/format.ts';
import { check } from '../../../src/schema/check.ts';
import type { Interval } from '../../../src/schema/rate.ts';
import { TradeoffEvidence } from '../../../src/schema/tradeoff-inputs.ts';
import { strategies } from '../../../src/strategy/index.ts';

const folder = join(projectRoot, 'experiments/tradeoff');
/** Small numbers as sentences write them. */
const words: Readonly<Record<number, string>> = { 9: 'nine', 12: 'twelve' };
const evidenceIn = (file: string): TradeoffEvidence =>
  check(TradeoffEvidence, JSON.parse(readFileSync(file, 'utf8')), file);
const inputs = await readInputs();
const sets = [
  { name: 'generated', evidence: evidenceIn(defaultEvidence) },
  { name: 'photographs', evidence: evidenceIn(join(folder, 'evidence-photographs.json')) },
].map(({ name, evidence }) => ({
  name,
  evidence,
  answer: tradeoffAnswer(inputs, evidence, { accountSignals: metadataFindings() }),
}));

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
  const table = readFileSync(join(folder, 'README.md'), 'utf8');
  const falseMatches = JSON.parse(readFileSync(join(folder, 'false-matches.json'), 'utf8')) as {
    readonly photographs: { readonly pictures: number };
  };
  const leakage = readFileSync(join(projectRoot, 'experiments/leakage/README.md'), 'utf8');
  const minimum = /Every view reveals at least ([\d.]+) bits/.exec(leakage);
  const scale = readFileSync(join(projectRoot, 'docs/scale.md'), 'utf8');
  const large =
    /\| 32,000 \| 320 \| [\d,]+ \| (?<bytes>\d+) B a picture \| (?<cpu>[\d,]+ s) \| (?<peak>[\d.]+ GB) \|/.exec(
      scale,
    )?.groups;
  const growth = /Peak memory grows by \*\*([\d.]+ kB) a picture\*\* from 8,000 to 32,000/.exec(scale);
  const named = (name: string) => generated.evidence.strategies.find((each) => each.name === name)!.named!;
  const byOffenders = generated.answer.offenderScenarios.map(
    ({ strategies: rows }) =>
      `${(rows.find(({ name }) => name === 'threshold-psi')!.recovered!.estimate / 1e6).toFixed(1)} M`,
  );
  const { dataset, seed } = generated.evidence.run;
  const { evasion, accounts, videoShare } = inputs.inputs;
  const percents = [evasion!.value, ...[0.025, 0.975].map((at) => inputQuantile(evasion!, at))].map(
    (share) => `${Math.round(100 * share)} %`,
  );
  const bounds = of(generated, 'client-list').bounds.find(({ of: free }) => free === 'all of these together')!;
  const fresh = (name: string) => {
    const { newContent } = generated.evidence.strategies.find((each) => each.name === name)!.evidence;
    if ('ruledOut' in newContent) throw new Error(`${name} was not asked about new content`);
    return newContent;
  };
  const episodes = parse(readFileSync(join(projectRoot, 'experiments/backtest/episodes.yaml'), 'utf8'), {
    merge: true,
  }) as {
    readonly episodes: readonly { readonly name: string; readonly observed: readonly { readonly value: number }[] }[];
  };
  const [millionsOf2021, millionsOf2022] = ['whatsapp-2021', 'whatsapp-2022'].map((name) =>
    (episodes.episodes.find((each) => each.name === name)!.observed[0]!.value / 1e6).toFixed(1),
  );
  const pairs = (pictures: number): string => `${((pictures * (pictures - 1)) / 2 / 1e6).toFixed(1)} million`;
  // What was measured on the run behind the table in the README of the experiment, whose raw rows are not in the repository.
  const counted = (name: string, pattern: RegExp): string[] =>
    table
      .split('\n')
      .filter((line) => line.startsWith(`| \`${name}\` |`))
      .flatMap((line) => pattern.exec(line)?.slice(1) ?? []);
  const [bucketK, bucketN] = counted('similarity-bucket', /(\d+)\/(\d+), \d+× chance/);
  const [, silent] = counted('psi', /(\d+)\/(\d+), not above/);
  const [labelK, labelN] = counted('client-classifier:untrained', /(\d+)\/(43) \[/);
  // The run judged some hundreds of attacks together; the fewest right guesses that count are the same from 100 to 1,000.
  const least = [100, 1000].map((tests) => leastAbove(Number(silent), 1 / dataset.pictures, tests)!);
  expect(least[0]).toBe(least[1]);
  const { k, n } = fresh('client-classifier');
  const said = [
    `keeps ${text(back(generated, 'psi'))} of the 12 million with generated pictures and ${text(back(photographs, 'psi'))} with photographs`,
    `of which only ${words[photographs.evidence.run.dataset.scored!.listed]} were on the list`,
    `whose rates come from ${words[generated.evidence.clips!.dataset.listed]} generated clips`,
    `flags ${whole(few.estimate!)} [${whole(few.low)}, ${whole(few.high)}] innocent accounts a year on a list of 71 entries, and at least ${whole(at(1e4).low)} of ${accounts!.value / 1e9} billion on a list of ten thousand`,
    `a list on the device keeps ${text(back(generated, 'client-list'))}, if ${percents[0]} of senders [${percents[1]}, ${percents[2]}] evade`,
    `keeps anything from ${Number(((bounds.recovered[0] * 12e6) / 1e6).toPrecision(1))} to 12 M`,
    `without any scanner ${millions(nobody.estimate)} [${millions(nobody.low)}, ${millions(nobody.high)}] of the 12 million`,
    `made ${millionsOf2021} and ${millionsOf2022} million reports in 2021 and 2022`,
    `${pairs(falseMatches.photographs.pictures)} pairs of photographs`,
    `An account threshold of ${inputs.inputs.matchThreshold!.value} matches`,
    `the generated corpus: ${dataset.pictures} pictures, seed ${seed}`,
    `But of ${silent} messages an attack must name ${least[0]} (${Math.floor((least[0]! / Number(silent)) * dataset.pictures)} times chance)`,
    `length alone gives [${minimum![1]} bits]`,
    `it identifies the picture in ${bucketK} of ${bucketN} attempts`,
    `with uploaded hashes, in ${named('hash-upload').k} of ${named('hash-upload').n}; with plain pictures, in ${named('server-scan').k} of ${named('server-scan').n}`,
    `finds ${k} of ${n} such pictures; the network's own label finds ${labelK} of ${labelN}.`,
    `32,000 small pictures under four strategies took ${large!.cpu} of CPU, ${large!.peak} of memory at the peak (${growth![1]} a picture more than 8,000) and ${((32_000 * Number(large!.bytes)) / 1e6).toFixed(1)} MB of rows`,
  ];
  expect(Math.abs(videoShare!.value - 0.5)).toBeLessThan(0.05);
  for (const each of said) expect(readme).toContain(each);
  const offenders = /keeps ([\d.]+ M) or ([\d.]+ M) reports, depending on how many pictures an offender sends/.exec(
    readme,
  );
  expect(offenders?.slice(1)).toEqual(expect.arrayContaining([byOffenders[0], byOffenders.at(-1)]));
  // A number of these sections that is in none of the sentences above is one that no run gave.
  let rest = sections(readme);
  for (const each of [...said, offenders![0]]) rest = rest.replace(each, '');
  const others = [...rest.matchAll(/(?<![\w.])\d[\d.,]*\d|(?<![\w.])\d/g)].map(([number]) => number);
  expect(others.filter((number) => !given.has(number))).toEqual([]);
});

/** Numbers of these sections that are facts with a source, settings of the program, or names; no run gave them. */
const given: ReadonlySet<string> = new Set([
  ...['2019', '2018', '16.8', '12'], // the letter and what it counts
  ...['128', '16'], // KiB to which messages are padded
  '28', // bits of the equality hash
]);

/** The sections of the README that say what was found, in one line of text, without addresses. */
const sections = (readme: string): string =>
  [
    ['In October 2019', '## Two commands'],
    ['## What is known so far', '| experiment | what it asks |'],
  ]
    .map(([from, to]) => readme.slice(readme.indexOf(from!), readme.indexOf(to!)))
    .join(' ')
    .replace(/\]\([^)]*\)/g, ']');

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
