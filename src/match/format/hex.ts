/** Plain text: one hex hash a line, `hash` or `hash,metadata`, `hash=` before it allowed; blank lines and # comments are skipped. */
import { utf8 } from '../../util/bytes.ts';
import { toHex } from '../../util/hex.ts';
import { looksLikeExchangeCsv } from './exchange-csv.ts';
import type { ListFormat } from './format.ts';
import { Gatherer, headOf, namedEntries, notUnicode, textOf } from './text.ts';

export const hex: ListFormat = {
  name: 'hex',
  summary: 'one hexadecimal hash a line, with an optional name after a comma',
  reference: 'the text that ThreatExchange’s PDQ tools read and write',
  endings: ['.txt', '.hex', '.dat'],
  recognises(head) {
    const text = headOf(head);
    const first = text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '' && !line.startsWith('#'));
    return first !== undefined && /^(hash=)?[0-9a-f]{8,}\s*(,|$)/i.test(first) && !looksLikeExchangeCsv(text);
  },
  read(bytes, facts) {
    const found = new Gatherer(facts, 'line');
    const text = textOf(bytes);
    for (let at = 0, line = 1; at < text.length; line++) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      const raw = text.slice(at, end).trim();
      at = end + 1;
      if (raw === '' || raw.startsWith('#')) continue;
      const comma = raw.indexOf(',');
      const first = comma < 0 ? raw : raw.slice(0, comma).trimEnd();
      const digits = /^hash=/i.test(first) ? first.slice(5) : first;
      found.add(line, digits, comma < 0 ? '' : raw.slice(comma + 1).trim());
    }
    return found.list();
  },
  write(list) {
    const lines = namedEntries(list, this.name, [notUnicode]).map(
      (entry) => `${toHex(entry.hash)},${entry.id.replaceAll(/[\r\n]/g, ' ')}\n`,
    );
    // A comment, which the CSV formats do not have, keeps a name such as `1,2020-01-01,x` from being taken for their columns.
    return utf8((looksLikeExchangeCsv(lines[0] ?? '') ? '# hash,name\n' : '') + lines.join(''));
  },
};
