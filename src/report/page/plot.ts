/** Observable Plot on the server: options in, one inline SVG out, the same bytes for the same options. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml } from './html.ts';

export { color, seriesColor, seriesDash, shareTick } from './colors.ts';

/**
 * The SVG of a plot, with `label` as its name for screen readers. Plot's own stylesheet is dropped (the page has one), and so
 * are long decimals. Never use `clip`: its ids come from a counter that the whole process shares.
 */
export function svgOf(options: Plot.PlotOptions, label: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const element = Plot.plot({ ...options, document: document as unknown as Document });
  return element.outerHTML
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/^<svg[^>]*>/, () => opening(options, label))
    .replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))));
}

function opening({ width = 640, height = 400 }: Plot.PlotOptions, label: string): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const font = 'font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" fill="currentColor"';
  // Beyond a fifth more than its own size a plot would outgrow the text around it.
  const most = `style="max-width:${Math.round(width * 1.2)}px"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-label="${escapeHtml(label)}" ${size} ${most} ${font}>`;
}
