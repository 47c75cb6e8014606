/**
 * A figure as PDF, drawn from its SVG: lines stay lines, text stays text in an embedded font, and the same SVG gives the same bytes. It reads
 * what the figures of presend are made of and refuses anything else, so that no part of a figure is lost without a word.
 */
import { DOMParser } from 'linkedom';
import { utf8 } from '../util/bytes.ts';
import { PdfObjects, pdfNumber, pdfText } from './document.ts';
import { PdfFont } from './font.ts';
import { ellipse, pathOperators, polygon, roundedRectangle } from './path.ts';

/** Points of PDF (1/72 inch) in a pixel of SVG (1/96 inch): a figure of 640 pixels is 480 points, or 169 mm, wide in both. */
const pointsInPixel = 0.75;

/** What an element inherits. Lengths are in pixels of its own coordinates; colours are as they are written. */
interface Style {
  readonly color: string;
  readonly fill: string;
  readonly stroke: string;
  readonly fillOpacity: number;
  readonly strokeOpacity: number;
  readonly fillRule: string;
  readonly strokeWidth: number;
  readonly dash: readonly number[];
  readonly cap: number;
  readonly join: number;
  readonly miter: number;
  readonly fontSize: number;
  readonly bold: boolean;
  readonly anchor: string;
  /** The outline of letters is below them. */
  readonly strokeFirst: boolean;
}

const initial: Style = {
  color: '#000000',
  fill: '#000000',
  stroke: 'none',
  fillOpacity: 1,
  strokeOpacity: 1,
  fillRule: 'nonzero',
  strokeWidth: 1,
  dash: [],
  cap: 0,
  join: 0,
  miter: 4,
  fontSize: 16,
  bold: false,
  anchor: 'start',
  strokeFirst: false,
};

const caps = ['butt', 'round', 'square'];
const joins = ['miter', 'round', 'bevel'];

/** Attributes that change a style. Fonts are not among them: letters are those of DejaVu Sans, whose digits are all of one width. */
const styles: Readonly<Record<string, (value: string, inherited: Style) => Partial<Style>>> = {
  color: (color) => ({ color }),
  fill: (fill) => ({ fill }),
  stroke: (stroke) => ({ stroke }),
  'fill-opacity': (value) => ({ fillOpacity: numberOf(value) }),
  'stroke-opacity': (value) => ({ strokeOpacity: numberOf(value) }),
  'fill-rule': (fillRule) => ({ fillRule }),
  'stroke-width': (value) => ({ strokeWidth: numberOf(value) }),
  'stroke-dasharray': (value) => ({ dash: dashOf(value) }),
  'stroke-linecap': (value) => ({ cap: placeOf(value, caps) }),
  'stroke-linejoin': (value) => ({ join: placeOf(value, joins) }),
  'stroke-miterlimit': (value) => ({ miter: numberOf(value) }),
  'font-size': (value, { fontSize }) => ({ fontSize: lengthOf(value, fontSize, fontSize) }),
  'font-weight': (value) => ({ bold: value === 'bold' || Number(value) >= 600 }),
  'text-anchor': (anchor) => ({ anchor }),
  'paint-order': (value) => ({ strokeFirst: value.startsWith('stroke') }),
};

/** Attributes that say where or how large an element is, which each element reads itself. */
const places: ReadonlySet<string> = new Set(
  'x y dx dy x1 x2 y1 y2 cx cy r rx ry d points width height viewBox transform opacity'.split(' '),
);

/** Attributes that change nothing that is seen. */
const unseen = /^(xmlns(:.*)?|class|id|role|tabindex|(aria|data)-.*|font-family|font-variant)$/;

/** The figure as a PDF of one page; its title and description are those of the SVG. */
export function figurePdf(svg: string): Uint8Array {
  // The types of linkedom's parser are its own.
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml') as unknown as Document;
  const root = document.documentElement;
  const [width, height] = [numberOf(attribute(root, 'width')), numberOf(attribute(root, 'height'))];
  const box = root.getAttribute('viewBox');
  if (box !== null && box !== `0 0 ${width} ${height}`)
    throw new Error(`The box of the figure, ${box}, is not its size, ${width} by ${height}`);
  return new FigurePdf(root, width, height).file();
}

class FigurePdf {
  readonly #root: Element;
  readonly #width: number;
  readonly #height: number;
  readonly #objects = new PdfObjects();
  readonly #lines: string[] = [];
  readonly #fonts = new Map<boolean, PdfFont>();
  /** Opacities of fill and stroke → name of the graphics state that sets them. */
  readonly #states = new Map<string, string>();

  constructor(root: Element, width: number, height: number) {
    [this.#root, this.#width, this.#height] = [root, width, height];
  }

  file(): Uint8Array {
    const objects = this.#objects;
    const [catalog, pages, page] = [objects.reserve(), objects.reserve(), objects.reserve()];
    // PDF counts from the bottom, SVG from the top.
    const [scale, top] = [pdfNumber(pointsInPixel), pdfNumber(this.#height * pointsInPixel)];
    this.#lines.push(`${scale} 0 0 -${scale} 0 ${top} cm`);
    this.#children(this.#root, styleOf(this.#root, initial));
    const content = objects.addStream(utf8(this.#lines.join('\n')));
    const fonts = [...this.#fonts].map(([bold, font]) => {
      const number = objects.reserve();
      font.embed(objects, number);
      return `/${fontName(bold)} ${number} 0 R`;
    });
    const states = [...this.#states].map(([opacities, name]) => `/${name} << ${opacities} >>`);
    const resources = `<< /Font << ${fonts.join(' ')} >> /ExtGState << ${states.join(' ')} >> >>`;
    const size = `[0 0 ${pdfNumber(this.#width * pointsInPixel)} ${top}]`;
    objects.add(`<< /Type /Catalog /Pages ${pages} 0 R /ViewerPreferences << /DisplayDocTitle true >> >>`, catalog);
    objects.add(`<< /Type /Pages /Kids [${page} 0 R] /Count 1 >>`, pages);
    objects.add(
      `<< /Type /Page /Parent ${pages} 0 R /MediaBox ${size} /Resources ${resources} /Contents ${content} 0 R >>`,
      page,
    );
    const said = (name: string): string =>
      [...this.#root.children].find((each) => each.localName === name)?.textContent ?? '';
    const info = objects.add(
      `<< /Title ${pdfText(said('title'))} /Subject ${pdfText(said('desc'))} /Producer (presend) >>`,
    );
    return objects.file(catalog, info);
  }

  #children(parent: Element, style: Style): void {
    for (const each of parent.children) this.#element(each, style);
  }

  #element(element: Element, inherited: Style): void {
    const name = element.localName;
    if (name === 'title' || name === 'desc') return;
    const style = styleOf(element, inherited);
    const transform = element.getAttribute('transform');
    if (transform) this.#lines.push('q', ...matricesOf(transform));
    const at = (key: string, of: number): number => lengthOf(element.getAttribute(key) ?? '0', style.fontSize, of);
    const [across, down] = [this.#width, this.#height];
    if (name === 'g') this.#children(element, style);
    else if (name === 'path') this.#shape(pathOperators(attribute(element, 'd')), style);
    else if (name === 'line') {
      const ends = [1, 2].map((end): [number, number] => [at(`x${end}`, across), at(`y${end}`, down)]);
      this.#shape(polygon(ends), { ...style, fill: 'none' });
    } else if (name === 'rect') {
      const [width, height] = [at('width', across), at('height', down)];
      const radii = [element.getAttribute('rx'), element.getAttribute('ry')];
      const [rx, ry] = radii.map((radius, i) => numberOf(radius ?? radii[1 - i] ?? '0')) as [number, number];
      // A side of 0 is nothing, not a line.
      if (width > 0 && height > 0)
        this.#shape(roundedRectangle(at('x', across), at('y', down), width, height, rx, ry), style);
    } else if (name === 'circle' || name === 'ellipse') {
      const radii = name === 'circle' ? ['r', 'r'] : ['rx', 'ry'];
      const [rx, ry] = radii.map((radius) => at(radius, across)) as [number, number];
      if (rx > 0 && ry > 0) this.#shape(ellipse(at('cx', across), at('cy', down), rx, ry), style);
    } else if (name === 'text') this.#text(element, style);
    else throw new Error(`Cannot draw <${name}> in a PDF`);
    if (transform) this.#lines.push('Q');
  }

  #shape(path: string, style: Style): void {
    const [fill, stroke] = [this.#paint(style, 'fill'), this.#paint(style, 'stroke')];
    if (path === '' || (!fill && !stroke)) return;
    const even = style.fillRule === 'evenodd' ? '*' : '';
    const operator = fill && stroke ? `B${even}` : fill ? `f${even}` : 'S';
    this.#painted(style, fill, stroke, [path, operator]);
  }

  /** Draws with colours, opacities and lines of a style, and leaves none of them behind. */
  #painted(style: Style, fill: Paint | undefined, stroke: Paint | undefined, drawing: readonly string[]): void {
    const opacities = `/ca ${pdfNumber(fill?.opacity ?? 1)} /CA ${pdfNumber(stroke?.opacity ?? 1)}`;
    const lines: string[] = [];
    if (opacities !== '/ca 1 /CA 1') {
      const state = this.#states.get(opacities) ?? `S${this.#states.size}`;
      this.#states.set(opacities, state);
      lines.push(`/${state} gs`);
    }
    if (fill) lines.push(`${fill.color} rg`);
    if (stroke) {
      const { strokeWidth, dash, cap, join, miter } = style;
      lines.push(`${stroke.color} RG ${pdfNumber(strokeWidth)} w ${cap} J ${join} j ${pdfNumber(miter)} M`);
      if (dash.length > 0) lines.push(`[${dash.map(pdfNumber).join(' ')}] 0 d`);
    }
    this.#lines.push('q', ...lines, ...drawing, 'Q');
  }

  #paint(style: Style, kind: 'fill' | 'stroke'): Paint | undefined {
    const written = style[kind] === 'currentColor' ? style.color : style[kind];
    const paint = written === 'none' || written === 'transparent' ? undefined : colorOf(written);
    if (!paint || (kind === 'stroke' && style.strokeWidth === 0)) return undefined;
    return { ...paint, opacity: paint.opacity * (kind === 'fill' ? style.fillOpacity : style.strokeOpacity) };
  }

  #text(element: Element, style: Style): void {
    const lines: TextLine[] = [];
    collect(element, style, lines);
    for (const { x, y, pieces } of lines) {
      const width = pieces.reduce((sum, { text, style: own }) => sum + this.#font(own).width(text) * own.fontSize, 0);
      const { anchor } = pieces[0]!.style;
      let pen = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
      for (const { text, style: own } of pieces) {
        this.#letters(text, own, pen, y);
        pen += this.#font(own).width(text) * own.fontSize;
      }
    }
  }

  #letters(text: string, style: Style, x: number, y: number): void {
    const [fill, stroke] = [this.#paint(style, 'fill'), this.#paint(style, 'stroke')];
    const shown = (mode: number): string =>
      `BT /${fontName(style.bold)} ${pdfNumber(style.fontSize)} Tf ${mode} Tr 1 0 0 -1 ${pdfNumber(x)} ${pdfNumber(y)} Tm ${this.#font(style).encode(text)} Tj ET`;
    const filled = (): void => {
      if (fill) this.#painted(style, fill, undefined, [shown(0)]);
    };
    if (!style.strokeFirst) filled();
    // The outline shows the same text once more, and says that it stands for none: it would be copied twice.
    if (stroke) this.#painted(style, undefined, stroke, ['/Span << /ActualText <FEFF> >> BDC', shown(1), 'EMC']);
    if (style.strokeFirst) filled();
  }

  #font({ bold }: Style): PdfFont {
    const font = this.#fonts.get(bold) ?? new PdfFont(bold);
    this.#fonts.set(bold, font);
    return font;
  }
}

/** A colour of PDF, as three shares of 1, and how opaque it is. */
interface Paint {
  readonly color: string;
  readonly opacity: number;
}

/** Text that is placed together: it begins, ends or is centred at x. */
interface TextLine {
  readonly x: number;
  readonly y: number;
  readonly pieces: { readonly text: string; readonly style: Style }[];
}

const fontName = (bold: boolean): string => (bold ? 'Bold' : 'Regular');

/** The lines of a text: a `tspan` with an x of its own begins one. A shift applies to all that follows it. */
function collect(text: Element, style: Style, lines: TextLine[]): void {
  const place = (element: Element, own: Style, from: { readonly x: number; readonly y: number }): TextLine => {
    const at = (key: string): number | undefined => {
      const value = element.getAttribute(key);
      return value === null ? undefined : lengthOf(value, own.fontSize, 0);
    };
    return { x: (at('x') ?? from.x) + (at('dx') ?? 0), y: (at('y') ?? from.y) + (at('dy') ?? 0), pieces: [] };
  };
  let line = place(text, style, { x: 0, y: 0 });
  const add = (content: string | null, own: Style): void => {
    const words = (content ?? '').replace(/\s+/g, ' ');
    const said = line.pieces.length === 0 ? words.trimStart() : words;
    if (said === '') return;
    if (line.pieces.length === 0) lines.push(line);
    const last = line.pieces.at(-1);
    // The parser ends a text at each escaped character.
    if (last?.style === own) line.pieces[line.pieces.length - 1] = { text: last.text + said, style: own };
    else line.pieces.push({ text: said, style: own });
  };
  for (const node of text.childNodes) {
    if (node.nodeType === 3) add(node.textContent, style);
    else if (node.nodeType === 1 && (node as Element).localName === 'tspan') {
      const span = node as Element;
      const own = styleOf(span, style);
      if (span.children.length > 0) throw new Error('Cannot draw a <tspan> with elements inside in a PDF');
      if (span.hasAttribute('x')) line = place(span, own, line);
      else if (['y', 'dx', 'dy'].some((key) => span.hasAttribute(key)))
        throw new Error('Cannot draw a <tspan> that is shifted and has no x in a PDF');
      add(span.textContent, own);
    } else if (node.nodeType === 1 && (node as Element).localName !== 'title')
      throw new Error(`Cannot draw <${(node as Element).localName}> inside of text in a PDF`);
  }
}

function styleOf(element: Element, inherited: Style): Style {
  let style = inherited;
  for (const { name, value } of element.attributes) {
    const change = styles[name];
    if (change) style = { ...style, ...change(value, inherited) };
    else if (!places.has(name) && !unseen.test(name)) throw new Error(`Cannot draw the attribute '${name}' in a PDF`);
  }
  const opacity = element.getAttribute('opacity');
  if (opacity === null) return style;
  // Of a group, this is what its parts show where none covers another.
  const share = numberOf(opacity);
  return { ...style, fillOpacity: style.fillOpacity * share, strokeOpacity: style.strokeOpacity * share };
}

function attribute(element: Element, name: string): string {
  const value = element.getAttribute(name);
  if (value === null) throw new Error(`<${element.localName}> has no ${name}`);
  return value;
}

function numberOf(text: string): number {
  const value = Number(text.replace(/px$/, ''));
  if (text.trim() === '' || !Number.isFinite(value)) throw new Error(`Expected a number but received '${text}'`);
  return value;
}

/** A length in pixels, in widths of the letter m, or as a share of `of`. */
function lengthOf(text: string, fontSize: number, of: number): number {
  if (text.endsWith('em')) return numberOf(text.slice(0, -2)) * fontSize;
  if (text.endsWith('%')) return (numberOf(text.slice(0, -1)) / 100) * of;
  return numberOf(text);
}

function placeOf(value: string, names: readonly string[]): number {
  const place = names.indexOf(value);
  if (place < 0) throw new Error(`Expected ${names.join(', ')} but received '${value}'`);
  return place;
}

function dashOf(value: string): number[] {
  const dashes =
    value === 'none'
      ? []
      : value
          .split(/[\s,]+/)
          .filter(Boolean)
          .map(numberOf);
  return dashes.some((dash) => dash > 0) ? dashes : [];
}

/** Matrices of a list of transforms, each as an operator. */
function matricesOf(transform: string): string[] {
  const found = [...transform.matchAll(/\s*,?\s*([a-z]+)\(([^)]*)\)/gi)];
  if (found.map(([whole]) => whole).join('') !== transform.trimEnd())
    throw new Error(`Cannot read the transform '${transform}'`);
  return found.flatMap(([, name, inside]) => {
    const n = inside!
      .trim()
      .split(/[\s,]+/)
      .map(numberOf);
    return matrixOf(name!, n).map((matrix) => `${matrix.map(pdfNumber).join(' ')} cm`);
  });
}

function matrixOf(name: string, [a = 0, b, c, d = 0, e = 0, f = 0]: readonly number[]): number[][] {
  if (name === 'translate') return [[1, 0, 0, 1, a, b ?? 0]];
  if (name === 'scale') return [[a, 0, 0, b ?? a, 0, 0]];
  if (name === 'matrix') return [[a, b ?? 0, c ?? 0, d, e, f]];
  if (name !== 'rotate') throw new Error(`Cannot draw the transform '${name}' in a PDF`);
  const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)];
  const turn = [cos, sin, -sin, cos, 0, 0];
  return b === undefined ? [turn] : [[1, 0, 0, 1, b, c ?? 0], turn, [1, 0, 0, 1, -b, -(c ?? 0)]];
}

const named: Readonly<Record<string, string>> = { black: '#000000', white: '#ffffff' };

function colorOf(written: string): Paint {
  const text = named[written] ?? written;
  const long = text.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long);
  const rgb = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+))?\s*\)$/.exec(text);
  const parts = hex ? hex.slice(1, 4).map((pair) => Number.parseInt(pair, 16)) : rgb?.slice(1, 4).map(Number);
  if (!parts) throw new Error(`Cannot draw the colour '${written}' in a PDF`);
  return { color: parts.map((part) => pdfNumber(part / 255)).join(' '), opacity: Number(rgb?.[4] ?? 1) };
}
