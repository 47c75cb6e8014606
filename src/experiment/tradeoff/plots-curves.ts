import { areaCell, integer, thresholdBits, thresholdScore } from '../../report/format.ts';
import { plainTable } from '../../report/page/blocks.ts';
import type { Curve, CurvePoint } from '../../report/page/curves.ts';
import { detOf } from '../../report/page/det.ts';
import { Html, html } from '../../report/page/html.ts';
import { seriesColor, seriesDash } from '../../report/page/plot.ts';
import { rocOf } from '../../report/page/roc.ts';
import type { Metrics } from './metrics.ts';
import { classifierSentences } from './report-classifier.ts';
import { quotedColumns, quotedExplained } from './tables-quoted.ts';

/** Every curve with trials on both sides, hashes first; the place in this list gives its colour and dashes. */
export function curvesOf({ hashes, classifier, untrained }: Metrics): Curve[] {
  // From the rates themselves: a curve keeps its corners only, so a threshold need not be one of its points.
  const all = [
    ...hashes.map((hash) => ({
      ...hash,
      chosen: point(hash.threshold.bits, hash.fpr, pooled(hash.recall.map(({ calibrated }) => calibrated))),
      authors: point(hash.authorsThreshold, hash.fprAtAuthors, pooled(hash.recall.map(({ atAuthors }) => atAuthors))),
    })),
    ...[classifier, untrained].flatMap((each) =>
      each ? [{ ...each, chosen: point(each.threshold.score, each.fpr, each.tpr), authors: undefined }] : [],
    ),
  ];
  return all
    .map(({ name, roc, positives, negatives, chosen, authors }, index) => ({
      name,
      points: [...roc].sort((a, b) => a.fpr - b.fpr || a.tpr - b.tpr),
      positives,
      negatives,
      color: seriesColor(index),
      dash: seriesDash(index),
      chosen,
      authors,
    }))
    .filter(({ points, positives, negatives }) => points.length > 0 && positives > 0 && negatives > 0);
}

const pooled = (rates: readonly { k: number; n: number }[]): { k: number; n: number } => ({
  k: rates.reduce((sum, { k }) => sum + k, 0),
  n: rates.reduce((sum, { n }) => sum + n, 0),
});

/** Where a threshold operates; undefined without trials. */
const point = (
  threshold: number,
  fpr: { k: number; n: number },
  tpr: { k: number; n: number },
): CurvePoint | undefined =>
  fpr.n > 0 && tpr.n > 0 ? { threshold, fpr: fpr.k / fpr.n, tpr: tpr.k / tpr.n } : undefined;

/** Which line is which detector, with its area under the curve and its trials. */
export function curveLegend(metrics: Metrics): Html {
  const quoted = quotedColumns(metrics);
  const rows = curvesOf(metrics).map(({ name, color, dash, positives, negatives }) => {
    const found = metrics.hashes.find((hash) => hash.name === name);
    const scorer = [metrics.classifier, metrics.untrained].find((each) => each?.name === name);
    const auc = (found ?? scorer)?.auc ?? null;
    const sample = new Html(
      `<svg width="34" height="10" aria-hidden="true"><line x1="0" x2="34" y1="5" y2="5" stroke="${color}" stroke-width="2.2" stroke-dasharray="${dash}"/></svg>`,
    );
    const threshold = found
      ? `${thresholdBits(found.threshold.bits, found.bits)} bits (authors' ${found.authorsThreshold})`
      : scorer
        ? `score ${thresholdScore(scorer.threshold.score)}`
        : '–';
    return [
      html`<span class="key">${sample}</span> ${name}`,
      html`<div>${areaCell(auc).plain}</div>`,
      threshold,
      html`<div>${integer(positives)} and ${integer(negatives)}</div>`,
      ...quoted.map(({ cell }) => (found ? html`<div>${cell(found).plain}</div>` : '–')),
    ];
  });
  const head = ['detector', 'AUC', 'threshold chosen', 'positives and negatives'];
  return html`${plainTable('Detectors', [...head, ...quoted.map(({ title }) => title)], rows)}
${classifierSentences(metrics).map((sentence) => html`<p class="note">${sentence}</p>`)}
<p class="note">${quotedExplained}</p>`;
}

/** The SVG of all ROC curves of a trade-off run; `scale` is that of the false-positive axis. */
export const rocPlot = (metrics: Metrics, scale: 'linear' | 'log'): string => rocOf(curvesOf(metrics), scale);

/** The SVG of all DET curves of a trade-off run. */
export const detPlot = (metrics: Metrics): string => detOf(curvesOf(metrics));
