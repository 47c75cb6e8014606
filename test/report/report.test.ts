/** Reports hold every number with its counts, escape strangers' text, and repeat to the byte. */
import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { answer, tradeoffs } from '../../src/report/answer.ts';
import { csvTables } from '../../src/report/csv.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import { measureGroups } from '../../src/report/measures.ts';
import { htmlPage } from '../../src/report/page.ts';
import { terminalTable } from '../../src/report/terminal.ts';
import { check } from '../../src/schema/check.ts';
import { Metrics } from '../../src/schema/metrics.ts';
import { RunRecord, Timings } from '../../src/schema/run-record.ts';
import { empty, hostile, hostileNames, hostileRun, nothing, zeros } from './edges.ts';
import { fixture, run, timings } from './fixture.ts';

const cases = { fixture, hostile, nothing, empty, zeros } as const;
const wide = { columns: 120 } as const;

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

  test('the page loads nothing, runs nothing, and says so in its policy', () => {
    const page = htmlPage(make(), hostileRun, timings);
    expect(page).not.toMatch(/https?:/);
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
    const { document } = parseHTML(page);
    expect(
      document.querySelectorAll('script, link, iframe, object, embed, img, base, form, [src], [onerror], [onload]'),
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
      for (const line of terminalTable(make(), timings, { columns }).split('\n'))
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
      expect(text).toMatch(/0\/2,?450 \[0, 0\.16 %\]/);
      expect(text).not.toMatch(/(?<![\d.[]|≥ )0 % (?!\()/);
    }
  });

  test('a rate without trials says so', () => {
    expect(terminalTable(nothing(), timings, wide)).toContain('0/0 no trial');
    expect(htmlPage(nothing(), run)).toContain('no trial');
  });
});

describe('answer', () => {
  const words = (metrics: Metrics): string =>
    answer(metrics)
      .map(({ text }) => text)
      .join(' ');

  test('follows the numbers, not the names', () => {
    expect(words(fixture())).toContain('server-scan would bring back the most: 9.7 M [8.1, 10.9]');
    const other = fixture();
    const best = other.strategies.find(({ name }) => name === 'client-warn')!;
    best.recovered[0]!.reports = { estimate: 11.5e6, low: 11.2e6, high: 11.8e6, method: 'x' };
    expect(words(other)).toContain('client-warn would bring back the most: 11.5 M [11.2, 11.8]');
    expect(words(other)).not.toContain('does not rank');
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
    expect(page).not.toMatch(/<script|<img|<svg onload/i);
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

test('colour is off unless asked for', () => {
  expect(terminalTable(fixture(), timings)).not.toContain('\u001b');
  expect(terminalTable(fixture(), timings, { color: true })).toContain('\u001b[33m');
});
