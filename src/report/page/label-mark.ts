/** Names beside the dots of a plot, kept apart in pixels. */
import type * as Plot from '@observablehq/plot';
import { clip } from '../format.ts';
import { lineHeight, placeLabels } from './labels.ts';
import { color } from './plot.ts';

/** A dot with its whiskers, in the units of the plot's scales. */
export interface NamedDot {
  readonly name: string;
  readonly x: number;
  readonly xLow: number;
  readonly xHigh: number;
  readonly y: number;
  readonly yLow: number;
  readonly yHigh: number;
}

/** A mark that knows the scales, for a plot of that size in pixels. */
export const labelMark =
  (dots: readonly NamedDot[], { width, height }: { width: number; height: number }): Plot.RenderFunction =>
  (_index, scales, _values, dimensions, context) => {
    const x = scales.x as (value: number) => number;
    const y = scales.y as (value: number) => number;
    const placed = placeLabels(
      dots.map((dot) => ({
        text: clip(dot.name, 24),
        x: x(dot.x),
        y: y(dot.y),
        whiskers: { x1: x(dot.xLow), x2: x(dot.xHigh), y1: y(dot.yHigh), y2: y(dot.yLow) },
      })),
      {
        x1: dimensions.marginLeft,
        x2: width - 2,
        y1: dimensions.marginTop - 6,
        y2: height - dimensions.marginBottom,
      },
    );
    const document = context.document as Document;
    const element = (name: string, attributes: Record<string, string | number>): SVGElement => {
      const made = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
      return made;
    };
    const group = element('g', { 'aria-label': 'labels' }) as SVGGElement;
    for (const { leader } of placed)
      if (leader) group.append(element('line', { ...leader, stroke: color.muted, 'stroke-opacity': 0.8 }));
    for (const { lines, x: at, y: middle, anchor } of placed)
      lines.forEach((line, index) => {
        const halo = { stroke: color.surface, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' };
        const baseline = middle + (index - (lines.length - 1) / 2) * lineHeight;
        const text = element('text', { x: at, y: baseline, dy: '0.35em', 'text-anchor': anchor, ...halo });
        text.append(line);
        group.append(text);
      });
    return group;
  };
