/** Plain text: one hex hash a line, `hash` or `hash,metadata`, `hash=` before it allowed; blank lines and # comments are skipped. */
import { looksLikeExchangeCsv } from './exchange-csv.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { headOf, lineTaker, textReader } from './text.ts';
import { textPieces } from './writing.ts';

export const hex = listFormat({
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
  reader(facts) {
    const found = new Gatherer(facts, 'line');
    const take = lineTaker((text, line) => {
      const raw = text.trim();
      if (raw === '' || raw.startsWith('#')) return;
      const comma = raw.indexOf(',');
      const first = comma < 0 ? raw : raw.slice(0, comma).trimEnd();
      const digits = /^hash=/i.test(first) ? first.slice(5) : first;
      found.add(line, digits, comma < 0 ? '' : raw.slice(comma + 1).trim());
    }, found.bad);
    return textReader({ take, list: () => found.list() });
  },
  pieces(list) {
    const line = (id: string, digits: string): string => `${digits},${id.replaceAll(/[\r\n]/g, ' ')}\n`;
    // A comment, which the CSV formats do not have, keeps a name such as `1,2020-01-01,x` from being taken for their columns.
    const { entries } = list;
    const alike = entries.length > 0 && looksLikeExchangeCsv(line(entries.idAt(0), entries.hexAt(0)));
    return textPieces(list, line, alike ? '# hash,name\n' : '');
  },
});
