/**
 * Tech Against Terrorism's hash list: `{count, next, results: […]}` of `{id, hash_digest, algorithm, deleted}`, or one record per line. A
 * deleted record removes the record with its id or its hash. Of two records with one id, the later one applies. Ideology, file type and
 * dates are dropped. Ids are whole numbers: a written record has its index as its id, and the entry's name under `name`.
 */
import { UserError } from '../../util/errors.ts';
import { headOf } from './encoding.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { headKeys, isObject, jsonReader, nameOf } from './json.ts';
import { plainSignal } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

export const tatJson = listFormat({
  name: 'tat-json',
  summary: 'answer of Tech Against Terrorism’s hash list API: digests with their algorithm',
  reference: 'ThreatExchange, python-threatexchange: exchanges/clients/techagainstterrorism/api.py',
  endings: ['.json'],
  unit: 'record',
  recognises(head) {
    const { array, keys } = headKeys(headOf(head));
    return (
      keys.has('hash_digest') || (!array && keys.has('results') && !keys.has('hashRecords') && !keys.has('indicator'))
    );
  },
  reader(facts) {
    const found = new Gatherer(facts, 'record', 'tat-json');
    const wanted = plainSignal(facts.algorithm);
    return jsonReader(
      {
        array: true,
        key: 'results',
        fields: ['hash_digest', 'algorithm'],
        bad: found.bad,
        wrong: () =>
          new UserError(
            'Expected a JSON array, or an object with one under results, for a list of Tech Against Terrorism',
          ),
      },
      (record, number) => {
        if (!isObject(record)) return found.bad(number, 'no hash_digest');
        const { hash_digest: digits, algorithm } = record;
        const id = nameOf(record.id);
        if (typeof algorithm === 'string' && plainSignal(algorithm) !== wanted) found.otherType(number, algorithm);
        else if (record.deleted === true)
          found.delete(number, { id, ...(typeof digits === 'string' ? { digits } : {}) });
        else if (typeof digits !== 'string') found.bad(number, 'no hash_digest');
        else if (typeof algorithm !== 'string') found.bad(number, 'no algorithm');
        else {
          const name = nameOf(record.name);
          found.add(number, digits, name === '' ? id : name, { owner: name === '' ? '' : undefined });
        }
      },
      (others) => {
        const more = nameOf(others.get('next')) !== '';
        return found.gathered({ more: more ? 'this is one page of several: next names another' : undefined });
      },
    );
  },
  pieces(list) {
    checkNames(list, this.name, [blank]);
    const algorithm = list.algorithm.toUpperCase();
    const record = (name: string, digest: string, i: number): string =>
      (i === 0 ? '' : ',') + JSON.stringify({ id: i + 1, hash_digest: digest, algorithm, deleted: false, name });
    const head = `{"count":${list.entries.length},"next":null,"previous":null,"results":[`;
    return textPieces(list, record, head, ']}\n');
  },
});
