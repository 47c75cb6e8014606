/** Source of the numbers: refused files, the run record, and the limits. */

import type { RunRecord, Timings } from '../../schema/run-record.ts';
import { counted, millis } from '../format.ts';
import { plainTable } from './blocks.ts';
import { type Html, html } from './html.ts';

/** Maximum number of displayed rows of a long list. */
const most = 200;

/** Unusable files of the dataset, with the reason; the run continued without them. */
export function refusedSection({
  dataset,
}: {
  readonly dataset: { readonly refused: readonly { readonly picture: string; readonly reason: string }[] };
}): Html {
  if (dataset.refused.length === 0) return html`<p>Every file of the dataset could be read.</p>`;
  const rows = dataset.refused.slice(0, most).map(({ picture, reason }) => [picture, reason]);
  return html`<p>${counted(dataset.refused.length, 'file')} could not be used; the run continued without.</p>
${plainTable('Refused files', ['file', 'reason'], rows)}${dataset.refused.length > most && html`<p>And ${dataset.refused.length - most} more.</p>`}`;
}

/** The run record, line by line; the full experiment is behind a summary. */
export function provenanceSection(run: RunRecord, timings?: Timings): Html {
  const commit =
    run.commit === null
      ? `not known: ${run.commitUnknown ?? 'outside a repository'}`
      : html`<code>${run.commit}</code>${run.dirty === null ? '' : run.dirty ? ', with uncommitted changes' : ', clean'}`;
  const rows: [string, string | Html][] = [
    ['run', `${run.runId}, started ${run.created}${run.resumed ? ', resumed after an interruption' : ''}`],
    ['command', html`<code>${run.command}</code>`],
    ['seed', `${run.seed}; streams: ${run.streams.join(', ') || 'none'}`],
    ['dataset', html`${run.dataset.name}, sha256 <code>${run.dataset.sha256}</code>`],
    ...(run.list
      ? [['list', html`${counted(run.list.entries, 'hash')}, root <code>${run.list.root}</code>`] as [string, Html]]
      : []),
    ...run.models.map(({ name, sha256 }): [string, Html] => ['model', html`${name}, sha256 <code>${sha256}</code>`]),
    ['commit', commit],
    ['machine', `${run.platform}; Node ${run.node}; ${counted(run.threads, 'thread')}`],
    ['classifier backend', run.classifierBackend],
    ['packages', versions(run.packages)],
    ['image decoders', versions(run.sharp)],
  ];
  const spent = Object.entries(timings?.phases ?? {});
  if (spent.length > 0) rows.push(['time', spent.map(([phase, each]) => `${phase} ${millis(each)}`).join(', ')]);
  return html`${plainTable('Run record', ['what', 'value'], rows)}
<details><summary>The experiment, with all defaults</summary><pre class="scroll" tabindex="0"><code>${JSON.stringify(run.experimentResolved, null, 2) ?? ''}</code></pre></details>`;
}

/** What these numbers do not show. */
export const limitsSection = ({ limits }: { readonly limits: readonly string[] }): Html =>
  limits.length === 0
    ? html`<p>None are stated.</p>`
    : html`<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`;

const versions = (record: Readonly<Record<string, string>>): string =>
  Object.entries(record)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ') || 'none';
