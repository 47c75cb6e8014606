/**
 * The project's own list file. Little-endian, in this order: "PSNDLIST", u32 format version 2, u32 header length, header (JSON: name,
 * algorithm, bits, detector if it has one, version, entries, nameBytes, sha256, root), padding to 64 bytes; then the body: the packed hashes, padding to 4 bytes,
 * for each entry the end of its name (u32), and the names in UTF-8. Hashes are at fixed offsets, so that the file can be mapped. `sha256`
 * covers the body, so that any tool can check it; `root` commits to the header's facts and to the entries. Reading checks both.
 */
import { concatBytes, equalBytes, fromUtf8, utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { GrowingBytes } from '../../util/growing-bytes.ts';
import { toHex } from '../../util/hex.ts';
import { sha256Stream } from '../../util/sha256.ts';
import { Entries } from '../entries.ts';
import type { Gathered } from '../gathered.ts';
import { factsOf, HashList, type ListDetector } from '../hash-list.ts';
import type { Names } from '../names.ts';
import { BadLines } from './bad-lines.ts';
import { listFormat, listReader } from './format.ts';

const magic = utf8('PSNDLIST');
const formatVersion = 2;
/** Bytes before the header. */
const prefix = 16;
/** Maximum length of the header in bytes: it contains a few facts. */
const longestHeader = 2 ** 20;

const align = (offset: number, to: number): number => Math.ceil(offset / to) * to;
const broken = (why: string): UserError => new UserError(`Expected a presend list file but ${why}; download it again`);

export const binary = listFormat({
  name: 'binary',
  summary: 'the project’s own file, with version, names and Merkle root',
  reference: 'this file',
  endings: ['.presend'],
  holdsDetectors: true,
  recognises: (head) => equalBytes(head.subarray(0, 8), magic),
  reader() {
    const reader = new BinaryReader();
    return listReader({ push: (bytes) => reader.push(bytes), gathered: () => reader.gathered() });
  },
  *pieces(list) {
    const { root } = list;
    const { length, names } = list.entries;
    const gap = new Uint8Array(align(list.packed.length, 4) - list.packed.length);
    const ends = new Uint8Array(names.ends.buffer, names.ends.byteOffset, names.ends.byteLength);
    const body = [list.packed, gap, ends, names.text];
    const digest = sha256Stream();
    for (const part of body) digest.update(part);
    const facts = { ...factsOf(list), entries: length, nameBytes: names.text.length };
    const header = utf8(JSON.stringify({ ...facts, sha256: toHex(digest.digest()), root }));
    const start = new Uint8Array(align(prefix + header.length, 64));
    start.set(magic);
    new DataView(start.buffer).setUint32(8, formatVersion, true);
    new DataView(start.buffer).setUint32(12, header.length, true);
    start.set(header, prefix);
    yield start;
    yield* body;
  },
});

class BinaryReader {
  #head: Uint8Array = new Uint8Array(0);
  #header: Header | undefined;
  readonly #digest = sha256Stream();
  // Separate arrays, so that the hashes can be released when an index has its own copy.
  readonly #hashes = new GrowingBytes();
  readonly #names = new GrowingBytes();

  push(bytes: Uint8Array): void {
    if (this.#header) {
      this.#body(this.#header, bytes);
      return;
    }
    this.#head = concatBytes(this.#head, bytes);
    if (this.#head.length < prefix) return;
    const view = new DataView(this.#head.buffer, this.#head.byteOffset);
    if (!equalBytes(this.#head.subarray(0, 8), magic)) throw broken('it does not begin like one');
    if (view.getUint32(8, true) !== formatVersion)
      throw broken(`its format version is ${view.getUint32(8, true)}, not ${formatVersion}`);
    const headerEnd = prefix + view.getUint32(12, true);
    if (headerEnd > longestHeader) throw broken('its header is too long');
    const start = align(headerEnd, 64);
    if (this.#head.length < start) return;
    this.#header = parseHeader(this.#head.subarray(prefix, headerEnd));
    if (this.#head.subarray(headerEnd, start).some((byte) => byte !== 0)) throw broken('its padding is not empty');
    this.#body(this.#header, this.#head.subarray(start));
  }

  #body(header: Header, bytes: Uint8Array): void {
    this.#digest.update(bytes);
    const left = Math.max(0, align(hashBytes(header), 4) - this.#hashes.length);
    this.#hashes.push(bytes.subarray(0, left));
    this.#names.push(bytes.subarray(left));
    // Checked early: there can be any number of them.
    if (this.#names.length > 4 * header.entries + header.nameBytes) throw tooShortOrLong();
  }

  gathered(): Gathered {
    const header = this.#header;
    if (this.#head.length < prefix) throw broken('it does not begin like one');
    if (!header) throw broken('it ends inside its header');
    const endsBytes = 4 * header.entries;
    if (this.#names.length !== endsBytes + header.nameBytes) throw tooShortOrLong();
    const hashes = this.#hashes.view();
    if (hashes.length !== align(hashBytes(header), 4)) throw tooShortOrLong();
    if (toHex(this.#digest.digest()) !== header.sha256) throw broken('its hashes or names do not give its SHA-256');
    const bytes = this.#names.view();
    const names: Names = {
      length: header.entries,
      text: bytes.subarray(endsBytes),
      ends: new Uint32Array(bytes.buffer, bytes.byteOffset, header.entries),
    };
    if (!areNames(names)) throw broken('its names cannot be read');
    const entries = new Entries(hashes.subarray(0, hashBytes(header)), header.bits / 8, names);
    const list = new HashList(header, entries);
    if (list.root !== header.root) throw broken('its hashes do not give the root in its header');
    return { list, bad: new BadLines(), left: new BadLines(), notes: [] };
  }
}

const tooShortOrLong = (): UserError => broken('it is not as long as its header says');
const hashBytes = ({ bits, entries }: Header): number => (bits / 8) * entries;

/** Whether the names are contiguous up to the end, and each is valid UTF-8. */
function areNames({ text, ends, length }: Names): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for (let at = 0; at < text.length; at += 2 ** 20)
      decoder.decode(text.subarray(at, at + 2 ** 20), { stream: at + 2 ** 20 < text.length });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
  for (let i = 0, from = 0; i < length; i++) {
    const end = ends[i]!;
    // A UTF-8 continuation byte here would mean that the next name starts inside a character.
    if (end < from || end > text.length || (end < text.length && (text[end]! & 0xc0) === 0x80)) return false;
    from = end;
  }
  return (length === 0 ? 0 : ends[length - 1]) === text.length;
}

interface Header {
  name: string;
  algorithm: string;
  bits: number;
  detector?: ListDetector;
  version: number;
  entries: number;
  nameBytes: number;
  sha256: string;
  root: string;
}

/** Whether a header's member states a detector whose entries have so many bits. */
function isDetector(value: unknown, bits: number): value is ListDetector {
  if (typeof value !== 'object' || value === null) return false;
  const { sha256, dimensions, ...others } = value as Record<string, unknown>;
  const isDigest = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  return isDigest && Object.keys(others).length === 0 && (dimensions === undefined || dimensions === bits / 32);
}

function parseHeader(bytes: Uint8Array): Header {
  try {
    const header = JSON.parse(fromUtf8(bytes)) as Header;
    const fits =
      Number.isInteger(header.bits) &&
      header.bits > 0 &&
      header.bits % 8 === 0 &&
      [header.entries, header.nameBytes].every((count) => Number.isInteger(count) && count >= 0 && count < 2 ** 32) &&
      [header.name, header.algorithm, header.sha256, header.root].every((text) => typeof text === 'string') &&
      (header.detector === undefined || isDetector(header.detector, header.bits)) &&
      Number.isInteger(header.version);
    if (fits) return header;
  } catch (error) {
    // Invalid UTF-8 or JSON leads to the one sentence below; so does a null header, which has no facts.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
  }
  throw broken('its header cannot be read');
}
