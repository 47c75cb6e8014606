/** The page that lists the runs, with a form that filters them and one that compares some. It works without a script. */
import { counted } from '../../report/format.ts';
import { type Html, html } from '../../report/page/html.ts';

import { framed } from './layout.ts';
import { type RunLine, type RunQuery, states } from './runs.ts';

/** What the page shows beside the runs that match the filter. */
interface Beside {
  readonly query?: RunQuery;
  /** The kinds of all runs. */
  readonly kinds?: readonly string[];
  /** Names of runs that cannot be listed. */
  readonly unlisted?: readonly string[];
  readonly script?: string | undefined;
}

/** The page. Every name is escaped, because folder names are arbitrary. */
export function runsPage(
  runs: readonly RunLine[],
  { query = {}, kinds = [], unlisted = [], script }: Beside = {},
): string {
  const content = html`<main id="main"><h1>Runs</h1>
<p class="note">Each line is one run. Open one, or choose two to four and compare them. The <a href="/demo">live demo</a> shows what each role learns from one message.</p>
${filters(query, kinds)}
${runs.length === 0 ? none(query) : table(runs)}
${unlisted.length > 0 && html`<p class="note">Not listed: ${unlisted.slice(0, 5).join(', ')}${unlisted.length > 5 && ` and ${unlisted.length - 5} more`}. Links are not followed, and the name of a run’s folder has up to 128 letters, digits, dots, hyphens and underscores.</p>`}</main>`;
  return framed({ title: 'presend runs', at: '/', content, script });
}

const none = (query: RunQuery): Html =>
  Object.values(query).some((each) => each !== '')
    ? html`<p>No run matches the filter. <a href="/">Show all</a></p>`
    : html`<p>There are no runs yet. <code>presend run tradeoff</code> creates one.</p>`;

const options = (names: readonly string[], chosen: string): Html[] =>
  ['', ...names].map(
    (name) => html`<option value="${name}"${name === chosen && html` selected`}>${name || 'any'}</option>`,
  );

const filters = ({ search = '', kind = '', state = '', from = '', to = '' }: RunQuery, kinds: readonly string[]) =>
  html`<form class="fields" method="get" action="/" role="search">
<label class="grow">search<input type="search" name="search" value="${search}" maxlength="200" placeholder="name, experiment, dataset, seed"></label>
<label>kind<select name="kind">${options(kinds, kind)}</select></label>
<label>state<select name="state">${options(states, state)}</select></label>
<label>from<input type="date" name="from" value="${from}"></label>
<label>to<input type="date" name="to" value="${to}"></label>
<button type="submit">Filter</button></form>`;

const head = ['', 'run', 'experiment', 'kind', 'dataset', 'seed', 'started', 'state', 'files'];

const table = (runs: readonly RunLine[]): Html => html`<form method="get" action="/compare">
<div class="scroll" role="region" aria-label="Runs" tabindex="0"><table class="runs"><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${runs.map(row)}
</tbody></table></div>
<p>${counted(runs.length, 'run')}. <button class="button primary" type="submit">Compare the chosen runs</button></p></form>`;

const row = ({ name, state, experiment, kind, dataset, seed, created, files }: RunLine): Html => {
  const address = `/runs/${encodeURIComponent(name)}`;
  const box =
    state === 'finished' && html`<input type="checkbox" name="run" value="${name}" aria-label="compare ${name}">`;
  return html`<tr><td>${box}</td><th scope="row">${['damaged', 'other-version'].includes(state) ? name : html`<a href="${address}">${name}</a>`}</th>
<td>${experiment ?? '–'}</td><td>${kind ?? '–'}</td><td>${dataset ?? '–'}</td><td>${seed ?? '–'}</td><td>${created?.slice(0, 16).replace('T', ' ') ?? '–'}</td>
<td class="state-${state}">${state}</td><td>${files.map((file) => html`<a href="${address}/${file}">${file}</a> `)}</td></tr>
`;
};
