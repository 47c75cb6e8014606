/**
 * The project's own list file. Little-endian, in this order: "PSNDLIST", u32 format version 1, u32 header length, header (JSON: name,
 * algorithm, bits, version, entries, root, ids), padding to 64 bytes, then the packed hashes: fixed offsets, so that it can be mapped.
 */
import { concatBytes, equalBytes, fromUtf8, utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { hashList } from '../hash-list.ts';
import type { ListFormat } from './format.ts';

const magic = utf8('PSNDLIST');
const align = (offset: number): number => Math.ceil(offset / 64) * 64;
const broken = (why: string): UserError => new UserError(`Expected a presend list file but ${why}; get it again`);

export const binary: ListFormat = {
  name: 'binary',
  summary: 'the project’s own file, with version, names and Merkle root',
  reference: 'this file',
  endings: ['.presend'],
  recognises: (head) => equalBytes(head.subarray(0, 8), magic),
  read(bytes) {
    if (bytes.length < 16 || !equalBytes(bytes.subarray(0, 8), magic)) throw broken('it does not begin like one');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(8, true) !== 1) throw broken(`its format version is ${view.getUint32(8, true)}, not 1`);
    const headerEnd = 16 + view.getUint32(12, true);
    if (headerEnd > bytes.length) throw broken('it ends inside its header');
    const header = parseHeader(bytes.subarray(16, headerEnd));
    const start = align(headerEnd);
    const width = header.bits / 8;
    if (bytes.length !== start + width * header.ids.length) throw broken('it is not as long as its header says');
    const list = hashList(
      { name: header.name, algorithm: header.algorithm, bits: header.bits, version: header.version },
      header.ids.map((id, i) => ({ id, hash: bytes.slice(start + i * width, start + (i + 1) * width) })),
    );
    if (list.root !== header.root) throw broken('its hashes do not give the root in its header');
    return { list, bad: [] };
  },
  write(list) {
    const { name, algorithm, bits, version, root } = list;
    const header = utf8(
      JSON.stringify({ name, algorithm, bits, version, root, ids: list.entries.map(({ id }) => id) }),
    );
    const head = new Uint8Array(16);
    head.set(magic);
    new DataView(head.buffer).setUint32(8, 1, true);
    new DataView(head.buffer).setUint32(12, header.length, true);
    return concatBytes(head, header, new Uint8Array(align(16 + header.length) - 16 - header.length), list.packed);
  },
};

interface Header {
  name: string;
  algorithm: string;
  bits: number;
  version: number;
  root: string;
  ids: string[];
}

function parseHeader(bytes: Uint8Array): Header {
  try {
    const header = JSON.parse(fromUtf8(bytes)) as Header;
    const fits =
      Number.isInteger(header.bits) &&
      header.bits > 0 &&
      header.bits % 8 === 0 &&
      Array.isArray(header.ids) &&
      header.ids.every((id) => typeof id === 'string') &&
      [header.name, header.algorithm, header.root].every((text) => typeof text === 'string') &&
      Number.isInteger(header.version);
    if (fits) return header;
  } catch {
    // Falls through to the one sentence below.
  }
  throw broken('its header cannot be read');
}
