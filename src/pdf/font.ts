/** The letters of a PDF: those outlines of DejaVu Sans that a figure uses, embedded so that every reader and printer draws the same. */
import { createRequire } from 'node:module';
import type opentype from 'opentype.js';
import { outlines } from '../image/letters.ts';
import { utf8 } from '../util/bytes.ts';
import { sha256 } from '../util/sha256.ts';
import { type PdfObjects, pdfNumber, utf16Hex } from './document.ts';

const require = createRequire(import.meta.url);

/** Most entries in one block of a table from glyphs to characters. */
const mostInBlock = 100;

/** One face of one file. Every character has a glyph of its own, so that text that is copied out is the text that was put in. */
export class PdfFont {
  readonly #bold: boolean;
  readonly #source: opentype.Font;
  /** Character → number of its glyph, counted from 1 in order of first use; 0 is the glyph for none. */
  readonly #numbers = new Map<string, number>();

  constructor(bold: boolean) {
    this.#bold = bold;
    this.#source = outlines(bold);
  }

  /** Width of a text at size 1. */
  width(text: string): number {
    let units = 0;
    for (const letter of text) units += this.#advance(letter);
    return units / this.#source.unitsPerEm;
  }

  /** The text as numbers of glyphs, for the operator that shows it. */
  encode(text: string): string {
    let hex = '';
    for (const letter of text) {
      const number = this.#numbers.get(letter) ?? this.#numbers.size + 1;
      this.#numbers.set(letter, number);
      hex += number.toString(16).padStart(4, '0');
    }
    return `<${hex}>`;
  }

  /** Adds the font with the glyphs that were encoded. */
  embed(objects: PdfObjects, number: number): void {
    const letters = [...this.#numbers.keys()];
    const { unitsPerEm, ascender, descender } = this.#source;
    const thousandths = (units: number): string => pdfNumber((units * 1000) / unitsPerEm);
    // Programs that put several PDFs into one take fonts of the same name for the same font.
    const tag = [...sha256(utf8(letters.join(''))).subarray(0, 6)].map((byte) => String.fromCharCode(65 + (byte % 26)));
    const name = `${tag.join('')}+DejaVuSans${this.#bold ? '-Bold' : ''}`;
    const program = objects.addStream(this.#program(name, letters), '/Subtype /CIDFontType0C');
    const { xMin, yMin, xMax, yMax } = this.#source.tables.head as unknown as Record<
      'xMin' | 'yMin' | 'xMax' | 'yMax',
      number
    >;
    const box = [xMin, yMin, xMax, yMax].map(thousandths).join(' ');
    const capitals = thousandths(this.#source.charToGlyph('H').getMetrics().yMax);
    const descriptor = objects.add(
      `<< /Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [${box}] /ItalicAngle 0 /Ascent ${thousandths(ascender)} /Descent ${thousandths(descender)} /CapHeight ${capitals} /StemV ${this.#bold ? 140 : 80} /FontFile3 ${program} 0 R >>`,
    );
    const widths = letters.map((letter) => thousandths(this.#advance(letter))).join(' ');
    const descendant = objects.add(
      `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor ${descriptor} 0 R /W [1 [${widths}]] >>`,
    );
    const characters = objects.addStream(utf8(characterMap(letters)));
    objects.add(
      `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${descendant} 0 R] /ToUnicode ${characters} 0 R >>`,
      number,
    );
  }

  #advance(letter: string): number {
    return this.#source.charToGlyph(letter).advanceWidth ?? 0;
  }

  /** The glyphs as a Compact Font Format program: the table of that name in an OpenType file of them alone. */
  #program(name: string, letters: readonly string[]): Uint8Array {
    const { Font, Glyph, Path } = require('opentype.js') as typeof opentype;
    const glyphs = letters.map((letter, i) => {
      const { advanceWidth, path } = this.#source.charToGlyph(letter);
      // The character is not said here, but in the map beside the program: the library prints a line for those above U+FFFF.
      return new Glyph({ name: `g${i + 1}`, unicode: i + 1, advanceWidth, path });
    });
    const none = new Glyph({ name: '.notdef', unicode: 0, advanceWidth: 0, path: new Path() });
    const { unitsPerEm, ascender, descender } = this.#source;
    const named = { familyName: name, styleName: 'Book', postScriptName: name };
    const file = new Font({ ...named, unitsPerEm, ascender, descender, glyphs: [none, ...glyphs] }).toArrayBuffer();
    return tableOf(file, 'CFF ');
  }
}

/** A table of an OpenType file, by its tag of four letters. */
function tableOf(file: ArrayBuffer, tag: string): Uint8Array {
  const view = new DataView(file);
  for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16)
    if (String.fromCharCode(...new Uint8Array(file, entry, 4)) === tag)
      return new Uint8Array(file, view.getUint32(entry + 8), view.getUint32(entry + 12));
  throw new Error(`The font has no table '${tag}'`);
}

/** Says which character each glyph is, for search, copying and screen readers. */
function characterMap(letters: readonly string[]): string {
  const lines = letters.map((letter, i) => `<${(i + 1).toString(16).padStart(4, '0')}> <${utf16Hex(letter)}>`);
  const blocks = [];
  for (let i = 0; i < lines.length; i += mostInBlock) {
    const block = lines.slice(i, i + mostInBlock);
    blocks.push(`${block.length} beginbfchar`, ...block, 'endbfchar');
  }
  return [
    '/CIDInit /ProcSet findresource begin',
    '12 dict begin',
    'begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def',
    '/CMapType 2 def',
    '1 begincodespacerange',
    '<0000> <FFFF>',
    'endcodespacerange',
    ...blocks,
    'endcmap',
    'CMapName currentdict /CMap defineresource pop',
    'end',
    'end',
  ].join('\n');
}
