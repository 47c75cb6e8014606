/** Tables on a terminal: no line is wider than it, no word is lost, and numbers stay below each other. */
import { describe, expect, test } from 'vitest';
import { plain, type ReportTable, tableTerminal } from '../../src/report/table.ts';

const words = 'date of registration, messages sent, large messages sent, messages received';
const table: ReportTable = {
  title: 'What is kept',
  explains: 'How to read it.',
  head: ['a long name of the first column', 'fields', 'messages'],
  lines: [
    { name: 'counters of thirty days and of a whole year', cells: [plain(words), plain('3/1006')] },
    { name: 'nothing', cells: [plain('none'), plain('12')] },
  ],
};

describe.each([60, 80, 100, 160])('at %i columns', (columns) => {
  const text = tableTerminal(table, columns);

  test('no line is wider', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  test('every word is there, in its order', () => {
    const found = text.split(/\s+/);
    for (const word of new Set(words.split(' '))) {
      const times = words.split(' ').filter((each) => each === word).length;
      expect(found.filter((each) => each === word).length, word).toBeGreaterThanOrEqual(times);
    }
    expect(text).toContain('3/1006');
  });
});

test('where all fits, a row is a line, and numbers end below each other', () => {
  const lines = tableTerminal(table, 160).split('\n');
  const [first, second] = ['3/1006', '12'].map((end) => lines.find((line) => line.endsWith(end))!);
  expect(first!.length).toBe(second!.length);
});
