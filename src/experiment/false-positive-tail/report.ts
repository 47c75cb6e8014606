/** The reports of a false-positive-tail run. */

import { csvTable, type Field, intervalFields, numberColumns, rateFields } from '../../report/csv.ts';
import { comparedText, countedDistances, distanceFields, distanceHead, hasUnits } from '../../report/distance.ts';
import { bounds, integer, listed, percent, rare, rateProse } from '../../report/format.ts';
import { figure } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml } from '../../report/table.ts';
import type { FalsePositiveTailMetrics } from './metrics.ts';
import { distancePlot, sizePlot } from './plots.ts';
import { allSizesTable, authorsSizeTable, checkTable, distanceTable, hardTable, tailRows } from './tables.ts';

/** What the run answers, computed from its numbers. */
export function tailAnswer(metrics: FalsePositiveTailMetrics): Finding[] {
  const rows = tailRows(metrics);
  const authors = rows.filter(({ at }) => at.authors);
  const last = authors.flatMap(({ hash, at }) => {
    const measured = at.rows.findLast(({ status }) => status === 'measured');
    return measured?.status === 'measured' ? [{ name: hash.name, size: measured.size, rate: measured.rate }] : [];
  });
  if (last.length === 0) return [{ label: 'No answer', text: 'No list could be measured.' }];
  const worst = [...last].sort((a, b) => (b.rate.estimate ?? 0) - (a.rate.estimate ?? 0))[0]!;
  const silent = last.filter(({ rate }) => rate.k === 0);
  const checks = rows.flatMap(({ at }) => (at.check ? [at.check] : []));
  const told = checks.filter(({ measured }) => measured.k > 0);
  const agree = (method: 'byEffectiveBits' | 'byExtremeValue' | 'byScaling', name: string): string[] => {
    const made = told.flatMap((check) => check[method] ?? []);
    const agreeing = made.filter(({ verdict }) => verdict === 'agrees').length;
    return made.length === 0 ? [] : [`${name} in ${agreeing} of ${made.length}`];
  };
  const agreeing = (): string => {
    const [first = '', ...others] = [
      ...agree('byEffectiveBits', 'effective bits'),
      ...agree('byExtremeValue', 'extreme values'),
      ...agree('byScaling', 'plain scaling'),
    ];
    return [`${first} cases with a match`, ...others].join(', ');
  };
  return [
    {
      label: 'At the authors’ thresholds',
      text: [
        worst.rate.k > 0
          ? `Against ${integer(worst.size)} entries ${worst.name} is worst: it matches something for ${rateProse(worst.rate)} of innocent queries.`
          : '',
        silent.length > 0
          ? `Under ${listed(silent.map(({ name }) => name))} no query of ${integer(silent[0]!.rate.n)} matched; the rate may still be up to ${percent(bounds(silent[0]!.rate).high)}.`
          : '',
      ]
        .filter(Boolean)
        .join(' '),
    },
    {
      label: 'Extrapolation',
      text:
        told.length === 0
          ? 'There were too few matches to compare a prediction from a tenth of the list with the whole list.'
          : `Predicting ${integer(Math.max(...told.map(({ size }) => size)))} entries from a tenth of them, the measurement does not refute ${agreeing()}.`,
    },
    {
      label: 'The fit of the tail',
      text: tailSentence(metrics),
    },
    {
      label: 'How sure',
      text: `${integer(metrics.dataset.queries)} queries against at most ${integer(metrics.dataset.list)} entries of “${metrics.dataset.name}”. Larger lists are extrapolated, by at most two decades.`,
    },
  ];
}

function tailSentence({ hashes }: FalsePositiveTailMetrics): string {
  const fits = hashes.flatMap(({ name, tail }) => (tail ? [{ name, ratio: tail.ratio }] : []));
  const low = fits.filter(({ ratio }) => ratio < 0.5);
  const range = fits.map(({ ratio }) => ratio);
  if (fits.length === 0)
    return hashes.some(({ vector }) => vector?.distance === 'l2')
      ? 'A Euclidean distance has no effective bits that could be fitted.'
      : 'There was no pair to fit.';
  return `In the lowest thousandth of distances effective bits predict ${rare(Math.min(...range))} to ${rare(Math.max(...range))} of what is seen${low.length > 0 ? `; less than half of it under ${listed(low.map(({ name }) => name))}` : ''}.`;
}

/** The tables of the run: the headline first. */
export const tailTables = (metrics: FalsePositiveTailMetrics): ReportTable[] => [
  authorsSizeTable(metrics),
  checkTable(metrics),
  allSizesTable(metrics),
  distanceTable(metrics),
  ...(metrics.dataset.hard > 0 ? [hardTable(metrics)] : []),
];

/** The sections of the page between answer and data. */
export function tailSections(metrics: FalsePositiveTailMetrics): Section[] {
  return [
    [
      'size',
      'False positives against the size of the list',
      html`${figure(
        metrics.hashes.map((hash) => [`${hash.name}, ${comparedText(hash)}`, sizePlot(hash)]),
        html`One colour a threshold, written ${hasUnits(metrics.hashes) ? '' : 'in bits '}at its end. Solid, with intervals: measured. Dashed, hollow: extrapolated by effective bits; dotted, hollow: by
extreme values. Rates below 10⁻⁶ are not drawn; a line that is missing matched nothing.`,
      )}${tableHtml(authorsSizeTable(metrics))}<details><summary>Every threshold</summary>${tableHtml(allSizesTable(metrics))}</details>`,
    ],
    ['check', 'Is the extrapolation correct?', tableHtml(checkTable(metrics))],
    [
      'distances',
      'Distances between unrelated pictures',
      html`${figure(
        metrics.hashes.map((hash) => [hash.name, distancePlot(hash)]),
        html`Solid: what was seen. Dashed: as many independent bits as spread as widely. Where the solid line lies above the dashed one, there are more near misses than independence allows.`,
      )}${tableHtml(distanceTable(metrics))}`,
    ],
    ...(metrics.dataset.hard > 0 ? [['hard', 'Hard negatives', tableHtml(hardTable(metrics))] as Section] : []),
  ];
}

/** The data behind the numbers. */
export const tailData = ({ dataset }: FalsePositiveTailMetrics): Html =>
  html`<p>${integer(dataset.list)} pictures listed and ${integer(dataset.queries)} asked for, of the dataset “${dataset.name}”${dataset.hard > 0 && html`, and ${integer(dataset.hard)} hard negatives asked for`}. List and queries share no group. A query
that is refused matches nothing and counts.</p>`;

function tailCsv({ hashes }: FalsePositiveTailMetrics): Record<string, string> {
  const sizes = hashes.flatMap((hash) =>
    hash.thresholds.flatMap(({ bits, rows }) =>
      rows.flatMap((row): Field[][] => {
        const start = [hash.name, ...distanceFields(bits, hash, hashes), row.size];
        if (row.status === 'measured') return [[...start, 'measured', ...rateFields(row.rate)]];
        if (row.status === 'not supported') return [];
        return [
          ...(row.byEffectiveBits
            ? [[...start, 'extrapolated by effective bits', ...intervalFields(row.byEffectiveBits)]]
            : []),
          [...start, 'extrapolated by extreme values', ...intervalFields(row.byExtremeValue)],
        ];
      }),
    ),
  );
  return {
    'list-sizes.csv': csvTable(
      ['hash', ...distanceHead('threshold', hashes), 'entries', 'status', ...numberColumns],
      sizes,
    ),
    'distances.csv': csvTable(
      ['hash', ...distanceHead('distance', hashes), 'pairs'],
      hashes.flatMap((hash) =>
        countedDistances(hash.unrelated.counts, hash).map(({ distance, pairs }) => [
          hash.name,
          ...distanceFields(distance, hash, hashes),
          pairs,
        ]),
      ),
    ),
  };
}

// The parts of reports on hashes alone.

export const tailParts = (metrics: FalsePositiveTailMetrics): Parts => ({
  findings: tailAnswer(metrics),
  tables: tailTables(metrics),
  sections: tailSections(metrics),
  data: tailData(metrics),
  csv: tailCsv(metrics),
});
