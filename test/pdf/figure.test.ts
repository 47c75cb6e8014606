/** Figures as PDF: one page of the figure's size, its text as text, its outlines where the SVG has them, and the same bytes each time. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeReports } from '../../src/cli/write-reports.ts';
import { figurePdf } from '../../src/pdf/figure.ts';
import { pathOperators } from '../../src/pdf/path.ts';
import { fixture } from '../report/fixture.ts';
import { run, timings } from '../report/fixture-run.ts';

/** The objects of a file, found through its table of offsets alone. */
function objectsOf(pdf: Uint8Array): string[] {
  const text = Buffer.from(pdf).toString('latin1');
  expect(text.startsWith('%PDF-1.4\n') && text.endsWith('%%EOF\n')).toBe(true);
  const [, table] = /startxref\n(\d+)\n/.exec(text)!;
  const offsets = [...text.slice(Number(table)).matchAll(/(\d{10}) 00000 n /g)].map(([, offset]) => Number(offset));
  return offsets.map((offset, i) => {
    expect(text.slice(offset)).toMatch(new RegExp(`^${i + 1} 0 obj\n`));
    return text.slice(offset, text.indexOf('\nendobj\n', offset));
  });
}

function contentOf(object: string): string {
  const length = Number(/\/Length (\d+)/.exec(object)![1]);
  const start = object.indexOf('stream\n') + 7;
  return inflateSync(Buffer.from(object.slice(start, start + length), 'latin1')).toString('latin1');
}

const numbered = (objects: readonly string[], inside: string, key: string): string =>
  objects[Number(new RegExp(`/${key} (\\d+) 0 R`).exec(inside)![1]) - 1]!;

/** What a reader copies from the page, one string for each operator that shows text; what stands for nothing is left out. */
function textsOf(pdf: Uint8Array): string[] {
  const objects = objectsOf(pdf);
  const page = objects.find((each) => each.includes('/Type /Page '))!;
  const content = contentOf(numbered(objects, page, 'Contents')).replace(
    /\/Span << \/ActualText <FEFF> >> BDC[\s\S]*?EMC/g,
    '',
  );
  const maps = new Map<string, Map<string, string>>();
  return [...content.matchAll(/\/(Regular|Bold) [\d.]+ Tf.*? <([0-9a-f]+)> Tj/g)].map(([, face, hex]) => {
    const known =
      maps.get(face!) ?? charactersOf(contentOf(numbered(objects, numbered(objects, page, face!), 'ToUnicode')));
    maps.set(face!, known);
    return hex!
      .match(/.{4}/g)!
      .map((glyph) => known.get(glyph)!)
      .join('');
  });
}

const charactersOf = (map: string): Map<string, string> =>
  new Map(
    [...map.matchAll(/<([0-9a-f]{4})> <([0-9A-F]+)>/g)].map(([, glyph, units]) => [
      glyph!,
      String.fromCharCode(...units!.match(/.{4}/g)!.map((unit) => Number.parseInt(unit, 16))),
    ]),
  );

const svgOf = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100" font-size="12"><title>A title</title><desc>Words</desc>${body}</svg>`;
const drawn = (body: string): string => {
  const objects = objectsOf(figurePdf(svgOf(body)));
  return contentOf(numbered(objects, objects.find((each) => each.includes('/Type /Page '))!, 'Contents'));
};

describe('the figures of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'presend-pdf-'));
  const at = (name: string): string => join(folder, 'figures', name);
  beforeAll(() => writeReports(folder, fixture(), run, timings));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('each SVG has a PDF beside it: one page of its size, under 100 kB, with every word of it', () => {
    const names = readdirSync(join(folder, 'figures')).filter((name) => name.endsWith('.svg'));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const pdf = readFileSync(at(name.replace('.svg', '.pdf')));
      const { document } = parseHTML(readFileSync(at(name), 'utf8'));
      for (const said of document.querySelectorAll('text > title')) said.remove();
      const [width, height] = ['width', 'height'].map((side) =>
        Number(document.querySelector('svg')!.getAttribute(side)),
      );
      const pages = objectsOf(pdf).filter((each) => each.includes('/Type /Page '));
      expect(pages, name).toHaveLength(1);
      // 96 pixels are an inch, and so are 72 points.
      expect(pages[0], name).toContain(`/MediaBox [0 0 ${width! * 0.75} ${height! * 0.75}]`);
      expect(pdf.length, name).toBeLessThan(100_000);
      const words = [...document.querySelectorAll('text')].flatMap((text) =>
        [...(text.querySelector('tspan') ? text.querySelectorAll('tspan') : [text])].map((each) =>
          each.textContent!.trim(),
        ),
      );
      expect(
        textsOf(pdf).map((text) => text.trim()),
        name,
      ).toEqual(words.filter((word) => word !== ''));
    }
  });

  test('a figure that an earlier report wrote under another name goes, and what no report wrote stays', async () => {
    const captions = readFileSync(at('captions.md'), 'utf8');
    const old = `- **roc-old** ROC. presend, run ${run.runId}, seed 1.\n- **mine** ROC of another run, run 0123.\n`;
    writeFileSync(at('captions.md'), `${captions}${old}`);
    const kept = ['mine.svg', 'notes.txt'];
    const gone = ['roc-old.svg', 'roc-old.csv', 'roc-old.pdf'];
    for (const name of [...kept, ...gone]) writeFileSync(at(name), 'x');
    const before = new Set(readdirSync(join(folder, 'figures')));
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await writeReports(folder, fixture(), run, timings);
    expect(said.mock.calls.flat().join('')).toMatch(/^Left in .*figures, .*: mine\.svg and notes\.txt\.\n$/);
    said.mockRestore();
    expect(readdirSync(join(folder, 'figures')).sort()).toEqual(
      [...before].filter((name) => !gone.includes(name)).sort(),
    );
    expect(readFileSync(at('captions.md'), 'utf8')).toBe(captions);
    for (const name of kept) rmSync(at(name));
  });

  test('the same SVG gives the same bytes, without a date or an identifier', () => {
    const svg = readFileSync(at('roc-log.svg'), 'utf8');
    const pdf = figurePdf(svg);
    expect(readFileSync(at('roc-log.pdf')).equals(pdf)).toBe(true);
    expect(Buffer.from(pdf).toString('latin1')).not.toMatch(/Date|\/ID/);
  });
});

test('title and description are those of the SVG', () => {
  const utf16 = (text: string): string =>
    `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`;
  const info = objectsOf(figurePdf(svgOf('')))!.at(-1);
  expect(info).toContain(`/Title ${utf16('A title')} /Subject ${utf16('Words')} /Producer (presend)`);
});

test('every character has a glyph of its own, also those that the font lacks or writes as two units', () => {
  const words = '≤ → 95 % 漢字 𝛼';
  expect(textsOf(figurePdf(svgOf(`<text>${words}</text>`)))).toEqual([words]);
});

test('text is where its anchor says, in lines; an outline below it is not copied', () => {
  const widthOf = (anchor: string): number =>
    Number(/1 0 0 -1 (\S+) /.exec(drawn(`<text x="100" text-anchor="${anchor}">word</text>`))![1]);
  expect(widthOf('start')).toBe(100);
  expect(100 - widthOf('end')).toBeCloseTo(2 * (100 - widthOf('middle')), 2);
  // Widths of w, o, r and d in DejaVu Sans: 1675, 1253, 842 and 1300 of 2048.
  expect(100 - widthOf('end')).toBeCloseTo((12 * (1675 + 1253 + 842 + 1300)) / 2048, 2);
  const lines = drawn('<text y="10"><tspan x="5">a</tspan><tspan x="5" dy="1em" font-weight="600">b</tspan></text>');
  expect(lines).toMatch(/\/Regular 12 Tf 0 Tr 1 0 0 -1 5 10 Tm [\s\S]*\/Bold 12 Tf 0 Tr 1 0 0 -1 5 22 Tm/);
  const outlined = svgOf('<text stroke="#fff" stroke-width="4" paint-order="stroke">a &amp; b</text>');
  expect(textsOf(figurePdf(outlined))).toEqual(['a & b']);
  expect(drawn(outlined.replace(/^.*<\/desc>|<\/svg>$/g, ''))).toMatch(/1 Tr[\s\S]*EMC[\s\S]*0 Tr/);
});

test('shapes have the colours, lines and opacities that they inherit', () => {
  const shape = drawn(
    '<g stroke="currentColor" color="#ff0000" stroke-opacity="0.5" transform="translate(10,20) rotate(90)"><line x1="0" x2="10%" y1="1" y2="2" stroke-dasharray="7 3" stroke-width="2"/></g>',
  );
  expect(shape).toContain('q\n1 0 0 1 10 20 cm\n0 1 -1 0 0 0 cm\n');
  expect(shape).toContain('/S0 gs\n1 0 0 RG 2 w 0 J 0 j 4 M\n[7 3] 0 d\n0 1 m\n20 2 l\nS\nQ');
  expect(drawn('<rect width="100%" height="50%" fill="rgb(0, 51, 255)"/>')).toContain('0 0.2 1 rg\n0 0 200 50 re\nf');
  expect(drawn('<circle r="3" fill="none"/><rect height="4"/>')).not.toMatch(/ (c|re)\n/);
});

describe('outlines', () => {
  test.each([
    ['M1,2L3,4h5v-6Z', ['1 2 m', '3 4 l', '8 4 l', '8 -2 l', 'h']],
    ['m1 2 3 4l.5.5-1-1z', ['1 2 m', '4 6 l', '4.5 6.5 l', '3.5 5.5 l', 'h']],
    ['M0 0C1 1 2 1 3 0s2-1 3 0', ['0 0 m', '1 1 2 1 3 0 c', '4 -1 5 -1 6 0 c']],
    ['M0 0Q3 3 6 0T12 0', ['0 0 m', '2 2 4 2 6 0 c', '8 -2 10 -2 12 0 c']],
    ['M0 0A0 5 0 0 1 4 4', ['0 0 m', '4 4 l']],
    ['', ['']],
  ])('%s', (data, lines) => expect(pathOperators(data).split('\n')).toEqual(lines));

  test.each([
    ['M5,0A5,5,0,1,1,-5,0A5,5,0,1,1,5,0', 0, 0, 5, 4],
    ['M5 0a5 5 0 10-5 5', 0, 0, 5, 3],
    ['M3 0A1 1 0 0 0-3 0', 0, 0, 3, 2],
  ])('every point of the arc %s is on its circle', (data, cx, cy, radius, pieces) => {
    const [start, ...curves] = pathOperators(data).split('\n');
    let from = start!.split(' ').slice(0, 2).map(Number);
    let count = 0;
    for (const curve of curves.filter((each) => each.endsWith('c'))) {
      const [x1, y1, x2, y2, x, y] = curve.split(' ').map(Number) as [number, number, number, number, number, number];
      for (const t of [0.25, 0.5, 0.75]) {
        const mix = (a: number, b: number, c: number, d: number): number =>
          a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t * t * (1 - t) + d * t ** 3;
        expect(Math.hypot(mix(from[0]!, x1, x2, x) - cx, mix(from[1]!, y1, y2, y) - cy)).toBeCloseTo(radius, 2);
      }
      from = [x, y];
      count++;
    }
    expect(count).toBe(pieces);
  });
});

test.each([
  ['<image/>', '<image>'],
  ['<rect width="1" height="1" filter="url(#f)"/>', "attribute 'filter'"],
  ['<rect width="1" height="1" fill="url(#f)"/>', "colour 'url(#f)'"],
  ['<rect width="1" height="1" transform="skewX(3)"/>', "transform 'skewX'"],
  ['<rect width="1" height="one"/>', "'one'"],
  ['<path d="M0 0 L5"/>', 'M0 0 L5'],
  ['<text><a>x</a></text>', '<a> inside of text'],
])('what it cannot draw, it refuses: %s', (body, words) => expect(() => figurePdf(svgOf(body))).toThrow(words));
