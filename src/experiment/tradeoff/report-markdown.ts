import { areaCell, counted, percent, rateCell, thresholdBits } from '../../report/format.ts';
import { provenance, refused, table, text } from '../../report/markdown.ts';
import { type Foot, footMarkdown, tableMarkdown } from '../../report/table.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import type { Metrics } from './metrics.ts';
import { trafficGroup } from './plots-traffic.ts';
import { answer } from './report-answer.ts';
import { classifierSentences } from './report-classifier.ts';
import {
  equalityExplained,
  equalityLines,
  equalityTitles,
  liftText,
  measureGroups,
  shownFrom,
} from './report-measures.ts';
import { accountTables } from './tables-accounts.ts';
import { clipTables } from './tables-clips.ts';
import { quotedColumns, quotedExplained } from './tables-quoted.ts';

/** The whole report as one Markdown document. */
export function markdownReport(metrics: Metrics, run: RunRecord, timings?: Timings, foot?: Foot): string {
  const sections = [
    `# ${text(metrics.experiment)}`,
    `**${text(metrics.question)}**`,
    answer(metrics)
      .map((finding) => `- **${finding.label}.** ${text(finding.text)}`)
      .join('\n'),
    ...strategies(metrics, timings, foot),
    ...detectors(metrics),
    ...equality(metrics),
    ...clips(metrics),
    ...accounts(metrics),
    ...leakage(metrics),
    ...declared(metrics),
    ...refused(metrics),
    ...provenance(run, timings),
    '## Limits',
    metrics.limits.map((limit) => `- ${text(limit)}`).join('\n') || 'None stated.',
  ];
  return `${sections.join('\n\n')}\n`;
}

function strategies(metrics: Metrics, timings: Timings | undefined, foot: Foot | undefined): string[] {
  const traffic = trafficGroup(metrics.strategies);
  return [...measureGroups(metrics, timings), ...(traffic ? [traffic] : [])].flatMap(({ title, measures }, i) => [
    `## ${title}`,
    table(
      ['strategy', ...measures.map((measure) => text(measure.title))],
      [
        ...metrics.strategies.map((each) => [text(each.name), ...measures.map(({ cell }) => cell(each).plain)]),
        // Its words are those of all groups.
        ...(i === 0 ? footMarkdown(foot, measures.length) : []),
      ],
    ),
    measures.map((measure) => `*${text(measure.title)}*: ${text(measure.explains)}`).join(' '),
  ]);
}

function detectors(metrics: Metrics): string[] {
  const { hashes } = metrics;
  const sentences = classifierSentences(metrics);
  const rows = hashes.map((hash) => [
    text(hash.name),
    thresholdBits(hash.threshold.bits, hash.bits),
    rateCell(hash.fpr).plain,
    String(hash.authorsThreshold),
    rateCell(hash.fprAtAuthors).plain,
    areaCell(hash.auc).plain,
    String(hash.refused + hash.failed),
  ]);
  const head = [
    'hash',
    'calibrated threshold, bits',
    'false positives there',
    "authors' threshold",
    'false positives there',
    'AUC',
    'refused or failed',
  ];
  const transforms = [...new Set(hashes.flatMap(({ recall }) => recall.map(({ transform }) => transform)))];
  const recall = transforms.map((transform) => [
    text(transform),
    ...hashes.map((hash) => {
      const found = hash.recall.find((each) => each.transform === transform);
      return found ? rateCell(found.calibrated).plain : '–';
    }),
  ]);
  return [
    '## Detectors',
    table(head, rows),
    ...(sentences.length > 0 ? sentences.map(text) : ['No classifier ran.']),
    ...quoted(metrics),
    '### Recall at the calibrated threshold, by edit',
    table(['edit', ...hashes.map(({ name }) => text(name))], recall),
  ];
}

/** What the hashes find at the false-positive rates that the calibration pictures can tell. */
function quoted(metrics: Metrics): string[] {
  const columns = quotedColumns(metrics);
  if (columns.length === 0) return [];
  return [
    '### Recall at a false-positive rate, as sent and edited together',
    table(
      ['hash', ...columns.map(({ title }) => text(title))],
      metrics.hashes.map((hash) => [text(hash.name), ...columns.map(({ cell }) => text(cell(hash).plain))]),
    ),
    text(quotedExplained),
  ];
}

function equality({ equalityGap }: Metrics): string[] {
  if (!equalityGap) return [];
  return [
    '## Equality instead of a near match',
    table(
      ['pictures', ...equalityTitles(equalityGap).map(text), 'lost'],
      equalityLines(equalityGap).map(({ what, near, equality, lost }) => [
        text(what),
        near.plain,
        equality.plain,
        text(lost.plain),
      ]),
    ),
    equalityExplained,
  ];
}

function clips(metrics: Metrics): string[] {
  const tables = clipTables(metrics);
  return tables.length === 0 ? [] : ['## Messages that are clips', ...tables.flatMap(tableMarkdown)];
}

function accounts(metrics: Metrics): string[] {
  const tables = accountTables(metrics);
  return tables.length === 0 ? [] : ['## What happens to accounts', ...tables.flatMap(tableMarkdown)];
}

function leakage({ strategies: all }: Metrics): string[] {
  const rows = all.flatMap(({ name, leakage: lines }) =>
    lines.map((each) => [
      text(name),
      each.role,
      each.secret,
      each.scope === 'silent' ? 'not disclosed' : 'all',
      rateCell(each.success).plain,
      percent(each.chance),
      `≥ ${percent(each.lowerBound)}`,
      `${liftText(each)}${each.aboveChance ? ' ▲' : ''}`,
      shownFrom(each),
      rateCell(each.control).plain + (each.controlWithinChance ? '' : ' **above chance**'),
      text(each.channel),
    ]),
  );
  const head = [
    'strategy',
    'role',
    'secret',
    'messages',
    'success',
    'chance',
    'lower bound',
    'lift',
    'could be shown',
    'control',
    'used',
  ];
  return [
    '## What each role learns',
    table(head, rows),
    '▲ above chance at 95 % for all attacks of the run together (Bonferroni), by group of pictures. “No attack”: the attacker found nothing in the view to guess by, and only named the likeliest.',
  ];
}

function declared({ strategies: all }: Metrics): string[] {
  const lines = all.flatMap(({ name, declared: each }) => each.map((line) => ({ name, ...line })));
  const broken = lines.filter(({ holds }) => !holds);
  const summary = `${lines.length - broken.length} of ${counted(lines.length, 'declaration')} hold against the views.`;
  if (broken.length === 0) return ['## Declared against measured', summary];
  const head = ['strategy', 'role', 'when', 'learns', 'declared', 'allowed', 'found', 'messages'];
  const rows = broken.map((line) =>
    [line.name, line.role, line.when, line.knowledge, line.declared, line.allowed, line.found, line.messages].map(
      (cell) => text(String(cell)),
    ),
  );
  return ['## Declared against measured', `${summary} These do not:`, table(head, rows, false)];
}
