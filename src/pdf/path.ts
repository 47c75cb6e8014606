/** Outlines of SVG as the path operators of PDF. */
import { pdfNumber } from './document.ts';

/** Distance of the control points of a cubic that follows a quarter of a unit circle, which it leaves by 0.03 % of the radius at most. */
const quarter = (4 / 3) * Math.tan(Math.PI / 8);

const operation = (operator: string, ...numbers: readonly number[]): string =>
  `${numbers.map(pdfNumber).join(' ')} ${operator}`;

export const polygon = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => operation(i === 0 ? 'm' : 'l', x, y)).join('\n');

export const ellipse = (cx: number, cy: number, rx: number, ry: number): string =>
  `${roundedRectangle(cx - rx, cy - ry, 2 * rx, 2 * ry, rx, ry)}`;

/** A rectangle with corners that are quarters of an ellipse; radii of 0 give a plain one. */
export function roundedRectangle(x: number, y: number, width: number, height: number, rx: number, ry: number): string {
  const [a, b] = [Math.min(rx, width / 2), Math.min(ry, height / 2)];
  if (!(a > 0 && b > 0)) return operation('re', x, y, width, height);
  const [right, bottom, u, v] = [x + width, y + height, a * (1 - quarter), b * (1 - quarter)];
  return [
    operation('m', x + a, y),
    operation('l', right - a, y),
    operation('c', right - u, y, right, y + v, right, y + b),
    operation('l', right, bottom - b),
    operation('c', right, bottom - v, right - u, bottom, right - a, bottom),
    operation('l', x + a, bottom),
    operation('c', x + u, bottom, x, bottom - v, x, bottom - b),
    operation('l', x, y + b),
    operation('c', x, y + v, x + u, y, x + a, y),
    'h',
  ].join('\n');
}

/** How many numbers each command takes. */
const counts: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };

/** Commands with their numbers; a command that is left out is the one before it. Numbers may touch, as in `1-2.5.5`; flags of an arc too. */
function* commandsOf(data: string): Generator<{ readonly command: string; readonly numbers: readonly number[] }> {
  const rest = /\s*,?\s*(?:([a-zA-Z])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))/y;
  const flag = /\s*,?\s*([01])/y;
  const fail = (): never => {
    throw new Error(`Cannot read the path '${data.slice(0, 60)}'`);
  };
  let [at, command] = [0, ''];
  const next = (pattern: RegExp): RegExpExecArray => {
    pattern.lastIndex = at;
    const found = pattern.exec(data) ?? fail();
    at = pattern.lastIndex;
    return found;
  };
  const end = data.trimEnd().length;
  while (at < end) {
    const before = at;
    const letter = next(rest)[1];
    if (letter === undefined) at = before;
    // What follows the two numbers of a move is a line.
    command = letter ?? (command === 'M' ? 'L' : command === 'm' ? 'l' : command);
    const count = counts[command.toUpperCase()] ?? fail();
    if (letter === undefined && count === 0) fail();
    yield {
      command,
      numbers: Array.from({ length: count }, (_, i) =>
        Number(count === 7 && (i === 3 || i === 4) ? next(flag)[1] : (next(rest)[2] ?? fail())),
      ),
    };
  }
}

/** The `d` of an SVG path (SVG 1.1, section 8.3). */
export function pathOperators(data: string): string {
  const out: string[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  /** The last control point, which `S` and `T` mirror after a curve of their own kind. */
  let [controlX, controlY, kind] = [0, 0, ''];
  const curve = (x1: number, y1: number, x2: number, y2: number, toX: number, toY: number): void => {
    out.push(operation('c', x1, y1, x2, y2, toX, toY));
    [controlX, controlY, x, y] = [x2, y2, toX, toY];
  };
  const quadratic = (x1: number, y1: number, toX: number, toY: number): void => {
    curve(
      x + (2 / 3) * (x1 - x),
      y + (2 / 3) * (y1 - y),
      toX + (2 / 3) * (x1 - toX),
      toY + (2 / 3) * (y1 - toY),
      toX,
      toY,
    );
    [controlX, controlY] = [x1, y1];
  };
  for (const { command, numbers } of commandsOf(data)) {
    const upper = command.toUpperCase();
    const [offsetX, offsetY] = command === upper ? [0, 0] : [x, y];
    const n = numbers.map((number, i) =>
      upper === 'V' || (upper !== 'A' && i % 2 === 1) || (upper === 'A' && i === 6)
        ? number + offsetY
        : upper === 'A' && i !== 5
          ? number
          : number + offsetX,
    ) as [number, number, number, number, number, number, number];
    const mirrored = (kinds: string): [number, number] =>
      kinds.includes(kind) && kind !== '' ? [2 * x - controlX, 2 * y - controlY] : [x, y];
    if (upper === 'M' || upper === 'L') {
      out.push(operation(upper === 'M' ? 'm' : 'l', n[0], n[1]));
      [x, y] = n;
      if (upper === 'M') [startX, startY] = n;
    } else if (upper === 'H' || upper === 'V') {
      [x, y] = upper === 'H' ? [n[0], y] : [x, n[0]];
      out.push(operation('l', x, y));
    } else if (upper === 'C') curve(n[0], n[1], n[2], n[3], n[4], n[5]);
    else if (upper === 'S') curve(...mirrored('CS'), n[0], n[1], n[2], n[3]);
    else if (upper === 'Q') quadratic(n[0], n[1], n[2], n[3]);
    else if (upper === 'T') quadratic(...mirrored('QT'), n[0], n[1]);
    else if (upper === 'A')
      arc([x, y], n, curve, (toX, toY) => {
        out.push(operation('l', toX, toY));
        [x, y] = [toX, toY];
      });
    else {
      out.push('h');
      [x, y] = [startX, startY];
    }
    kind = upper;
  }
  return out.join('\n');
}

/** An arc of an ellipse as cubics of at most a quarter turn each (SVG 1.1, appendix F.6). */
function arc(
  [x0, y0]: readonly [number, number],
  [radiusX, radiusY, degrees, large, sweep, x, y]: readonly [number, number, number, number, number, number, number],
  curve: (x1: number, y1: number, x2: number, y2: number, x: number, y: number) => void,
  line: (x: number, y: number) => void,
): void {
  if (x0 === x && y0 === y) return;
  if (radiusX === 0 || radiusY === 0) {
    line(x, y);
    return;
  }
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  // Half of the chord, in the ellipse's own axes.
  const [dx, dy] = [(x0 - x) / 2, (y0 - y) / 2];
  const [px, py] = [cos * dx + sin * dy, cos * dy - sin * dx];
  // Radii that are too short for the chord grow until they reach.
  const scale = Math.max(1, Math.hypot(px / radiusX, py / radiusY));
  const [rx, ry] = [Math.abs(radiusX) * scale, Math.abs(radiusY) * scale];
  const chord = (px / rx) ** 2 + (py / ry) ** 2;
  const away = Math.sqrt(Math.max(0, 1 / chord - 1)) * (large === sweep ? -1 : 1);
  const [ownX, ownY] = [(away * rx * py) / ry, (-away * ry * px) / rx];
  const [cx, cy] = [cos * ownX - sin * ownY + (x0 + x) / 2, sin * ownX + cos * ownY + (y0 + y) / 2];
  const from = Math.atan2((py - ownY) / ry, (px - ownX) / rx);
  let turn = Math.atan2((-py - ownY) / ry, (-px - ownX) / rx) - from;
  if (sweep === 1 && turn < 0) turn += 2 * Math.PI;
  if (sweep === 0 && turn > 0) turn -= 2 * Math.PI;
  const pieces = Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9);
  const step = turn / pieces;
  const k = (4 / 3) * Math.tan(step / 4);
  const at = (a: number, b: number): [number, number] => [
    cx + cos * rx * a - sin * ry * b,
    cy + sin * rx * a + cos * ry * b,
  ];
  for (let i = 0; i < pieces; i++) {
    const [a, b] = [from + i * step, from + (i + 1) * step];
    const end: [number, number] = i === pieces - 1 ? [x, y] : at(Math.cos(b), Math.sin(b));
    curve(
      ...at(Math.cos(a) - k * Math.sin(a), Math.sin(a) + k * Math.cos(a)),
      ...at(Math.cos(b) + k * Math.sin(b), Math.sin(b) - k * Math.cos(b)),
      ...end,
    );
  }
}
