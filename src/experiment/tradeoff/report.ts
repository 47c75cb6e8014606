/** The page of a trade-off run. */

import { absent, clip, counted, integer, notMeasured, rateCell } from '../../report/format.ts';
import { signalsFound } from '../../report/metadata-signals.ts';
import { cellHtml, figure, plainTable, scroll } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { limitsSection, provenanceSection, refusedSection } from '../../report/page/provenance.ts';
import { type Page, pageText, type Section } from '../../report/page/shell.ts';
import { sortScript } from '../../report/page/sort-script.ts';
import type { Report } from '../../report/parts.ts';
import { type Foot, footHtml, tableHtml } from '../../report/table.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import type { Metrics } from './metrics.ts';
import { paretoSection, recallSection } from './plots.ts';
import { countLeakSection } from './plots-count-leak.ts';
import { curveLegend, curvesOf, detPlot, rocPlot } from './plots-curves.ts';
import { headlinePlot } from './plots-headline.ts';
import { costSection, sequenceSection } from './plots-traffic.ts';
import { answer } from './report-answer.ts';
import { csvTables } from './report-csv.ts';
import { leadHtml } from './report-lead.ts';
import { declaredSection, leakageSection } from './report-leakage.ts';
import { markdownReport } from './report-markdown.ts';
import { equalityExplained, equalityLines, equalityTitles, measureGroups } from './report-measures.ts';
import { terminalTable } from './report-terminal.ts';
import { accountTables } from './tables-accounts.ts';
import { clipTables } from './tables-clips.ts';

/** The whole report; it has a layout of its own. `findings`: of accounts, for the line of the strategy that scans no message. */
export const tradeoffReport = (metrics: Metrics, timings: Timings | undefined, findings: MetadataFindings): Report => ({
  page: (run) => tradeoffRunPage(metrics, run, timings, signalsFound(findings)),
  markdown: (run) => markdownReport(metrics, run, timings, signalsFound(findings)),
  csv: csvTables(metrics),
  figures: () => void headlinePlot(metrics),
  terminal: (options) => terminalTable(metrics, timings, options, signalsFound(findings)),
});

/** The whole page; the same arguments give the same bytes. */
export const htmlPage = (metrics: Metrics, run: RunRecord, timings?: Timings): string =>
  pageText(tradeoffRunPage(metrics, run, timings));

/** The page before it is laid out. */
export function tradeoffRunPage(metrics: Metrics, run: RunRecord, timings?: Timings, foot?: Foot): Page {
  const counts = countLeakSection(metrics);
  const equality = equalitySection(metrics);
  const accounts = accountTables(metrics);
  const clips = clipTables(metrics);
  const sections: readonly Section[] = [
    ['table', 'The strategies in one table', html`${mainTable(metrics, timings, foot)}${detailTables(metrics)}`],
    ['tradeoff', 'Reports recovered against what the provider learns', paretoSection(metrics)],
    ['leakage', 'What each role learns', leakageSection(metrics)],
    ['declared', 'Declared against measured', declaredSection(metrics)],
    ...(clips.length > 0 ? [['clips', 'Messages that are clips', html`${clips.map(tableHtml)}`] as const] : []),
    ...(accounts.length > 0
      ? [['accounts', 'What happens to accounts', html`${accounts.map(tableHtml)}`] as const]
      : []),
    ...(counts ? [['counts', 'Counts below the threshold', counts] as const] : []),
    ['sequence', 'Who sends what to whom', sequenceSection(metrics)],
    ['detectors', 'How well the detectors separate', curvesSection(metrics)],
    ['recall', 'Recall after each edit', html`${recallSection(metrics)}${recallTable(metrics)}`],
    ...(equality ? [['equality', 'Equality instead of a near match', equality] as const] : []),
    ['cost', 'What it costs', costSection(metrics, timings)],
    ['data', 'Data', html`${dataSection(metrics)}<h3>Refused files</h3>${refusedSection(metrics)}`],
    ['provenance', 'Provenance', provenanceSection(run, timings)],
    ['limits', 'Limits', limitsSection(metrics)],
  ];
  return {
    experiment: metrics.experiment,
    runId: run.runId,
    question: metrics.question,
    title: 'What comes back, who is wrongly accused, who learns what',
    lead: leadHtml(metrics),
    folded: true,
    findings: answer(metrics),
    sections,
    script: sortScript,
    footer: 'Benign pictures only: “listed” and “target” are what this experiment calls ordinary pictures.',
  };
}

function curvesSection(metrics: Metrics): Html {
  const curves = curvesOf(metrics);
  if (curves.length === 0) return html`<p>No detector has both positives and negatives.</p>`;
  return html`${curveLegend(metrics)}${figure(
    [
      ['ROC', rocPlot(metrics, 'linear')],
      ['ROC, false positives stretched', rocPlot(metrics, 'log')],
      ['DET', detPlot(metrics)],
    ],
    html`In the ROC up and left is better, in the DET down and left. Filled dot: the threshold chosen on calibration; ring: the authors'. Dotted: chance. Rates of zero are drawn at the edge of the
logarithmic and probit axes, at half of one error among all trials.`,
  )}`;
}

function recallTable({ hashes }: Metrics): Html {
  const rows = hashes.flatMap(({ name, recall }) =>
    recall.map((each) => [
      `${name}, ${each.transform}`,
      rateCell(each.atAuthors).plain,
      rateCell(each.calibrated).plain,
      each.meanOwnBits === null ? notMeasured : each.meanOwnBits.toFixed(1),
    ]),
  );
  const head = [
    'hash, edit',
    "found at the authors' threshold",
    'found at the calibrated one',
    'mean distance to its own original, bits',
  ];
  return html`<details><summary>Every cell with its counts and interval</summary>${plainTable('Recall', head, rows)}</details>`;
}

// The main table, and a second one for what it has no room for.

/** The one table: a row a strategy, a group of columns a question. */
export function mainTable(metrics: Metrics, timings?: Timings, foot?: Foot): Html {
  const groups = measureGroups(metrics, timings);
  const measures = groups.flatMap((group, at) =>
    group.measures.map((measure, index) => ({ measure, group: at, first: index === 0 })),
  );
  const column = (group: number, first: boolean): string => `group-${group}${first ? ' first' : ''}`;
  const head = html`<thead><tr><td rowspan="2"></td>${groups.map(
    ({ title, measures: each }, at) =>
      html`<th scope="colgroup" class="group-${at}" colspan="${each.length}">${title}</th>`,
  )}</tr><tr>${measures.map(
    ({ measure, group, first }) =>
      html`<th scope="col" class="${column(group, first)}" title="${measure.explains}">${measure.title}</th>`,
  )}</tr></thead>`;
  const rows = metrics.strategies.map(
    (strategy) =>
      html`<tr><th scope="row" title="${strategy.name}: ${strategy.summary}">${strategy.id} ${breakable(clip(strategy.name, 40))}</th>${measures.map(({ measure, group, first }) => cellHtml(measure.cell(strategy), column(group, first)))}</tr>`,
  );
  const boxes = [
    ...groups.map(({ title }, at) => ({ title, id: `shows-group-${at}` })),
    { title: 'counts and intervals', id: 'shows-small' },
  ];
  return html`<p class="shows">Shown: ${boxes.map(
    ({ title, id }) => html`<label><input type="checkbox" id="${id}" checked> ${title}</label> `,
  )}</p>
${scroll('Strategies compared', html`<table class="main wide">${head}<tbody>${rows}</tbody>${footHtml(foot, measures.length)}</table>`)}
<dl class="legend">${measures.map(({ measure }) => html`<div><dt>${measure.title}</dt><dd>${measure.explains}</dd></div>`)}</dl>
<p class="note">Small type: k/n, then the 95 % interval in percent, the wider of the exact interval and the bootstrap by source picture.
For estimates, the 95 % interval in the estimate's unit. A column's title sorts by it: down, up, and back to the order of the run. ▲: above chance at 95 % for all attacks of the run together (Bonferroni).</p>`;
}

/** A name that may break after the colon before its variant. */
const breakable = (name: string): Html[] =>
  name.split(':').map((part, index) => (index === 0 ? html`${part}` : html`:<wbr>${part}`));

/** What each strategy is, where it operates, and the rates that the main table has no room for. */
export function detailTables({ strategies }: Metrics): Html {
  const about = plainTable(
    'What each strategy is',
    ['strategy', 'what it is', 'operating point', 'scans every message', 'messages', 'refused', 'failed'],
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

// What equality finds of what a near match finds, as a table of the page.

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

/** The data behind the numbers: how many pictures are called what, in which split. */
export function dataSection({ dataset }: Metrics): Html {
  const rows = Object.entries(dataset.content).map(([content, split]) => [
    content,
    String(split.calibration),
    String(split.evaluation),
  ]);
  return html`<p>${counted(dataset.pictures, 'picture')} in ${counted(dataset.groups, 'group')} from the dataset “${dataset.name}”; ${counted(dataset.listEntries, 'entry').replace(/entrys$/, 'entries')} on the
list. Thresholds are chosen on the calibration pictures and scored on the evaluation pictures; a group never straddles the two.</p>
${plainTable('Pictures', ['called', 'calibration', 'evaluation'], rows)}`;
}
