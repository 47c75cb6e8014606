/** Reports hold every number with its counts, escape strangers' text, and repeat to the byte. */

import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../src/experiment/tradeoff/metrics.ts';
import { arrowSize, arrowTitle, sequenceDiagram } from '../../../src/experiment/tradeoff/plots-traffic.ts';
import { htmlPage } from '../../../src/experiment/tradeoff/report.ts';
import { answer, tradeoffs } from '../../../src/experiment/tradeoff/report-answer.ts';
import { csvTables } from '../../../src/experiment/tradeoff/report-csv.ts';
import { markdownReport } from '../../../src/experiment/tradeoff/report-markdown.ts';
import { capacityCell, leakageCell, measureGroups } from '../../../src/experiment/tradeoff/report-measures.ts';
import { terminalTable } from '../../../src/experiment/tradeoff/report-terminal.ts';
import { quotedColumns } from '../../../src/experiment/tradeoff/tables-quoted.ts';
import { sortScript, sortScriptDigest } from '../../../src/report/page/sort-script.ts';
import { check } from '../../../src/schema/check.ts';
import { RunRecord, Timings } from '../../../src/schema/run-record.ts';
import { empty, hostile, hostileNames, hostileRun, nothing, unmeasured, zeros } from '../../report/edges.ts';
import { fixture } from '../../report/fixture.ts';
import { clustered, rate } from '../../report/fixture-rates.ts';
import { run, timings } from '../../report/fixture-run.ts';

const cases = { fixture, hostile, nothing, unmeasured, empty, zeros } as const;
const wide = { columns: 120, full: true } as const;

describe.each(Object.entries(cases))('%s', (_, make) => {
  test('fits the schema', () => {
    check(Metrics, make(), 'metrics');
    check(RunRecord, hostileRun, 'run');
    check(Timings, timings, 'timings');
  });

  test('gives the same bytes twice, in every format', () => {
    const all = () => [
      terminalTable(make(), timings, wide),
      markdownReport(make(), run, timings),
      csvTables(make()),
      htmlPage(make(), run, timings),
    ];
    expect(all()).toEqual(all());
  });

  test('prints no NaN, no Infinity, no undefined', () => {
    const texts = [
      terminalTable(make(), undefined, wide),
      markdownReport(make(), run),
      ...Object.values(csvTables(make())),
      htmlPage(make(), run),
    ];
    for (const text of texts) expect(text).not.toMatch(/NaN|Infinity|undefined|\[object|\bnull\b(?!,)/);
  });

  test('the page loads nothing, runs nothing but the sorting of its table, and says so in its policy', () => {
    const page = htmlPage(make(), hostileRun, timings);
    expect(page).not.toMatch(/https?:/);
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; script-src ${sortScriptDigest}; base-uri 'none'; form-action 'none'"`,
    );
    const { document } = parseHTML(page);
    expect([...document.querySelectorAll('script')].map(({ textContent }) => textContent)).toEqual([sortScript]);
    expect(
      document.querySelectorAll('link, iframe, object, embed, img, base, form, [src], [onerror], [onload]'),
    ).toHaveLength(0);
    expect(page).not.toMatch(/url\(|@import|clip-path/);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('every plot has a name, every table header a scope', () => {
    const { document } = parseHTML(htmlPage(make(), run, timings));
    for (const svg of document.querySelectorAll('svg:not([aria-hidden])')) {
      expect(svg.getAttribute('role')).toBe('img');
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(10);
    }
    for (const th of document.querySelectorAll('th'))
      expect(th.getAttribute('scope'), th.textContent ?? '').toBeTruthy();
    for (const figure of document.querySelectorAll('figure')) expect(figure.querySelector('figcaption')).not.toBeNull();
  });

  test('terminal lines keep to the width', () => {
    for (const columns of [80, 120, 200])
      for (const line of [false, true].flatMap((full) => terminalTable(make(), timings, { columns, full }).split('\n')))
        expect(line.length, line).toBeLessThanOrEqual(columns);
  });
});

describe('rates', () => {
  test('every rate cell of the page shows k/n', () => {
    const { document } = parseHTML(htmlPage(fixture(), run, timings));
    const table = document.querySelector('table.main')!;
    const rows = [...table.querySelectorAll('tbody tr')];
    expect(rows).toHaveLength(9);
    // Four rates, then the two attacks.
    for (const row of rows)
      for (const cell of [...row.querySelectorAll('td')].slice(0, 6))
        expect(cell.textContent).toMatch(/[\d,]+\/[\d,]+/);
  });

  test('a rate of zero comes with its upper bound, never bare', () => {
    const texts = [terminalTable(zeros(), timings, wide), markdownReport(zeros(), run, timings)];
    for (const text of texts) {
      expect(text).toMatch(/0\/2,?450 \[0 %, 0\.16 %\]/);
      expect(text).not.toMatch(/(?<![\d.[]|≥ )0 % (?!\()/);
    }
  });

  test('a rate without trials says so', () => {
    expect(terminalTable(nothing(), timings, wide)).toContain('0/0 no trial');
    expect(htmlPage(nothing(), run)).toContain('no trial');
  });
});

describe('attacks, and what they could have shown', () => {
  /** The provider of the best strategy has nothing but the prior. */
  const blind = (): Metrics => {
    const metrics = fixture();
    for (const each of metrics.strategies[0]!.leakage)
      if (each.role === 'provider')
        Object.assign(each, { blind: each.success.n, lift: null, channel: 'prior', aboveChance: false });
    return metrics;
  };
  const formats = (metrics: Metrics) => ({
    terminal: terminalTable(metrics, timings, wide),
    markdown: markdownReport(metrics, run, timings),
    page: htmlPage(metrics, run, timings),
    csv: csvTables(metrics)['leakage.csv']!,
  });

  test('nothing but the prior is no attack, in every format, and never a multiple of chance', () => {
    for (const [name, text] of Object.entries(formats(blind()))) expect(text, name).toContain('no attack');
    for (const [name, text] of Object.entries(formats(fixture())))
      expect(text.replaceAll(/[“"]?[Nn]o attack[”"]?: [a-z ]+/g, ''), name).not.toContain('no attack');
    const cell = leakageCell(blind().strategies[0]!.leakage.find(({ role }) => role === 'provider'));
    expect(cell).toMatchObject({ plain: 'no attack', tone: 'muted' });
    expect(cell.hover).toContain('of 350 messages; above chance from 9 of 350 on');
    expect(answer(blind())[0]!.text).toContain('There the provider has nothing to identify the picture by');
  });

  test('no attack is drawn at chance, and passes for no leak', () => {
    const point = tradeoffs(blind(), 'identity').find(({ strategy }) => strategy.name === 'server-scan')!;
    expect(point.leak.lift).toBeNull();
    expect(htmlPage(blind(), run)).toContain('not made: nothing to guess by');
    expect(htmlPage(blind(), run)).toContain('Not drawn: 2 attacks in which nothing');
  });

  test('the fewest right guesses that could be shown are stated', () => {
    const { terminal, markdown, page, csv } = formats(fixture());
    for (const text of [terminal, markdown, page])
      expect(text.replaceAll(/\s+/g, ' ')).toMatch(/which picture from 9 of 350 on \(9\.0× chance\)/);
    for (const text of [markdown, page]) expect(text).toContain('above chance from 74 of 350 on');
    const rows: Record<string, string>[] = parse(csv, { columns: true, bom: true });
    expect(rows[0]).toMatchObject({ leastAbove: '9', attacked: 'yes' });
  });

  test('a run that kept neither is read as it was', () => {
    const older = fixture();
    for (const { leakage } of older.strategies)
      for (const each of leakage) {
        delete each.blind;
        delete each.leastAbove;
      }
    for (const { tprAtFpr } of older.hashes) for (const each of tprAtFpr) delete each.calibrationFpr;
    check(Metrics, older, 'metrics');
    const { page, markdown } = formats(older);
    expect(page).toContain('TPR at FPR 0.10 %');
    for (const text of [page, markdown]) expect(text).not.toMatch(/undefined|NaN|could call/);
  });
});

describe('quoted false-positive rates', () => {
  test('one that the negatives cannot show is called by what was seen', () => {
    const texts = [
      terminalTable(fixture(), timings, wide),
      markdownReport(fixture(), run, timings),
      htmlPage(fixture(), run, timings),
    ].map((text) => text.replaceAll('&lt;', '<'));
    for (const text of texts) {
      expect(text).toMatch(/0 of 233 false positives \(FPR < 0\.43 %\)/);
      expect(text).not.toContain('FPR 0.10 %');
    }
    for (const text of texts.slice(1)) expect(text).toMatch(/TPR at FPR ≤ 1\.0 %/);
    const csv = csvTables(fixture())['hashes.csv']!;
    expect(csv).toContain('tpr.atFpr.below.1/233,');
    expect(csv).toMatch(/pdq,256,tpr\.atFpr\.below\.1\/233\.calibrationFpr,\d+,0,233,0,0,0\.01/);
    expect(csv).toContain('tpr.atFpr.0.01,');
    expect(csv).not.toContain('tpr.atFpr.0.001');
  });

  test('rates that no hash can tell apart are one column, and one row', () => {
    const metrics = fixture();
    for (const { tprAtFpr } of metrics.hashes) for (const each of tprAtFpr) each.calibrationFpr = rate(0, 50);
    expect(quotedColumns(metrics).map(({ title }) => title)).toEqual(['TPR at 0 of 50 false positives (FPR < 2.0 %)']);
    expect(csvTables(metrics)['hashes.csv']!.match(/^pdq,.*below\.1\/50,/gm)).toHaveLength(1);
    metrics.hashes[0]!.tprAtFpr[0]!.calibrationFpr = rate(0, 49);
    expect(quotedColumns(metrics).map(({ title }) => title)).toContain('TPR at FPR 1.0 %, or the least there is');
    expect(quotedColumns(metrics).at(-1)!.cell(metrics.hashes[0]!).plain).toMatch(/ at 0\/49$/);
  });
});

describe('runs A3: what nobody measured is said, and nothing follows from it', () => {
  const texts = () => ({
    terminal: terminalTable(unmeasured(), timings, wide),
    markdown: markdownReport(unmeasured(), run, timings),
    page: htmlPage(unmeasured(), run, timings),
    ...csvTables(unmeasured()),
  });

  test.each(['terminal', 'markdown', 'page', 'strategies.csv', 'hashes.csv'])('%s says "not measured"', (name) => {
    expect(texts()[name as keyof ReturnType<typeof texts>]).toContain('not measured');
  });

  test('no model number is 0, no area is 0.5, and no sentence says that nothing comes back', () => {
    for (const text of Object.values(texts())) {
      expect(text).not.toMatch(/brings? back (any|none|no report)/);
      expect(text).not.toContain('0.500');
      expect(text).not.toMatch(/\b0 \[0, 0\]/);
    }
    const said = answer(unmeasured());
    expect(said.find(({ label }) => label === 'What comes back')!.text).toBe(
      'What 9 strategies would bring back was not measured.',
    );
  });

  test('a strategy that was not measured is not ranked with those that were', () => {
    const mixed = fixture();
    for (const strategy of mixed.strategies) strategy.recovered = [{ of: 12e6, reports: null }];
    const none = { estimate: 0, low: 0, high: 0, method: 'x' };
    mixed.strategies[1]!.recovered = [{ of: 12e6, reports: none }];
    const said = answer(mixed)
      .map(({ text }) => text)
      .join(' ');
    expect(said).toContain('e2ee brings back none of the 12 M reports. What 8 strategies would bring back was not');
    expect(said).not.toContain('No strategy brings back');
    expect(said).not.toContain('none of which brings back');
  });

  test('the terminal says why nothing matches, not "-1 bits"', () => {
    const { terminal, markdown } = texts();
    expect(terminal).toContain('Note: No innocent group is in the calibration split.');
    expect(terminal.replaceAll('\n', ' ')).toContain('pdq matches nothing: no calibration negatives');
    for (const text of [terminal, markdown]) expect(text).not.toMatch(/[-−]1 (bits|of)/);
  });
});

describe('answer', () => {
  const words = (metrics: Metrics): string =>
    answer(metrics)
      .map(({ text }) => text)
      .join(' ');

  test('follows the numbers, not the names', () => {
    expect(words(fixture())).toContain('server-scan would bring back the most: 9.7 M [8.1 M, 10.9 M]');
    const other = fixture();
    const best = other.strategies.find(({ name }) => name === 'client-warn')!;
    best.recovered[0]!.reports = { estimate: 11.5e6, low: 11.2e6, high: 11.8e6, method: 'x' };
    expect(words(other)).toContain('client-warn would bring back the most: 11.5 M [11.2 M, 11.8 M]');
    expect(words(other)).not.toContain('does not rank');
  });

  test('names few strategies, counts many, and says who is left out where that is shorter', () => {
    const many = fixture();
    const quiet = many.strategies.find(({ name }) => name === 'e2ee')!;
    const [loud, ...rest] = many.strategies;
    many.strategies = [loud!, ...[...rest, ...rest].map((each, i) => ({ ...quiet, name: `quiet-${i}`, id: each.id }))];
    expect(words(many)).toContain('not shown to beat chance under any strategy but server-scan');
    for (const strategy of many.strategies)
      strategy.recovered = [{ of: 12e6, reports: { estimate: 5e6, low: 4e6, high: 6e6, method: 'x' } }];
    many.strategies[0]!.recovered[0]!.reports!.estimate = 5.5e6;
    many.strategies[0]!.beats = many.strategies.map((_, i) => (i === 0 ? 0.5 : 0.994));
    expect(words(many)).toContain('It brings back more than 16 others in 99.4 % of the draws.');
  });

  test('a strategy that only warns takes messages for target content, and flags nobody', () => {
    const metrics = fixture();
    metrics.strategies.find(({ name }) => name === 'client-warn')!.falsePositives.all = clustered(99, 2450, 7);
    expect(words(metrics)).toContain(
      'The strategy that most often classifies innocent messages as target content is client-warn',
    );
    expect(words(metrics)).not.toMatch(/flagged most/);
  });

  test('names nobody and orders nothing where too few pictures were scored', () => {
    const small = fixture();
    small.dataset.content.listed!.evaluation = 4;
    small.dataset.content.innocent!.evaluation = 22;
    const why = 'Too few pictures to compare: 4 listed pictures and 22 innocent pictures were scored';
    const { document } = parseHTML(htmlPage(small, run, timings));
    for (const text of [
      words(small),
      terminalTable(small, timings),
      markdownReport(small, run, timings),
      document.body.textContent!,
    ]) {
      expect(text.replace(/\s+/g, ' ')).toContain(why);
      expect(text).not.toMatch(/the most|most often|It brings back more|Filled: no other/);
    }
    expect(tradeoffs(small, 'identity').filter(({ undominated }) => undominated)).toEqual([]);
    expect(tradeoffs(fixture(), 'identity').filter(({ undominated }) => undominated)).not.toEqual([]);
  });

  test('admits it where nothing was measured or found', () => {
    expect(words(empty())).toContain('no strategy');
    expect(words(nothing())).toContain('was not measured');
    expect(words(zeros())).toContain('No strategy brings back any of the 12 M reports');
  });

  test('reports broken declarations and failing controls', () => {
    const metrics = fixture();
    metrics.strategies[4]!.declared[3]!.holds = false;
    metrics.strategies[6]!.leakage[0]!.controlWithinChance = false;
    expect(words(metrics)).toContain('1 of 216 declarations of what a role learns does not hold: see client-list');
    expect(words(metrics)).toContain('negative control is above chance under hash-upload');
    const page = htmlPage(metrics, run);
    expect(page).toContain('✗ broken');
    expect(page).toContain('✗ above chance');
  });

  test('a strategy is undominated when none recovers more for less', () => {
    const best = tradeoffs(fixture(), 'identity').filter(({ undominated }) => undominated);
    expect(best.map(({ strategy }) => strategy.name)).toEqual(['server-scan', 'escrow', 'user-report', 'client-list']);
  });
});

describe('strangers’ text', () => {
  test('stays text in HTML', () => {
    const page = htmlPage(hostile(), hostileRun, timings);
    const { document } = parseHTML(page);
    expect(page.replace(`<script>${sortScript}</script>`, '')).not.toMatch(/<script|<img|<svg onload/i);
    for (const name of hostileNames.slice(0, 2)) expect(document.querySelector('#data')?.textContent).toContain(name);
  });

  test('stays in its cell in Markdown', () => {
    const text = markdownReport(hostile(), hostileRun, timings);
    expect(text).not.toMatch(/<script|<img|<\/td|[^\\]\]\(javascript/i);
    const refused = text.split('## Files that were refused')[1]!.split('##')[0]!.trim().split('\n');
    expect(refused).toHaveLength(5);
    for (const line of refused) expect(line.replace(/\\\|/g, '').match(/\|/g)).toHaveLength(3);
  });

  test('starts no formula in CSV, and parses back', () => {
    for (const [name, text] of Object.entries(csvTables(hostile()))) {
      const rows = parse(text, { record_delimiter: '\r\n' }) as string[][];
      expect(rows.length, name).toBeGreaterThan(1);
      for (const cell of rows.flat()) if (Number.isNaN(Number(cell))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }
    expect(csvTables(hostile())['strategies.csv']).toContain(`"'=cmd,""<script>""",delivered,2940,2940`);
  });

  test('moves no cursor in the terminal', () => {
    expect(terminalTable(hostile(), timings, wide)).not.toMatch(/\p{Cc}(?<!\n)/u);
  });
});

test('the tables of the page and of the terminal have the same columns', () => {
  const titles = measureGroups(fixture(), timings).flatMap(({ measures }) => measures.map(({ title }) => title));
  const text = terminalTable(fixture(), timings, wide);
  for (const title of titles) expect(text).toContain(title);
});

describe('sequence diagrams', () => {
  test('one a strategy, each with every step as a table below it', () => {
    const { document } = parseHTML(htmlPage(fixture(), run, timings));
    const drawn = [...document.querySelectorAll('#sequence > details')];
    expect(drawn).toHaveLength(9);
    fixture().strategies.forEach(({ name, traffic }, i) => {
      expect(drawn[i]!.querySelector('summary')!.textContent).toContain(`${name}: ${traffic.length} steps`);
      expect(drawn[i]!.querySelectorAll('tbody tr')).toHaveLength(traffic.length);
      expect(drawn[i]!.querySelectorAll('svg g')).toHaveLength(traffic.length);
    });
    expect(drawn.filter((each) => each.hasAttribute('open'))).toHaveLength(1);
  });

  test('phases stand in the order of a run, and every word keeps inside the drawing', () => {
    const { document } = parseHTML(sequenceDiagram(fixture().strategies[2]!));
    const width = Number(document.querySelector('svg')!.getAttribute('width'));
    const headings = [...document.querySelectorAll('svg > text')].map((each) => each.textContent);
    expect(headings.slice(6)).toEqual(['Set-up', 'A message is sent', 'It is delivered', 'Court order']);
    for (const each of document.querySelectorAll('g > text')) {
      const [x, half] = [Number(each.getAttribute('x')), each.textContent!.length * 3.2];
      const anchor = each.getAttribute('text-anchor');
      expect(anchor === 'start' ? x : anchor === 'end' ? x - 2 * half : x - half).toBeGreaterThanOrEqual(0);
      expect(anchor === 'start' ? x + 2 * half : anchor === 'end' ? x : x + half).toBeLessThanOrEqual(width);
    }
  });

  test('sizes that differ show a median, one crossing its size', () => {
    const arrow = fixture().strategies[0]!.traffic[0]!;
    expect(arrowSize({ ...arrow, crossings: 1, bytes: 45_000, medianBytes: 45_000 })).toBe('45 kB');
    expect(arrowSize({ ...arrow, crossings: 3, bytes: 300, medianBytes: 100 })).toBe('3 × 100 B');
    expect(arrowSize({ ...arrow, crossings: 3, bytes: 301, medianBytes: 100 })).toBe('3 × ~100 B');
    expect(arrowTitle({ packet: 'prefix-query', from: 'sender', to: 'provider' })).toBe('first bits of the hash');
    expect(arrowTitle({ packet: 'opened', from: 'court', to: 'court' })).toBe('the court opens it');
  });
});

describe('counts below a threshold', () => {
  test('are shown only where a strategy has one, with the exact advantage of its setting', () => {
    expect(htmlPage(fixture(), run)).not.toContain('Counts below the threshold');
    const metrics = fixture();
    metrics.strategies[4]!.threshold = { matches: 12, syntheticShare: 0.01, syntheticBudget: 8, pictures: 1000 };
    metrics.strategies[5]!.threshold = { matches: 2, syntheticShare: 0, syntheticBudget: 8, pictures: 1000 };
    const { document } = parseHTML(htmlPage(metrics, run));
    const [noisy, bare] = [...document.querySelectorAll('#counts tbody tr')].map((each) => each.textContent);
    expect(noisy).toContain('1 match: 0.124, 2 matches: 0.249, 5 matches: 0.569, 10 matches: 0.887, 11 matches: 0.921');
    expect(bare).toContain('1 match: 1.000');
    expect(document.querySelector('#counts')!.textContent).toContain('Under client-warn nothing synthetic is sent');
  });
});

describe('if misused', () => {
  test('room for hidden targets by kind, and never a number that was not counted', () => {
    const note = 'a sentence';
    expect(capacityCell({ kind: 'none', entries: 0, note })).toMatchObject({ main: '0', plain: '0', hover: note });
    expect(capacityCell({ kind: 'slots', entries: 3600, note }).plain).toBe('3,600 slots');
    expect(capacityCell({ kind: 'filter', note }).plain).toBe('filter, not counted');
    expect(capacityCell({ kind: 'model', note })).toMatchObject({ main: '∞', plain: '∞ model' });
    expect(capacityCell({ kind: 'unbounded', note }).plain).toBe('∞');
  });

  test('what a warning could become is a column where a strategy only warns', () => {
    const titles = (metrics: Metrics) =>
      measureGroups(metrics).flatMap(({ measures }) => measures.map(({ title }) => title));
    expect(titles(fixture())).toContain('one update away');
    const none = fixture();
    for (const strategy of none.strategies) delete strategy.latent;
    expect(titles(none)).not.toContain('one update away');
  });
});

test('colour is off unless asked for', () => {
  for (const full of [false, true]) expect(terminalTable(fixture(), timings, { full })).not.toContain('\u001b');
  expect(terminalTable(fixture(), timings, { color: true })).toContain('\u001b[1m');
  expect(terminalTable(fixture(), timings, { color: true, full: true })).toContain('\u001b[33m');
});
