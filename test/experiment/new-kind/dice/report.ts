/** Its report. */
import { html } from '../../../../src/report/page/html.ts';
import type { Parts } from '../../../../src/report/parts.ts';
import type { DiceMetrics } from './metrics.ts';

export const diceParts = ({ throws, sum }: DiceMetrics): Parts => ({
  findings: [{ label: 'Sum', text: `${throws} throws make ${sum}.` }],
  tables: [],
  sections: [],
  data: html`<p>A seeded die.</p>`,
  csv: { 'sum.csv': `throws,sum\r\n${throws},${sum}\r\n` },
});
