/**
 * What python-threatexchange's local_file exchange reads: `<signal_type> <hash>` a line. It has no place for names: they are dropped on
 * writing (`presend list export` says so), and entries are called line-1, line-2, … on reading.
 */
import { utf8 } from '../../util/bytes.ts';
import { toHex } from '../../util/hex.ts';
import type { ListFormat } from './format.ts';
import { clip, Gatherer, headOf, plainSignal, textOf } from './text.ts';

const lineForm = /^(\S+)[ \t]+(\S+)$/;

export const threatexchangeText: ListFormat = {
  name: 'threatexchange-text',
  summary: 'a type and a hash a line, without names: the local file of python-threatexchange',
  reference: 'ThreatExchange, python-threatexchange: exchanges/impl/file_api.py',
  endings: ['.txt'],
  nameless: true,
  recognises(head) {
    const first = headOf(head)
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '');
    return first !== undefined && /^[a-z][\w-]{0,39}[ \t]+[0-9a-f]{8,}$/i.test(first);
  },
  read(bytes, facts) {
    const found = new Gatherer(facts, 'line');
    const wanted = plainSignal(facts.algorithm);
    textOf(bytes)
      .split('\n')
      .forEach((raw, i) => {
        const text = raw.trim();
        if (text === '') return;
        const [, type, digits] = lineForm.exec(text) ?? [];
        if (type === undefined || digits === undefined) found.bad(i + 1, 'not a type and a hash');
        else if (plainSignal(type) !== wanted) found.bad(i + 1, `other type: ${clip(type)}`);
        else found.add(i + 1, digits, '');
      });
    return found.list();
  },
  write: (list) => utf8(list.entries.map(({ hash }) => `${list.algorithm} ${toHex(hash)}\n`).join('')),
};
