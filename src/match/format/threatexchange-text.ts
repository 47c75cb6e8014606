/**
 * What python-threatexchange's local_file exchange reads: `<signal_type> <hash>` a line. It has no place for names: they are dropped on
 * writing (`presend list export` says so), and entries are called line-1, line-2, … on reading.
 */
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { clip, headOf, lineTaker, plainSignal, textReader } from './text.ts';
import { textPieces } from './writing.ts';

const lineForm = /^(\S+)[ \t]+(\S+)$/;

export const threatexchangeText = listFormat({
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
  reader(facts) {
    const found = new Gatherer(facts, 'line');
    const wanted = plainSignal(facts.algorithm);
    const take = lineTaker((raw, line) => {
      const text = raw.trim();
      if (text === '') return;
      const [, type, digits] = lineForm.exec(text) ?? [];
      if (type === undefined || digits === undefined) found.bad(line, 'not a type and a hash');
      else if (plainSignal(type) !== wanted) found.bad(line, `other type: ${clip(type)}`);
      else found.add(line, digits, '');
    }, found.bad);
    return textReader({ take, list: () => found.list() });
  },
  pieces: (list) => textPieces(list, (_, digits) => `${list.algorithm} ${digits}\n`),
});
