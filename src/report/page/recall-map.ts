/** Which edit defeats which hash: recall as a heat map, once at the authors' threshold and once at the calibrated one. */
import * as Plot from '@observablehq/plot';
import { clip, counted, rateHover } from '../format.ts';
import type { Metrics } from '../types.ts';
import { figure } from './blocks.ts';
import { type Html, html } from './html.ts';
import { labelRoom, svgOf } from './plot.ts';
import { heatFill, heatInk } from './style.ts';

/** At which threshold the map is drawn. */
export type RecallAt = 'atAuthors' | 'calibrated';

const titles = { atAuthors: 'at the authors’ thresholds', calibrated: 'at the calibrated thresholds' } as const;
const rowHeight = 22;

/** Whole percents; neither 0 nor 100 is written where a picture was found or missed. */
const whole = (share: number): string => {
  if (share > 0 && share < 0.01) return '<1';
  return share > 0.99 && share < 1 ? '>99' : String(Math.round(share * 100));
};

/** The SVG of one map: edits down, hashes across. */
export function recallPlot({ hashes }: Metrics, at: RecallAt): string {
  const transforms = [...new Set(hashes.flatMap(({ recall }) => recall.map(({ transform }) => transform)))];
  const column = (name: string, bits: number): string => `${clip(name, 10)}\n${bits < 0 ? 'none' : `≤ ${bits}`}`;
  const columns = hashes.map((hash) =>
    column(hash.name, at === 'calibrated' ? hash.threshold.bits : hash.authorsThreshold),
  );
  const cells = hashes.flatMap((hash, index) =>
    hash.recall.map((each) => {
      const rate = each[at];
      return {
        hash: index,
        transform: transforms.indexOf(each.transform),
        fill: rate.estimate === null ? 'none' : heatFill(rate.estimate),
        ink: rate.estimate === null ? 'currentColor' : heatInk(rate.estimate),
        text: rate.estimate === null ? '–' : whole(rate.estimate),
        title: `${hash.name}, ${each.transform}: ${rateHover(rate)}`,
      };
    }),
  );
  const labels = transforms.map((transform) => clip(transform, 25));
  const left = labelRoom(labels);
  const width = left + Math.max(3, hashes.length) * 62;
  return svgOf(
    {
      width,
      height: 46 + Math.max(1, transforms.length) * rowHeight,
      marginTop: 40,
      marginBottom: 6,
      marginLeft: left,
      marginRight: 6,
      // Places, not names, are the domain: two hashes or edits may share a name once it is cut.
      x: {
        type: 'band',
        domain: hashes.map((_, index) => index),
        axis: 'top',
        label: null,
        tickSize: 0,
        tickFormat: (index: number) => columns[index]!,
        padding: 0.06,
      },
      y: {
        type: 'band',
        domain: transforms.map((_, index) => index),
        label: null,
        tickSize: 0,
        tickFormat: (index: number) => labels[index]!,
        padding: 0.09,
      },
      color: { type: 'identity' },
      marks: [
        Plot.cell(cells, { x: 'hash', y: 'transform', fill: 'fill', title: 'title', rx: 2 }),
        Plot.text(cells, { x: 'hash', y: 'transform', text: 'text', fill: 'ink', title: 'title' }),
      ],
    },
    `Recall of ${counted(hashes.length, 'hash')} after ${counted(transforms.length, 'edit')}, ${titles[at]}`,
  );
}

/** Both maps, with the caption. */
export function recallSection(metrics: Metrics): Html {
  const trials = metrics.hashes.flatMap(({ recall }) => recall.map(({ calibrated }) => calibrated.n));
  if (trials.length === 0) return html`<p>No hash was measured on an edit.</p>`;
  return figure(
    [
      [`Recall in percent, ${titles.atAuthors}`, recallPlot(metrics, 'atAuthors')],
      [`Recall in percent, ${titles.calibrated}`, recallPlot(metrics, 'calibrated')],
    ],
    html`Share of edited listed pictures still found, in percent; under each hash its largest matching distance in bits. Each cell comes
from at most ${Math.max(...trials)} pictures; its counts and interval are in its tooltip and in the table below.`,
  );
}
