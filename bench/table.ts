/** A measured group as an aligned text table. */
import type { Result } from './measure.ts';

const columns = ['', 'median', 'quartiles', 'ratio', 'rate'] as const;

/** The table, one line per task, with a title and a line of headings; ends with a newline. */
export function table({ title, baseline, rows, notes = [] }: Result): string {
  const lines = [
    columns,
    ...rows.map(({ name, millis, ratio, rate }) => {
      // One unit per line, that of the median, so that the quartiles are comparable with it.
      const unit = millis.median >= 1 ? { name: 'ms', per: 1 } : { name: 'µs', per: 1000 };
      const show = (value: number): string => figures(value * unit.per);
      return [
        name,
        `${show(millis.median)} ${unit.name}`,
        `${show(millis.low)}–${show(millis.high)}`,
        name === baseline ? '1' : figures(ratio),
        `${figures(rate.value)} ${rate.unit}`,
      ];
    }),
  ];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  // Names left-aligned, numbers right-aligned.
  const pad = (text: string, i: number): string => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!));
  const texts = [...lines.map((line) => line.map(pad).join('   ')), ...notes];
  return `${title}\n${texts.map((text) => `  ${text}`.trimEnd()).join('\n')}\n`;
}

/** Three significant figures, with thousands separators, never an exponent. */
const figures = (value: number): string => value.toLocaleString('en-GB', { maximumSignificantDigits: 3 });
