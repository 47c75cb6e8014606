/** What a terminal shows, as an SVG that needs no font: its letters are outlines of DejaVu Sans Mono, each of them once. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype from 'opentype.js';
import { escapeHtml } from '../../src/report/page/html.ts';

/** Sizes in pixels: of the letters, from line to line, and around the text. */
const [size, step, margin] = [14, 19, 16];
const [ground, ink, prompt] = ['#14181d', '#e4e8ec', '#58c996'];

/** The text, below the command that printed it, for a window of so many columns. Throws for a letter that the font lacks. */
export function terminalSvg(command: string, text: string, columns: number): string {
  const file = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf');
  const bytes = readFileSync(file);
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const letter = (font.charToGlyph('0').advanceWidth ?? 0) * (size / font.unitsPerEm);
  const ids = new Map<string, string>();
  const idOf = (character: string): string => {
    const known = ids.get(character);
    if (known !== undefined) return known;
    if (font.charToGlyphIndex(character) === 0)
      throw new Error(
        `DejaVu Sans Mono has no letter for '${character}' (U+${character.codePointAt(0)!.toString(16)})`,
      );
    const id = `g${ids.size.toString(36)}`;
    ids.set(character, id);
    return id;
  };
  const lines = [`$ ${command}`, '', ...text.trimEnd().split('\n')];
  const drawn = lines.map((line, at) => {
    const uses = [...line].flatMap((character, column) =>
      character === ' ' ? [] : [`<use href="#${idOf(character)}" x="${Number((column * letter).toFixed(2))}"/>`],
    );
    const y = margin + at * step + size;
    return uses.length === 0
      ? ''
      : `<g transform="translate(${margin} ${y})"${at === 0 ? ` fill="${prompt}"` : ''}>${uses.join('')}</g>\n`;
  });
  const outlines = [...ids].map(([character, id]) => {
    const path = font.getPath(character, 0, 0, size).toPathData(1);
    return `<path id="${id}" d="${path}"/>`;
  });
  const [width, height] = [Math.ceil(columns * letter) + 2 * margin, lines.length * step + 2 * margin];
  const label = escapeHtml(`A terminal after ${command}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" fill="${ink}">
<defs>${outlines.join('')}</defs><rect width="${width}" height="${height}" rx="8" fill="${ground}"/>
${drawn.join('')}</svg>
`;
}
