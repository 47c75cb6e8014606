/** Observable Plot on the server: options in, one inline SVG out, the same bytes for the same options. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml } from './html.ts';
import { plotCsv } from './plot-data.ts';

export { color, seriesColor, seriesDash, shareTick } from './colors.ts';

/** A plot that was drawn: its name for screen readers, its SVG, and the data behind it. */
export interface DrawnPlot {
  readonly label: string;
  readonly svg: string;
  readonly csv: string;
}

/** Where plots are kept while somebody wants them; drawing is synchronous, so no other caller can come in between. */
let kept: DrawnPlot[] | undefined;

/**
 * Room left of a plot for the labels of its lines, in pixels: as wide as a broad system font sets letters of 12 pixels, since the page
 * names no font and nothing is measured here.
 */
export const labelRoom = (labels: readonly string[]): number =>
  Math.ceil(10 + 7.5 * Math.max(0, ...labels.map((label) => label.length)));

/** Runs what draws, and hands over the plots beside the result; in each SVG, `data-plot` is its place among them. */
export function keepingPlots<T>(draw: () => T): { readonly result: T; readonly plots: readonly DrawnPlot[] } {
  const [before, plots] = [kept, [] as DrawnPlot[]];
  kept = plots;
  try {
    return { result: draw(), plots };
  } finally {
    kept = before;
  }
}

/** Keeps an SVG where plots are kept, and marks it with its place; else returns it as it is. `csv` is asked only then. */
export function keepPlot(svg: string, label: string, csv: () => string): string {
  if (!kept) return svg;
  kept.push({ label, svg, csv: csv() });
  return svg.replace('<svg ', `<svg data-plot="${kept.length - 1}" `);
}

/**
 * The SVG of a plot, with `label` as its name for screen readers. Plot's own stylesheet is dropped (the page has one), and so
 * are long decimals. Never use `clip`: its ids come from a counter that the whole process shares.
 */
export function svgOf(options: Plot.PlotOptions, label: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const element = Plot.plot({ ...options, document: document as unknown as Document });
  const svg = element.outerHTML
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/^<svg[^>]*>/, () => opening(options, label))
    .replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))));
  return keepPlot(svg, label, () => plotCsv(options));
}

function opening({ width = 640, height = 400 }: Plot.PlotOptions, label: string): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const font = 'font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" fill="currentColor"';
  // Beyond a fifth more than its own size a plot would outgrow the text around it.
  const most = `style="max-width:${Math.round(width * 1.2)}px"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-label="${escapeHtml(label)}" ${size} ${most} ${font}>`;
}
