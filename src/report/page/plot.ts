/** Observable Plot on the server: options in, one inline SVG out. The same options give the same bytes. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml } from './html.ts';
import { plotCsv } from './plot-data.ts';

export { color, seriesColor, seriesDash, seriesLines, shareTick } from './colors.ts';

/** One line of a legend. */
export interface LegendLine {
  readonly name: string;
  readonly color: string;
  readonly dash: string;
}

/** What a plot has as a file beside what its options draw. */
export interface AsFile {
  /** Name of the file, without its ending; made from the label where it is left out. */
  readonly name?: string;
  /** The curves, which the page names in a table of its own. */
  readonly legend?: readonly LegendLine[];
  /** What the plot is drawn from, as CSV: counts, rates and intervals by row, in columns of the data dictionary. */
  readonly data: () => string;
}

/** A drawn plot: its name for screen readers, its SVG, its data, and what it has as a file. */
export interface DrawnPlot extends Omit<AsFile, 'data'> {
  readonly label: string;
  readonly svg: string;
  readonly csv: string;
}

/** Collects plots during a call of `keepingPlots`; drawing is synchronous, so no other caller can interleave. */
let kept: DrawnPlot[] | undefined;

/**
 * Space to the left of a plot for its labels, in pixels. It assumes the width of a broad system font at 12 pixels, because the page
 * specifies no font and nothing is measured here.
 */
export const labelRoom = (labels: readonly string[]): number =>
  Math.ceil(10 + 7.5 * Math.max(0, ...labels.map((label) => label.length)));

/** Runs a drawing function; returns the plots together with its result. In each SVG, `data-plot` is its index. */
export function keepingPlots<T>(draw: () => T): { readonly result: T; readonly plots: readonly DrawnPlot[] } {
  const [before, plots] = [kept, [] as DrawnPlot[]];
  kept = plots;
  try {
    return { result: draw(), plots };
  } finally {
    kept = before;
  }
}

/** Collects an SVG and marks it with its index, if plots are being collected; otherwise returns it unchanged. Only then is `csv` called. */
export function keepPlot(svg: string, label: string, csv: () => string, file: Omit<AsFile, 'data'> = {}): string {
  if (!kept) return svg;
  kept.push({ label, svg, csv: csv(), ...file });
  return svg.replace('<svg ', `<svg data-plot="${kept.length - 1}" `);
}

/**
 * The SVG of a plot, with `label` as its name for screen readers. Plot's own stylesheet is removed (the page has one), and long decimals
 * are shortened. Never use `clip`: its ids come from a counter that the whole process shares. Only a plot that is on a page alone, and in no
 * folder of figures, has no `file`; its download has the data of the marks.
 */
export function svgOf(options: Plot.PlotOptions, label: string, file: AsFile | 'page only'): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const element = Plot.plot({ ...options, document: document as unknown as Document });
  const svg = element.outerHTML
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/^<svg[^>]*>/, () => opening(options, label))
    // A picture has one name; those that Plot gives to its marks are none that a screen reader may say.
    .replace(/<g [^>]*>/g, (tag) => tag.replace(' aria-label=', ' data-mark='))
    .replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))));
  if (file === 'page only') return keepPlot(svg, label, () => plotCsv(options));
  const { data, ...named } = file;
  return keepPlot(svg, label, data, named);
}

function opening({ width = 640, height = 400 }: Plot.PlotOptions, label: string): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const font = 'font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" fill="currentColor"';
  // Enlarged by more than a fifth, a plot would be too large for the surrounding text.
  const most = `style="max-width:${Math.round(width * 1.2)}px"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-label="${escapeHtml(label)}" ${size} ${most} ${font}>`;
}
