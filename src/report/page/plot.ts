/** Observable Plot on the server: options in, one inline SVG out, the same bytes for the same options. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml } from './html.ts';

/** Colours by role; the page redefines each variable for light and dark, the fallback serves an SVG that stands alone. */
export const color = {
  accent: 'var(--accent, #0b5cad)',
  warn: 'var(--warn, #a63c00)',
  muted: 'var(--muted, #5b6470)',
  line: 'var(--line, #d5dae1)',
  surface: 'var(--surface, #ffffff)',
} as const;

const fallback = ['#0069b0', '#b84a00', '#007a57', '#8b3a8f', '#86690a', '#4b5666'];

/** Colour of a series by its place; six tell apart with any common colour vision, dashes tell the rest. */
export const seriesColor = (index: number): string => `var(--series-${index % 6}, ${fallback[index % 6]})`;

/** Dash pattern of a series by its place: lines must tell apart without colour. Each time the colours begin anew it is one further. */
export const seriesDash = (index: number): string =>
  ['none', '7 3', '2 2', '9 3 2 3', '16 3', '4 2 1 2'][(index + Math.floor(index / 6)) % 6]!;

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

/** A share as a tick label without padding zeros, e.g. '0.1 %', '20 %'. */
export const shareTick = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
