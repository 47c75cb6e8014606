/** The interface of a drawing's figure, and parts that several figures share. */
import type { Color } from '../../image/letters.ts';
import { cosine, sine } from './exact.ts';
import { ellipse } from './shape.ts';

/** Drawing functions for a figure: filled and outlined parts, and lines. */
export interface FigurePen {
  part(points: readonly number[], color: Color): void;
  line(points: readonly number[]): void;
}

/** Draws one figure with its foot at (x, y), about `size` pixels tall, in up to three colours. */
export type Figure = (
  pen: FigurePen,
  x: number,
  y: number,
  size: number,
  colors: readonly [Color, Color, Color],
) => void;

/** Nearly black, for pupils. */
const black: Color = [20, 18, 24];
/** Nearly white. */
export const white: Color = [252, 252, 252];

/** An eye that looks straight ahead. */
export function eye(pen: FigurePen, x: number, y: number, r: number): void {
  pen.part(ellipse(x, y, r, r * 1.25), white);
  pen.part(ellipse(x, y + r * 0.2, r * 0.45, r * 0.6), black);
}

/** A smiling mouth. */
export function smile(pen: FigurePen, x: number, y: number, r: number): void {
  const points: number[] = [];
  for (let i = 0; i <= 10; i++) points.push(x + cosine(i / 20) * r, y + sine(i / 20) * r * 0.7);
  pen.line(points);
}

/** A star as a polygon. */
export function star(x: number, y: number, outer: number, inner: number, tips: number): number[] {
  const points: number[] = [];
  for (let i = 0; i < tips * 2; i++) {
    const r = i % 2 === 0 ? outer : inner;
    points.push(x + sine(i / tips / 2) * r, y - cosine(i / tips / 2) * r);
  }
  return points;
}
