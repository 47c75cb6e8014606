/** The first screen of the report's page: one plain sentence, a bar for each strategy in four families, three cards, and how sure that is. */
import { clip, si } from '../../report/format.ts';
import { type Html, html } from '../../report/page/html.ts';
import type { Metrics, StrategyMetrics } from './metrics.ts';
import { sureText } from './report-answer.ts';
import { backCell, broughtBack, cardsOf, familiesOf, lostReports, plainSentence } from './report-headline.ts';

/** The whole first screen. */
export function leadHtml(metrics: Metrics): Html {
  if (metrics.strategies.length === 0) return html`<p class="plain-answer">The run has no strategy.</p>`;
  return html`<p class="plain-answer">${plainSentence(metrics)}</p>
<div class="lead">${bars(metrics)}<div class="cards">${cardsOf(metrics).map(
    ({ title, what, lines, note }) => html`<section class="card" aria-label="${title}"><h2>${title}</h2><p>${what}</p>
<dl>${lines.map(([family, text]) => html`<dt>${family}</dt><dd>${text}</dd>`)}</dl>${note && html`<p>${note}</p>`}</section>
`,
  )}</div></div>
<p class="how-sure"><b>How sure.</b> ${sureText(metrics).join(' ')} Pictures stand in for the content that the letter is about; how many people evade a scan is assumed. <a href="#limits">All limits</a></p>`;
}

/** One bar a strategy, as a table: words and numbers stay as large as the page's on any screen. */
function bars(metrics: Metrics): Html {
  const lost = lostReports(metrics);
  if (lost === undefined) return html`<p>The run models no recovered reports.</p>`;
  const share = (value: number): string => `${Number(((100 * Math.min(value, lost)) / lost).toFixed(2))}%`;
  const row = (strategy: StrategyMetrics): Html => {
    const of = broughtBack(strategy);
    const cell = backCell(strategy);
    const rail = of
      ? html`<span class="rail" style="--at:${share(of.estimate)};--low:${share(of.low)};--high:${share(of.high)}"></span>`
      : '';
    return html`<tr title="${strategy.summary}"><th scope="row">${clip(strategy.name, 40)}</th><td class="rails">${rail}</td><td class="number"><b>${of ? si(of.estimate) : cell.plain}</b> ${of ? cell.small.join(' ') : ''}</td></tr>
`;
  };
  return html`<table class="bars"><caption>Reports that come back in a year, of ${si(lost)} that would be lost; bar: median, line: 95 % of the draws, for a list as long as the model takes</caption>
${familiesOf(metrics).map(
  ({ title, strategies }) => html`<tbody><tr><th scope="rowgroup" colspan="3">${title}</th></tr>
${strategies.map(row)}</tbody>`,
)}</table>`;
}
