/**
 * Places labels next to dots without overlaps: greedy over candidate positions, nearest first, with a leader line for distant ones. Nearly
 * coincident dots share one stacked label.
 */
import type * as Plot from '@observablehq/plot';
import { clip } from '../format.ts';
import { color } from './plot.ts';

/** A box in pixels. */
interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** A dot in pixels, its text, and the extent of its whiskers, which labels avoid. */
interface LabelledDot {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly whiskers: Box;
}

/** Position of a label: the middle of its anchored side in pixels, which end of the text is there, and whether to draw a leader. */
interface PlacedLabel {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly leader: Box | null;
}

const charWidth = 6.3;

/** Height of one line of a label, in pixels. */
const lineHeight = 14;

const dotRadius = 6;

/** Candidate directions, each with a cost in addition to its distance: readers look for a label on the right. */
const directions: readonly [dx: number, dy: number, cost: number][] = [
  [1, 0, 0],
  [-1, 0, 2],
  [0, -1, 3],
  [0, 1, 3],
  [0.8, -0.7, 1],
  [0.8, 0.7, 1],
  [-0.8, -0.7, 3],
  [-0.8, 0.7, 3],
];
const reaches = [10, 18, 28, 40, 54, 70, 90, 115, 140];

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)) * Math.max(0, Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1));

/** Positions of all labels inside a frame; deterministic. */
export function placeLabels(dots: readonly LabelledDot[], frame: Box): PlacedLabel[] {
  const taken: Box[] = dots.map(({ x, y }) => box(x - dotRadius, y - dotRadius, 2 * dotRadius, 2 * dotRadius));
  const thin = dots.flatMap(({ x, y, whiskers }) => [
    { x1: whiskers.x1, x2: whiskers.x2, y1: y - 1, y2: y + 1 },
    { x1: x - 1, x2: x + 1, y1: whiskers.y1, y2: whiskers.y2 },
  ]);
  const leaders: Box[] = [];
  return stacks(dots).map((dot) => {
    let best: { cost: number; label: PlacedLabel; area: Box } | undefined;
    for (const reach of reaches)
      for (const [dx, dy, bias] of directions) {
        const { label, area } = candidate(dot, dx * reach, dy * reach, reach);
        const outside = area.x1 < frame.x1 || area.x2 > frame.x2 || area.y1 < frame.y1 || area.y2 > frame.y2;
        const sum = (boxes: readonly Box[]): number => boxes.reduce((total, each) => total + overlap(area, each), 0);
        const crossed = label.leader ? taken.filter((each) => crosses(label.leader!, each)).length - 1 : 0;
        const cost =
          reach +
          bias * 3 +
          (outside ? 1e6 : 0) +
          sum(taken) * 20 +
          sum(thin) * 0.6 +
          sum(leaders) * 3 +
          Math.max(0, crossed) * 60;
        if (!best || cost < best.cost) best = { cost, label, area };
      }
    taken.push(best!.area);
    const { leader } = best!.label;
    if (leader)
      leaders.push(
        box(
          Math.min(leader.x1, leader.x2),
          Math.min(leader.y1, leader.y2),
          Math.abs(leader.x1 - leader.x2) + 1,
          Math.abs(leader.y1 - leader.y2) + 1,
        ),
      );
    return best!.label;
  });
}

interface Stack {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
}

/** Groups dots within a dot's radius of the first of them. */
function stacks(dots: readonly LabelledDot[]): Stack[] {
  const out: { lines: string[]; x: number; y: number }[] = [];
  for (const { text, x, y } of dots) {
    const same = out.find((each) => Math.hypot(each.x - x, each.y - y) < dotRadius);
    if (same) same.lines.push(text);
    else out.push({ lines: [text], x, y });
  }
  return out;
}

const box = (x: number, y: number, width: number, height: number): Box => ({
  x1: x,
  y1: y,
  x2: x + width,
  y2: y + height,
});

function candidate(dot: Stack, dx: number, dy: number, reach: number): { label: PlacedLabel; area: Box } {
  const x = dot.x + dx;
  const height = dot.lines.length * lineHeight;
  // A stack above or below its dot must clear it with its whole height.
  const y = dot.y + dy + (dx === 0 ? (Math.sign(dy) * (height - lineHeight)) / 2 : 0);
  const width = Math.max(...dot.lines.map((line) => line.length)) * charWidth;
  const anchor = dx > 0 ? 'start' : dx < 0 ? 'end' : 'middle';
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  const end = anchor === 'start' ? x - 2 : anchor === 'end' ? x + 2 : x;
  const leader =
    reach > 20 ? { x1: dot.x, y1: dot.y, x2: end, y2: dx === 0 ? y - (Math.sign(dy) * height) / 2 : y } : null;
  return { label: { lines: dot.lines, x, y, anchor, leader }, area: box(left, y - height / 2, width, height) };
}

/** Whether a leader crosses a box, tested at points along it. */
function crosses(leader: Box, each: Box): boolean {
  for (let step = 0; step <= 12; step++) {
    const x = leader.x1 + ((leader.x2 - leader.x1) * step) / 12;
    const y = leader.y1 + ((leader.y2 - leader.y1) * step) / 12;
    if (x > each.x1 && x < each.x2 && y > each.y1 && y < each.y2) return true;
  }
  return false;
}

// Names next to the dots of a plot, without overlaps in pixels.

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

/** A mark that uses the plot's scales, for a plot of that size in pixels. */
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
