/** PDF files (ISO 32000-1, version 1.4) with nothing in them that differs from one writing to the next: no date, no identifier. */
import { zlibSync } from 'fflate';
import { concatBytes, utf8 } from '../util/bytes.ts';

/** A number as PDF writes it: at most three decimals, which is a thousandth of a pixel, and never an exponent. */
export function pdfNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`A PDF has no number ${value}`);
  const text = value.toFixed(3).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}

/** Text for a title: UTF-16 with its byte order mark, as hexadecimal digits. */
export const pdfText = (text: string): string => `<FEFF${utf16Hex(text)}>`;

/** UTF-16, high byte first, as hexadecimal digits. */
export const utf16Hex = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'))
    .join('')
    .toUpperCase();

/** The objects of one file, in the order in which they are added. */
export class PdfObjects {
  readonly #objects: (Uint8Array | undefined)[] = [];

  /** A number for an object that others name before it is known. */
  reserve(): number {
    return this.#objects.push(undefined);
  }

  /** Adds an object, under a number that was reserved or a new one; returns the number. */
  add(body: string | Uint8Array, number = this.reserve()): number {
    this.#objects[number - 1] = typeof body === 'string' ? utf8(body) : body;
    return number;
  }

  /** Adds a compressed stream; `entries` are those of its dictionary beside length and filter. */
  addStream(content: Uint8Array, entries = '', number?: number): number {
    const packed = zlibSync(content, { level: 9 });
    const head = utf8(`<< ${entries} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`);
    return this.add(concatBytes(head, packed, utf8('\nendstream')), number);
  }

  /** The whole file. */
  file(root: number, info: number): Uint8Array {
    // The second line tells programs that transfer files that this one is not text.
    const parts = [utf8('%PDF-1.4\n%'), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 10)];
    let at = parts.reduce((sum, { length }) => sum + length, 0);
    const offsets = this.#objects.map((body, i) => {
      if (!body) throw new Error(`Object ${i + 1} of the PDF was reserved and never added`);
      const part = concatBytes(utf8(`${i + 1} 0 obj\n`), body, utf8('\nendobj\n'));
      parts.push(part);
      at += part.length;
      return at - part.length;
    });
    const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    const size = offsets.length + 1;
    parts.push(
      utf8(
        `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${at}\n%%EOF\n`,
      ),
    );
    return concatBytes(...parts);
  }
}
