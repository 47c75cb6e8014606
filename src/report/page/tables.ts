/** The main table, and a second one for what it has no room for. */
import { absent, clip, integer, rateCell } from '../format.ts';
import { measureGroups } from '../measures.ts';
import type { Metrics, Timings } from '../types.ts';
import { cellHtml, plainTable, scroll } from './blocks.ts';
import { type Html, html } from './html.ts';

/** The one table: a row a strategy, a group of columns a question. */
export function mainTable(metrics: Metrics, timings?: Timings): Html {
  const groups = measureGroups(metrics, timings);
  const measures = groups.flatMap((group) => group.measures.map((measure, index) => ({ measure, first: index === 0 })));
  const head = html`<thead><tr><td rowspan="2"></td>${groups.map(
    ({ title, measures: each }) => html`<th scope="colgroup" colspan="${each.length}">${title}</th>`,
  )}</tr><tr>${measures.map(
    ({ measure, first }) =>
      html`<th scope="col"${first && html` class="first"`} title="${measure.explains}">${measure.title}</th>`,
  )}</tr></thead>`;
  const edge = (first: boolean): string => (first ? 'first' : '');
  const rows = metrics.strategies.map(
    (strategy) =>
      html`<tr><th scope="row" title="${strategy.name}: ${strategy.summary}">${strategy.id} ${breakable(clip(strategy.name, 40))}</th>${measures.map(({ measure, first }) => cellHtml(measure.cell(strategy), edge(first)))}</tr>`,
  );
  return html`${scroll('Strategies compared', html`<table class="main">${head}<tbody>${rows}</tbody></table>`)}
<dl class="legend">${measures.map(({ measure }) => html`<div><dt>${measure.title}</dt><dd>${measure.explains}</dd></div>`)}</dl>
<p class="note">Small type: k/n, then the 95 % interval in percent, the wider of the exact interval and the bootstrap by source picture.
For estimates, the 95 % interval in the estimate's unit. ▲: above chance at 95 % for all attacks of the run together (Bonferroni).</p>`;
}

/** A name that may break after the colon before its variant. */
const breakable = (name: string): Html[] =>
  name.split(':').map((part, index) => (index === 0 ? html`${part}` : html`:<wbr>${part}`));

/** What each strategy is, where it operates, and the rates that the main table has no room for. */
export function detailTables({ strategies }: Metrics): Html {
  const about = plainTable(
    'What each strategy is',
    ['strategy', 'what it is', 'operating point', 'looks by itself', 'messages', 'refused', 'failed'],
    strategies.map((each) => [
      each.name,
      each.summary,
      each.operatingPoint,
      each.proactive ? 'yes' : 'no',
      integer(each.messages),
      integer(each.refused),
      integer(each.failed),
    ]),
  );
  const edits = [...new Set(strategies.flatMap(({ detection }) => detection.byEdit.map(({ transform }) => transform)))];
  const topics = [
    ...new Set(strategies.flatMap(({ falsePositives }) => falsePositives.byTopic.map(({ topic }) => topic))),
  ];
  const rates = strategies.map(({ name, delivered, detection, warned, falsePositives }) => {
    const cells = [delivered, detection.near, warned.listed, warned.innocent].map((rate) => rateCell(rate));
    const found = edits.map((edit) => detection.byEdit.find(({ transform }) => transform === edit)?.rate);
    const flagged = topics.map((topic) => falsePositives.byTopic.find((each) => each.topic === topic)?.rate);
    const all = [...cells, ...[...found, ...flagged].map((rate) => (rate ? rateCell(rate) : absent('not run')))];
    return html`<tr><th scope="row">${name}</th>${all.map((cell) => cellHtml(cell))}</tr>`;
  });
  const titles = ['delivered', 'near neighbours flagged', 'listed, warned', 'innocent, warned'];
  const head = [...titles, ...edits.map((edit) => `found: ${edit}`), ...topics.map((topic) => `flagged: ${topic}`)];
  const table = html`<table class="main"><thead><tr><td></td>${head.map(
    (title) => html`<th scope="col">${title}</th>`,
  )}</tr></thead><tbody>${rates}</tbody></table>`;
  return html`<details><summary>More of each strategy: what it is, every edit, every topic</summary>${about}${scroll(
    'More rates of each strategy',
    table,
  )}</details>`;
}
