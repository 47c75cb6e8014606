/** What equality finds of what a near match finds, as a table of the page. */
import { equalityExplained, equalityLines, equalityTitles } from '../equality.ts';
import type { Metrics } from '../types.ts';
import { cellHtml, scroll } from './blocks.ts';
import { type Html, html } from './html.ts';

/** The table with its explanation; undefined where no picture was compared. */
export function equalitySection({ equalityGap }: Metrics): Html | undefined {
  if (!equalityGap) return undefined;
  const head = ['', ...equalityTitles(equalityGap), 'lost'];
  const rows = equalityLines(equalityGap).map(
    ({ what, near, equality, lost }) =>
      html`<tr><th scope="row">${what}</th>${[near, equality, lost].map((cell) => cellHtml(cell))}</tr>`,
  );
  return html`<p>${equalityExplained}</p>
${scroll(
  'Found by equality and by a near match',
  html`<table class="plain"><thead><tr>${head.map((title) => (title === '' ? html`<td></td>` : html`<th scope="col">${title}</th>`))}</tr></thead><tbody>${rows}</tbody></table>`,
)}
<p class="note">Innocent pictures that match are false matches, of both. p: exact two-sided McNemar test, pictures taken as independent.</p>`;
}
