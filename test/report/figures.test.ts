/** Figures of a run as files: the legend inside, who made them, names that say what, and nothing that an editor cannot resolve. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { kinds } from '../../src/experiment/index.ts';
import { fileReports } from '../../src/experiment/report.ts';
import { expectFigures } from '../helpers/figures.ts';
import { fixture } from './fixture.ts';
import { run, timings } from './fixture-run.ts';

const { figures, html } = await fileReports(fixture(), run, timings);

test('every plot is an SVG and a CSV under a name that says what it is, with a caption', () => {
  const names = Object.keys(figures);
  for (const name of ['reports-by-strategy', 'roc-log', 'det', 'recall-calibrated', 'reports-against-identity'])
    expect(names).toEqual(expect.arrayContaining([`${name}.svg`, `${name}.csv`]));
  const svgs = names.filter((name) => name.endsWith('.svg'));
  for (const name of svgs) {
    expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]\.svg$/);
    expect(figures['captions.md']).toContain(`**${name.replace('.svg', '')}**`);
    expect(figures[name.replace('.svg', '.csv')]).toMatch(/^[a-z]/);
  }
});

test('an SVG stands alone: title, run and seed inside, no variable of a page, and a legend for its curves', () => {
  for (const [name, text] of Object.entries(figures).filter(([each]) => each.endsWith('.svg'))) {
    expect(text, name).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(text, name).toMatch(/<title>[^<]{10,}<\/title><desc>[^<]*<\/desc>/);
    expect(text, name).toContain(`run ${run.runId}, seed ${run.seed}`);
    expect(text, name).not.toMatch(/var\(|currentColor"? ?\/?>|data-plot/);
    expect(text, name).not.toMatch(/(?:href|src)=/);
  }
  const { document } = parseHTML(figures['roc-log.svg']!);
  const legend = [...document.querySelectorAll('.legend text')].map((each) => each.textContent);
  expect(legend).toEqual(expect.arrayContaining(fixture().hashes.map(({ name }) => name)));
  const [, , , tall] = document.querySelector('svg')!.getAttribute('viewBox')!.split(' ').map(Number);
  for (const each of document.querySelectorAll('.legend text'))
    expect(Number(each.getAttribute('y'))).toBeLessThan(tall!);
});

test('the CSV of a figure has what is behind it: counts, rate and interval by row', () => {
  const { hashes, strategies } = fixture();
  const rows = (name: string): Record<string, string>[] =>
    parse(figures[`${name}.csv`]!, { columns: true }) as Record<string, string>[];
  const { transform, calibrated } = hashes[0]!.recall[0]!;
  expect(rows('recall-calibrated')[0]).toMatchObject({
    hash: hashes[0]!.name,
    thresholdBits: String(hashes[0]!.threshold.bits),
    transform,
    k: String(calibrated.k),
    n: String(calibrated.n),
    estimate: String(calibrated.estimate),
    low: String(calibrated.low),
  });
  const back = strategies[0]!.recovered[0]!.reports!;
  expect(rows('reports-by-strategy')[0]).toMatchObject({
    strategy: strategies[0]!.name,
    estimate: String(back.estimate),
  });
  expect(rows('reports-by-strategy')).toHaveLength(strategies.length);
  for (const { detector, measure, k, n, estimate } of rows('det')) {
    expect(Number(k) / Number(n)).toBeCloseTo(Number(estimate), 12);
    const trials = hashes.find(({ name }) => name === detector);
    if (trials) expect(Number(n)).toBe(measure === 'tpr' ? trials.positives : trials.negatives);
  }
  const attacks = rows('leakage-identity').filter(({ measure, role }) => measure === 'attack' && role === 'provider');
  expect(attacks.length).toBeGreaterThan(0);
  for (const { k, n, low, high } of attacks)
    expect(Number(low)).toBeLessThanOrEqual(Number(k) / Number(n) || Number(high));
  // Colours and pixels are no data.
  for (const [name, text] of Object.entries(figures).filter(([each]) => each.endsWith('.csv')))
    expect(text.split('\r\n')[0], name).not.toMatch(/fill|stroke|px/);
});

test('every figure is drawn as PDF too, with its data and its legend', () => expectFigures(figures));

/** The tests that hold the figures of a kind against `expectFigures`. */
const tested: Readonly<Partial<Record<keyof typeof kinds, string>>> = {
  tradeoff: 'report/figures.test.ts',
  'copy-detection': 'harness/hashes/report.test.ts',
  'false-positive-tail': 'harness/hashes/report.test.ts',
  threshold: 'experiment/threshold/report.test.ts',
  'new-content': 'harness/scoring/report.test.ts',
  'base-rate': 'harness/scoring/report.test.ts',
  'score-drift': 'harness/scoring/report.test.ts',
  power: 'experiment/power/report.test.ts',
  evasion: 'experiment/evasion/report.test.ts',
  leakage: 'experiment/leakage/run.test.ts',
  'hash-leakage': 'experiment/hash-leakage/report.test.ts',
  repurposing: 'experiment/repurposing/report.test.ts',
  equality: 'experiment/equality/report.test.ts',
  clips: 'experiment/clips/score.test.ts',
};

test.each(Object.keys(kinds) as (keyof typeof kinds)[])('the figures of %s are tested, or it draws none', (kind) => {
  const root = join(import.meta.dirname, '../..');
  const file = tested[kind];
  if (file !== undefined)
    return expect(readFileSync(join(root, 'test', file), 'utf8')).toMatch(/expectFigures\(.*figures/);
  const folder = join(root, 'src/experiment', kind);
  const sources = readdirSync(folder).map((each) => readFileSync(join(folder, each), 'utf8'));
  expect(sources.length).toBeGreaterThan(3);
  for (const source of sources) expect(source).not.toMatch(/\b(svgOf|rocOf|detOf|keepPlot)\(/);
});

test('the page is the same as without figures', () => expect(html).not.toContain('data-plot'));

test('the bars say what the table says', () => {
  const { document } = parseHTML(figures['reports-by-strategy.svg']!);
  const texts = [...document.querySelectorAll('text')].map((each) => each.textContent);
  for (const { name } of fixture().strategies) expect(texts).toContain(name);
  expect(texts).toContain('9.7 M [8.1 M, 10.9 M]');
});
