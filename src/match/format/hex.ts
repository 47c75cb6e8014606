/** Plain text: one hex hash a line, `hash` or `hash,metadata`, `hash=` before it allowed; blank lines and # comments are skipped. */
import { fromUtf8, utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { hashList, type ListEntry } from '../hash-list.ts';
import type { BadLine, ListFormat } from './format.ts';

export const hex: ListFormat = {
  name: 'hex',
  summary: 'one hexadecimal hash a line, with an optional name after a comma',
  reference: 'the text that ThreatExchange’s PDQ tools read and write',
  endings: ['.txt', '.hex', '.dat'],
  recognises(head) {
    const lines = latin1(head).split('\n');
    const first = lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#'));
    return first !== undefined && /^(hash=)?[0-9a-f]{8,}\s*(,|$)/i.test(first);
  },
  read(bytes, facts) {
    const entries: ListEntry[] = [];
    const bad: BadLine[] = [];
    textOf(bytes)
      .split('\n')
      .forEach((raw, index) => {
        const text = raw.trim();
        if (text === '' || text.startsWith('#')) return;
        const [first = '', ...rest] = text.split(',');
        const digits = first.trim().replace(/^hash=/i, '');
        if (!/^[0-9a-f]+$/i.test(digits)) bad.push({ line: index + 1, reason: 'not a hexadecimal hash' });
        else if (digits.length * 4 !== facts.bits)
          bad.push({ line: index + 1, reason: `${digits.length * 4} bits where ${facts.algorithm} has ${facts.bits}` });
        else entries.push({ id: rest.join(',').trim() || `line-${index + 1}`, hash: fromHex(digits) });
      });
    return { list: hashList(facts, entries), bad };
  },
  write: (list) =>
    utf8(list.entries.map((entry) => `${toHex(entry.hash)},${entry.id.replaceAll(/[\r\n]/g, ' ')}\n`).join('')),
};

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 1024));

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw new UserError('Expected UTF-8 text for a hash list but the file holds other bytes; name its --format');
  }
}
