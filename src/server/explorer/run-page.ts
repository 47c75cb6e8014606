/** The page of one run: question, answer, how to repeat it, a threshold slider if applicable, and the sections of its report. */

import { drawingOf, type OpenRun } from '../../compare/open-run.ts';
import { Html, html } from '../../report/page/html.ts';
import { type DrawnPlot, keepingPlots } from '../../report/page/plot.ts';
import { answerHtml, type Page, sectionHtml } from '../../report/page/shell.ts';
import { framed } from './layout.ts';
import { withDownloads } from './plots.ts';
import { runFileTypes } from './runs.ts';

/** Kinds of run whose distances are counted, so that the threshold is adjustable. */
const kindsWithThreshold: readonly string[] = ['tradeoff', 'copy-detection'];

/** A run's rendered report: its page without layout, and its plots. */
export interface DrawnRun {
  readonly run: OpenRun;
  readonly page: Page | undefined;
  readonly plots: readonly DrawnPlot[];
}

/** Renders the report of a run. An unfinished run has no page yet. */
export async function drawRun(run: OpenRun): Promise<DrawnRun> {
  const { metrics, record, timings } = run;
  if (!metrics) return { run, page: undefined, plots: [] };
  const draw = await drawingOf({ metrics, timings });
  const { result, plots } = keepingPlots(() => draw().page(record));
  return { run, page: result, plots };
}

/** The page as text. */
export function runPage({ run, page }: DrawnRun, files: readonly string[], script: string | undefined): string {
  const { name, record, kind } = run;
  const base = `/runs/${encodeURIComponent(name)}`;
  const question = (record.experimentResolved as { question?: string } | null)?.question ?? name;
  const movable = page !== undefined && kindsWithThreshold.includes(kind);
  const sections = page?.sections ?? [];
  const content = html`<header>
<p class="eyebrow">run ${name} · ${kind}</p>
${
  page
    ? answerHtml(page)
    : html`<h1>${question}</h1>
<p class="problem">This run is not finished: there is no answer yet.${run.goOn && html` <code>${run.goOn}</code> continues it.`}</p>`
}
<nav aria-label="Sections">${movable && html`<a href="#threshold">Move the threshold</a>`}${!page?.folded && sections.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
</header>
<main id="main">
${facts(run, base, files)}
${movable && island(name, script)}
${sections.map(([id, title, content]) =>
  sectionHtml([id, title, withDownloads(content, (plot) => `${base}/plots/${plot}`)], page?.folded ?? false),
)}</main>
<footer>${page?.footer ?? ''}</footer>`;
  return framed({
    title: `${name}: presend`,
    content,
    script,
    ...(page?.script === undefined ? {} : { inline: page.script }),
  });
}

const repeatFile = (name: string): string => `${name}.yaml`;

function facts({ name, record }: OpenRun, base: string, files: readonly string[]): Html {
  const command = (text: string): Html =>
    html`<code>${text}</code><button type="button" class="copy" hidden>copy</button>`;
  const links = files
    .filter((file) => file in runFileTypes)
    .map((file) => html`<a href="${base}/${file}">${file}</a> `);
  const rows: readonly (readonly [string, Html | string])[] = [
    ['started', `${record.created.slice(0, 19).replace('T', ' ')} UTC, seed ${record.seed}`],
    ['dataset', html`${record.dataset.name}, sha256 <code>${record.dataset.sha256.slice(0, 16)}…</code>`],
    ['as it was typed', command(record.command)],
    [
      'to repeat it',
      html`<a href="${base}/experiment.yaml" download="${repeatFile(name)}">the experiment file</a> with all defaults, then ${command(`presend run ${repeatFile(name)}`)}`,
    ],
    ['files', html`${links}`],
  ];
  return html`<dl class="facts">${rows.map(([what, value]) => html`<dt>${what}</dt><dd>${value}</dd>`)}</dl>`;
}

const island = (
  name: string,
  script: string | undefined,
): Html => html`<section class="island" id="threshold" data-run="${name}" aria-labelledby="threshold-title">
<h2 id="threshold-title">Move the threshold</h2>
<p class="note" id="threshold-state" role="status">${script === undefined ? new Html('The scripts of the pages are missing: <code>npm run build</code> builds them.') : 'Counting the distances of this run…'}</p></section>`;
