/** What every figure of a run must be, of whichever kind: the tests of each kind's report hold their figures against it. */
import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { expect } from 'vitest';
import { figurePdf } from '../../src/pdf/figure.ts';
import { csvColumns } from '../../src/report/csv-columns.ts';

/** Figures whose lines and dots are named where they are: at their ends, on an axis, or in a cell. */
const namedInside = /^(detection-|list-sizes-|advantage-by-|(edited|innocent)-clips-|sequence-|chain-bits|topic-lift-)/;

/** Colours that tell no series apart: the surface, grey, black and none. */
const plain: ReadonlySet<string | null> = new Set([null, 'none', '#ffffff', '#5b6470', '#1b1f24', 'currentColor']);

/** The figures of `fileReports`, at least `least`, are drawn as PDF, have data in columns of the dictionary, and name what they colour. */
export function expectFigures(figures: Readonly<Record<string, string>>, least = 1): void {
  const names = Object.keys(figures).filter((name) => name.endsWith('.svg'));
  expect(names.length).toBeGreaterThanOrEqual(least);
  for (const file of names) {
    const [name, svg] = [file.slice(0, -4), figures[file]!];
    expect(Buffer.from(figurePdf(svg)).subarray(0, 5).toString(), name).toBe('%PDF-');
    const [columns] = parse(figures[`${name}.csv`]!) as string[][];
    for (const column of columns!) expect(csvColumns, `${name}.csv`).toHaveProperty([column]);
    const { document } = parseHTML(svg);
    const painted = [...document.querySelectorAll('[data-mark="line"], [data-mark="dot"]')].flatMap((mark) =>
      [mark, ...mark.children].flatMap((each) => [each.getAttribute('stroke'), each.getAttribute('fill')]),
    );
    const series = new Set(painted.filter((each) => !plain.has(each)));
    if (series.size < 2 || namedInside.test(name)) continue;
    expect(document.querySelectorAll('.legend text, [data-mark="legend"] text').length, name).toBeGreaterThan(1);
  }
}
