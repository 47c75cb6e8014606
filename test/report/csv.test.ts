/** CSV files as lists of columns. */
import { expect, test } from 'vitest';
import { csvOf, csvTable, numberColumns, rateFields } from '../../src/report/csv.ts';

const rows = [
  {
    strategy: 'escrow',
    entries: 3,
    audited: null,
    found: { k: 1, n: 2, estimate: 0.5, low: 0.1, high: 0.9, method: 'Wilson' },
  },
  {
    strategy: 'a, "b"',
    entries: 0,
    audited: { originals: 7 },
    found: { k: 0, n: 0, estimate: null, low: 0, high: 1, method: 'Wilson' },
  },
];

test('a column is a member of the row under its own name, or a name with a function', () =>
  expect(csvOf(rows, ['strategy', ['originals', ({ audited }) => audited?.originals], 'entries'])).toBe(
    'strategy,originals,entries\r\nescrow,,3\r\n"a, ""b""",7,0\r\n',
  ));

test('the number columns come last', () =>
  expect(csvOf(rows, ['entries'], ({ found }) => rateFields(found))).toBe(
    csvTable(
      ['entries', ...numberColumns],
      rows.map(({ entries, found }) => [entries, ...rateFields(found)]),
    ),
  ));

test('without a row only the names are there', () =>
  expect(csvOf([] as typeof rows, ['strategy'], ({ found }) => rateFields(found))).toBe(
    `strategy,${numberColumns.join()}\r\n`,
  ));
