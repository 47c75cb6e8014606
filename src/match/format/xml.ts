/**
 * A small, strict reader of XML 1.0 documents that are lists of records. No document type, so no entity can be declared: beside the five
 * predefined ones only numeric references are read. Names lose their prefix. Depth, tags and size are bounded, and no regular expression
 * ever runs over more than one tag.
 */
import { UserError } from '../../util/errors.ts';
import { clip } from './text.ts';

/** An element with all that is in it. */
export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, references resolved, without that of its children. */
  readonly text: string;
}

/** An element, and the names of those around it, outermost first. */
export interface XmlRecord {
  readonly path: readonly string[];
  readonly element: XmlElement;
}

interface Open {
  name: string;
  tag: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  text: string;
}

const deepest = 16;
const longestTag = 4096;
/** Bytes of the largest document, 256 MiB. */
export const largestXml = 2 ** 28;

/** Every element at that depth (1 is the root, which must have that name), one by one, so that a long document is never a tree as a whole. */
export function* xmlRecords(text: string, root: string, depth: number): Generator<XmlRecord> {
  const open: Open[] = [];
  let at = 0;
  let seen = 0;
  const refuse = (why: string): UserError => {
    let line = 1;
    for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
    return new UserError(`Expected a well-formed XML document without a document type but ${why} in line ${line}`);
  };
  const past = (mark: string): number => {
    const end = text.indexOf(mark, at);
    if (end < 0) throw refuse('the file ends inside markup');
    return end + mark.length;
  };
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next < 0 ? text.length : next);
    const inside = open.at(-1);
    if (inside) {
      const resolved = resolve(between, refuse);
      if (open.length >= depth) inside.text += resolved;
    } else if (between.trim() !== '') throw refuse('there is text outside the root');
    if (next < 0) break;
    at = next;
    if (text.startsWith('<?', at)) at = past('?>');
    else if (text.startsWith('<!--', at)) at = past('-->');
    else if (text.startsWith('<!', at)) throw refuse('there is a document type or other declaration');
    else {
      const end = past('>');
      if (end - at > longestTag) throw refuse(`a tag is longer than ${longestTag} characters`);
      const tag = text.slice(at + 1, end - 1);
      if (tag.startsWith('/')) {
        const element = open.pop();
        if (element?.tag !== tag.slice(1).trimEnd()) throw refuse('an element is closed that is not open');
        if (open.length >= depth) open.at(-1)!.children.push(element);
        if (open.length + 1 === depth) yield { path: open.map(({ name }) => name), element };
      } else {
        if (open.length === 0 && seen++ > 0) throw refuse('there is a second root');
        if (open.length === deepest) throw refuse(`elements are nested deeper than ${deepest}`);
        const element = opening(tag.endsWith('/') ? tag.slice(0, -1) : tag, refuse);
        if (open.length === 0 && element.name !== root)
          throw refuse(`the root is not ${root} but ${clip(element.name)}`);
        if (!tag.endsWith('/')) open.push(element);
        else {
          if (open.length >= depth) open.at(-1)!.children.push(element);
          if (open.length + 1 === depth) yield { path: open.map(({ name }) => name), element };
        }
      }
      at = end;
    }
  }
  if (open.length > 0 || seen === 0) throw refuse('the file ends inside an element');
}

const nameForm = /^[\p{L}_][\p{L}\p{N}_.:-]*/u;
const attributeForm = /^\s+([\p{L}_][\p{L}\p{N}_.:-]*)\s*=\s*("[^"<]*"|'[^'<]*')/u;

function opening(tag: string, refuse: (why: string) => UserError): Open {
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
  return { name: name.slice(name.indexOf(':') + 1), tag: name, attributes, children: [], text: '' };
}

const predefined = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);

/** Text with its references resolved and its line ends made one (XML 1.0, section 2.11). */
function resolve(text: string, refuse: (why: string) => UserError): string {
  const lines = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
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

/** What no XML 1.0 document can hold, not even by reference (section 2.2). */
export const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Text as it stands in XML. */
export const xmlText = (text: string): string => text.replaceAll(/[&<>\r]/g, (each) => `&#${each.charCodeAt(0)};`);
