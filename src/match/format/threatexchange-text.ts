/**
 * The input of python-threatexchange's local_file exchange: `<signal_type> <hash>` per line. It does not store names: they are dropped on
 * writing (`presend list export` reports this), and entries are called line-1, line-2, … on reading.
 */
import { headOf } from './encoding.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { shapeOf } from './shape.ts';
import { lineTaker, plainSignal, textReader } from './text.ts';
import { textPieces } from './writing.ts';

const lineForm = /^(\S+)[ \t]+(\S+)$/;

export const threatexchangeText = listFormat({
  name: 'threatexchange-text',
  summary: 'one type and hash per line, without names: the local file of python-threatexchange',
  reference: 'ThreatExchange, python-threatexchange: exchanges/impl/file_api.py',
  endings: ['.txt'],
  nameless: true,
  recognises: (head) => shapeOf(headOf(head))?.kind === 'typed',
  reader(facts) {
    const found = new Gatherer(facts, 'line');
    const wanted = plainSignal(facts.algorithm);
    const take = lineTaker((raw, line) => {
      const text = raw.trim();
      if (text === '' || text.startsWith('#')) return undefined;
      const [, type, digits] = lineForm.exec(text) ?? [];
      if (type === undefined || digits === undefined) found.bad(line, 'not a type and a hash');
      else if (plainSignal(type) !== wanted) found.otherType(line, type);
      else found.add(line, digits, '');
      return undefined;
    }, found.bad);
    return textReader({ take, gathered: () => found.gathered() });
  },
  pieces(list) {
    // The one type of digests that python-threatexchange has.
    const type = list.algorithm === 'md5' ? 'video_md5' : list.algorithm;
    return textPieces(list, (_, digits) => `${type} ${digits}\n`);
  },
});
