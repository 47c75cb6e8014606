/** A legend inside a plot of curves, so that the plot can be published without the page around it. */

import { clip } from '../report/format.ts';
import { escapeHtml } from '../report/page/html.ts';
import { color } from '../report/page/plot.ts';

/** A line of the legend. */
interface Key {
  readonly name: string;
  readonly color: string;
  readonly dash: string;
}

/** The sides of the frame in an SVG of ROC or DET, in its pixels. */
const frame = { right: 440 - 26, top: 26, bottom: 380 - 44 } as const;
const [line, letter, sample, pad] = [17, 6.6, 30, 7];

/** Adds the legend in the corner of the frame that curves of good detectors leave free: DET top right, ROC bottom right. */
export function withLegend(svg: string, keys: readonly Key[], corner: 'top' | 'bottom'): string {
  const names = keys.map(({ name }) => clip(name, 34));
  const width = sample + 3 * pad + letter * Math.max(0, ...names.map((name) => name.length));
  const height = line * keys.length + pad;
  const x = frame.right - width - 4;
  const y = corner === 'top' ? frame.top + 4 : frame.bottom - height - 4;
  const lines = keys.map(({ color: stroke, dash }, i) => {
    const at = y + pad / 2 + line * (i + 0.5);
    return `<line x1="${x + pad}" x2="${x + pad + sample}" y1="${at}" y2="${at}" stroke="${stroke}" stroke-width="2" stroke-dasharray="${dash}"/><text x="${x + 2 * pad + sample}" y="${at + 4}" text-anchor="start">${escapeHtml(names[i]!)}</text>`;
  });
  const box = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${color.surface}" fill-opacity="0.88" stroke="${color.line}"/>`;
  return svg.replace(/<\/svg>\s*$/, `<g class="inside-legend">${box}${lines.join('')}</g></svg>`);
}
