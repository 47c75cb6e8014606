/**
 * The encodings of list files. A byte order mark decides; without one, the zeros of UTF-16 and UTF-32 decide, and an XML declaration names
 * its encoding. Everything else is UTF-8; invalid bytes in it are read as Windows-1252, because a name from an old file system must not
 * make a list or hash unreadable. Deviations from plain UTF-8 are reported.
 */
import { concatBytes } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';

/** Decodes a text that comes in pieces. */
export interface TextSource {
  decode(bytes: Uint8Array, last: boolean): string;
  /** A note for the user about the encoding; undefined for plain UTF-8. */
  note(): string | undefined;
}

/** Number of bytes from which the encoding is detected. */
export const encodingRoom = 4096;

type Unicode = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'UTF-32LE' | 'UTF-32BE';

const marks: readonly (readonly [Unicode, readonly number[]])[] = [
  // UTF-32 first: its little-endian mark starts with that of UTF-16.
  ['UTF-32LE', [0xff, 0xfe, 0, 0]],
  ['UTF-32BE', [0, 0, 0xfe, 0xff]],
  ['UTF-8', [0xef, 0xbb, 0xbf]],
  ['UTF-16LE', [0xff, 0xfe]],
  ['UTF-16BE', [0xfe, 0xff]],
];

/** The Unicode encoding that a byte order mark or the zeros of a text indicate, and the length of the mark. */
function unicodeOf(head: Uint8Array): { encoding: Unicode; mark: number } {
  for (const [encoding, mark] of marks)
    if (mark.every((byte, i) => head[i] === byte)) return { encoding, mark: mark.length };
  const end = Math.min(head.length, encodingRoom) & ~3;
  const zeros = [0, 0, 0, 0];
  for (let i = 0; i < end; i++) if (head[i] === 0) zeros[i & 3]!++;
  const share = zeros.map((count) => (4 * count) / Math.max(1, end));
  const [a, b, c, d] = share as [number, number, number, number];
  let encoding: Unicode = 'UTF-8';
  // Digits are ASCII in all of them: most characters have zeros in the positions of ASCII, and few elsewhere.
  if (end >= 8) {
    if (c === 1 && d === 1 && a < 0.1) encoding = 'UTF-32LE';
    else if (a === 1 && b === 1 && d < 0.1) encoding = 'UTF-32BE';
    else if (b + d > 1 && a + c < 0.1) encoding = 'UTF-16LE';
    else if (a + c > 1 && b + d < 0.1) encoding = 'UTF-16BE';
  }
  return { encoding, mark: 0 };
}

/** The encoding that an XML declaration names, if it is not a Unicode one. */
function declaredOf(head: Uint8Array): string | undefined {
  const start = String.fromCharCode(...head.subarray(0, 256));
  const [, name] = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(start) ?? [];
  return name === undefined || /^(utf|ucs|us-ascii|ascii)/i.test(name) ? undefined : name;
}

/** A source for a text that starts with these bytes: `encodingRoom` of them, or all. */
export function textSource(head: Uint8Array): TextSource {
  const { encoding, mark } = unicodeOf(head);
  const source = encoding === 'UTF-8' ? eightBits(head, mark) : wide(encoding);
  let skip = mark;
  return {
    decode(bytes, last) {
      const skipped = Math.min(skip, bytes.length);
      skip -= skipped;
      return source.decode(bytes.subarray(skipped), last);
    },
    note: source.note,
  };
}

/** The first bytes of a file as text; the cut can split a character. */
export function headOf(bytes: Uint8Array): string {
  const { encoding } = unicodeOf(bytes);
  const head = bytes.subarray(0, encodingRoom * (encoding === 'UTF-8' ? 1 : encoding.startsWith('UTF-16') ? 2 : 4));
  return textSource(head).decode(head, false);
}

function eightBits(head: Uint8Array, mark: number): TextSource {
  const declared = mark === 0 ? declaredOf(head) : undefined;
  if (declared === undefined) return new Utf8Source();
  const decoder = decoderOf(declared);
  return {
    decode: (bytes, last) => decoder.decode(bytes, { stream: !last }),
    note: () => `the text is ${declared}, as its declaration says`,
  };
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label, { ignoreBOM: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(
      `Expected an encoding that can be read but the XML declaration names ${label}; convert the file to UTF-8`,
    );
  }
}

const windows1252 = new TextDecoder('windows-1252');
/** The characters of Windows-1252 for the bytes 128 to 255. */
const highCharacters = [...windows1252.decode(Uint8Array.from({ length: 128 }, (_, i) => 128 + i))];

/** Number of bytes of the UTF-8 character that starts here; 0 if invalid, -1 if the bytes end too early (Unicode 16, table 3-7). */
function characterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined) return -1;
    const low = i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return 0;
  }
  return length;
}

/** End of the last complete character in the bytes. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++)
    if (characterAt(bytes, bytes.length - back) === -1) return bytes.length - back;
  return bytes.length;
}

/** UTF-8. Other bytes are read as Windows-1252, and the lines that contain any are counted. */
class Utf8Source implements TextSource {
  readonly #strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #carry: Uint8Array = new Uint8Array(0);
  #lines = 0;
  /** Whether the current line is already counted. */
  #counted = false;
  #first = '';

  decode(bytes: Uint8Array, last: boolean): string {
    const all = this.#carry.length === 0 ? bytes : concatBytes(this.#carry, bytes);
    const end = last ? all.length : wholeCharacters(all);
    this.#carry = all.slice(end);
    const whole = all.subarray(0, end);
    try {
      const text = this.#strict.decode(whole);
      if (this.#counted && /[\r\n]/.test(text)) this.#counted = false;
      return text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return this.#mixed(whole);
    }
  }

  #mixed(bytes: Uint8Array): string {
    let text = '';
    let from = 0;
    for (let at = 0; at < bytes.length; ) {
      const length = characterAt(bytes, at);
      if (length > 0) {
        if (bytes[at] === 10 || bytes[at] === 13) this.#counted = false;
        at += length;
        continue;
      }
      text += this.#strict.decode(bytes.subarray(from, at)) + highCharacters[bytes[at]! - 128]!;
      from = ++at;
      if (!this.#counted) this.#lines++;
      this.#counted = true;
      if (this.#first === '') this.#first = excerpt(text, bytes.subarray(at, at + 16));
    }
    return text + this.#strict.decode(bytes.subarray(from));
  }

  readonly note = (): string | undefined => {
    if (this.#lines === 0) return undefined;
    const lines = this.#lines === 1 ? '1 line holds' : `${this.#lines} lines hold`;
    return `${lines} bytes that are not UTF-8, which are read as Windows-1252; the first: ${this.#first}`;
  };
}

/** The word around the end of a text, and its part in the following bytes. */
const excerpt = (text: string, behind: Uint8Array): string =>
  /[^\r\n,;\t"]*$/.exec(text.slice(-20))![0] + /^[^\r\n,;\t"]*/.exec(windows1252.decode(behind))![0];

/** UTF-16 and UTF-32. */
function wide(encoding: Exclude<Unicode, 'UTF-8'>): TextSource {
  const decode = encoding.startsWith('UTF-16') ? utf16(encoding) : utf32(encoding === 'UTF-32LE');
  let damaged = false;
  return {
    decode(bytes, last) {
      const text = decode(bytes, last);
      damaged ||= text.includes('\ufffd');
      return text;
    },
    note: () => `the text is ${encoding}${damaged ? '; what is no character in it is read as U+FFFD' : ''}`,
  };
}

function utf16(encoding: string): TextSource['decode'] {
  const decoder = new TextDecoder(encoding.toLowerCase(), { ignoreBOM: true });
  return (bytes, last) => decoder.decode(bytes, { stream: !last });
}

function utf32(littleEndian: boolean): TextSource['decode'] {
  let carry: Uint8Array = new Uint8Array(0);
  return (bytes, last) => {
    const all = concatBytes(carry, bytes);
    const end = all.length & ~3;
    carry = all.slice(end);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    let text = '';
    for (let at = 0; at < end; at += 4) {
      const code = view.getUint32(at, littleEndian);
      text += code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
    }
    return last && carry.length > 0 ? `${text}\ufffd` : text;
  };
}
