/**
 * A small, strict reader of XML 1.0 documents that are lists of records. It accepts no document type, so no entities can be declared: apart
 * from the five predefined ones it only reads numeric references. Names lose their prefix. Depth, tags and records are bounded, so
 * documents of any length need little memory, and no regular expression ever runs over more than one tag. Documents can be concatenated.
 */
import { UserError } from '../../util/errors.ts';
import { clip, type TextParser } from './text.ts';

/** An element with its contents. */
export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text with references resolved, without that of its children. */
  readonly text: string;
}

/** An element, and the names of its ancestors, outermost first. */
export interface XmlRecord {
  readonly path: readonly string[];
  readonly element: XmlElement;
  /** Whether the document has it as its first element. */
  readonly first: boolean;
}

interface Open {
  name: string;
  tag: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  text: string;
  /** Characters of the document before it. */
  from: number;
}

const deepest = 16;
const longestTag = 4096;
/** Maximum number of characters of a record, comment or run of text. */
const longestRecord = 2 ** 20;

/** Reads documents piece by piece. `each` gets every element at that depth when it is closed (1 is the root, which must have that name). */
export function xmlTaker(root: string, depth: number, each: (record: XmlRecord) => void): TextParser['take'] {
  const open: Open[] = [];
  // Characters and line ends before the current text.
  let before = 0;
  let linesBefore = 0;
  let seen = 0;
  let first = true;

  const closed = (element: Open, end: number, refuse: Refuse): void => {
    if (open.length + 1 >= depth && end - element.from > longestRecord)
      throw refuse(`a record is longer than ${longestRecord} characters`);
    if (open.length >= depth) open.at(-1)!.children.push(element);
    if (open.length + 1 !== depth) return;
    each({ path: open.map(({ name }) => name), element, first });
    first = false;
  };
  const tagged = (tag: string, from: number, end: number, refuse: Refuse): void => {
    if (tag.startsWith('/')) {
      const element = open.pop();
      if (element?.tag !== tag.slice(1).trimEnd()) throw refuse('an element is closed that is not open');
      closed(element, end, refuse);
      return;
    }
    if (open.length === 0) {
      seen++;
      first = true;
    }
    if (open.length === deepest) throw refuse(`elements are nested deeper than ${deepest}`);
    const element = opening(tag.endsWith('/') ? tag.slice(0, -1) : tag, from, refuse);
    if (open.length === 0 && element.name !== root) throw refuse(`the root is not ${root} but ${clip(element.name)}`);
    if (tag.endsWith('/')) closed(element, end, refuse);
    else open.push(element);
  };

  return (text, last) => {
    let at = 0;
    const refuse: Refuse = (why) =>
      new UserError(
        `Expected a well-formed XML document without a document type but ${why} in line ${1 + linesBefore + lineEnds(text, at)}`,
      );
    /** End of the construct that starts here and ends with `mark`; -1 if it has not arrived yet. */
    const past = (mark: string): number => {
      const end = text.indexOf(mark, at);
      if (end >= 0) return end + mark.length;
      if (last) throw refuse('the file ends inside markup');
      if (text.length - at > longestRecord) throw refuse(`markup is longer than ${longestRecord} characters`);
      return -1;
    };
    while (at < text.length) {
      const next = text.indexOf('<', at);
      const inside = open.at(-1);
      if (next < 0 && !last && text.length - at <= longestRecord) break;
      if ((next < 0 ? text.length : next) - at > longestRecord)
        throw refuse(`text is longer than ${longestRecord} characters`);
      const between = text.slice(at, next < 0 ? text.length : next);
      if (inside) {
        const resolved = resolve(between, refuse);
        if (open.length >= depth) inside.text += resolved;
        if (open.length >= depth && before + at - open[depth - 1]!.from > longestRecord)
          throw refuse(`a record is longer than ${longestRecord} characters`);
      } else if (between.replaceAll('\ufeff', '').trim() !== '') throw refuse('there is text outside the root');
      at = next < 0 ? text.length : next;
      // Nine characters distinguish a comment and a CDATA section from a declaration.
      if (next < 0 || (!last && text.length - at < cdata.length)) break;
      if (inside && text.startsWith(cdata, at)) {
        const close = past(']]>');
        if (close < 0) break;
        if (open.length >= depth) inside.text += oneLineEnd(text.slice(at + cdata.length, close - 3));
        at = close;
        continue;
      }
      const plain = !text.startsWith('<?', at) && !text.startsWith('<!--', at);
      if (plain && text.startsWith('<!', at)) throw refuse('there is a document type or other declaration');
      const end = past(plain ? '>' : text.startsWith('<?', at) ? '?>' : '-->');
      if (plain && (end < 0 ? text.length : end) - at > longestTag)
        throw refuse(`a tag is longer than ${longestTag} characters`);
      if (end < 0) break;
      if (plain) tagged(text.slice(at + 1, end - 1), before + at, before + end, refuse);
      at = end;
    }
    if (last && (open.length > 0 || seen === 0)) throw refuse('the file ends inside an element');
    before += at;
    linesBefore += lineEnds(text, at);
    return at;
  };
}

type Refuse = (why: string) => UserError;

const cdata = '<![CDATA[';

/** Normalises line ends (XML 1.0, section 2.11). */
const oneLineEnd = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);

/** Number of line ends before a position. */
function lineEnds(text: string, before: number): number {
  let count = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < before; i = text.indexOf('\n', i + 1)) count++;
  return count;
}

const nameForm = /^[\p{L}_][\p{L}\p{N}_.:-]*/u;
const attributeForm = /^\s+([\p{L}_][\p{L}\p{N}_.:-]*)\s*=\s*("[^"<]*"|'[^'<]*')/u;

function opening(tag: string, from: number, refuse: Refuse): Open {
  const [name] = nameForm.exec(tag) ?? [];
  if (name === undefined) throw refuse('a tag has no name');
  const attributes = new Map<string, string>();
  let rest = tag.slice(name.length);
  while (rest.trim() !== '') {
    const [whole, key, value] = attributeForm.exec(rest) ?? [];
    if (whole === undefined || attributes.has(key!)) throw refuse('a tag has attributes that cannot be read');
    attributes.set(key!, resolve(value!.slice(1, -1), refuse));
    rest = rest.slice(whole.length);
  }
  return { name: name.slice(name.indexOf(':') + 1), tag: name, attributes, children: [], text: '', from };
}

const predefined = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);

/** Text with references resolved and line ends normalised. */
function resolve(text: string, refuse: Refuse): string {
  const lines = oneLineEnd(text);
  if (!lines.includes('&')) return lines;
  return lines.replaceAll(/&[^;]{0,10};?/g, (reference) => {
    const known = predefined.get(reference);
    if (known !== undefined) return known;
    const [, hex, decimal] = /^&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));$/i.exec(reference) ?? [];
    const code = hex === undefined ? Number(decimal ?? 0) : Number.parseInt(hex, 16);
    if (code > 0x10ffff || forbidden.test(String.fromCodePoint(code)))
      throw refuse('a reference stands for no character');
    return String.fromCodePoint(code);
  });
}

/** Characters that XML 1.0 forbids, even as references (section 2.2). */
export const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Text in its XML encoding. */
export const xmlText = (text: string): string => text.replaceAll(/[&<>\r]/g, (each) => `&#${each.charCodeAt(0)};`);
