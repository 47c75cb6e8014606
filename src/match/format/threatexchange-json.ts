/**
 * ThreatExchange's API answer: an array, or `{data: […]}`, of `{id, indicator, type}`. Types are HASH_PDQ, HASH_MD5 and so on; a hash that
 * ThreatExchange does not know is written in the same manner. Descriptors, tags, owners and dates are dropped; entries of another type and
 * those to be deleted are counted as bad records.
 */
import { UserError } from '../../util/errors.ts';
import { listFormat } from './format.ts';
import { Gatherer, withNotes } from './gatherer.ts';
import { headKeys, isObject, jsonReader, nameOf } from './json.ts';
import { clip, headOf, plainSignal } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

export const threatexchangeJson = listFormat({
  name: 'threatexchange-json',
  summary: 'answer of the ThreatExchange API: id, indicator and type',
  reference: 'https://developers.facebook.com/docs/threat-exchange/reference/apis/threat-updates',
  endings: ['.json'],
  unit: 'record',
  recognises(head) {
    const { array, keys } = headKeys(headOf(head));
    return array ? keys.has('indicator') : keys.has('data') && !keys.has('hashRecords');
  },
  reader(facts) {
    const found = new Gatherer(facts, 'record');
    const wanted = plainSignal(facts.algorithm);
    return jsonReader(
      {
        array: true,
        key: 'data',
        wrong: () =>
          new UserError('Expected a JSON array, or an object with one under data, for a ThreatExchange list'),
      },
      (record, number) => {
        if (!isObject(record) || typeof record.indicator !== 'string') found.bad(number, 'no indicator');
        else if (typeof record.type !== 'string') found.bad(number, 'no type');
        else if (plainSignal(record.type) !== wanted) found.bad(number, `other type: ${clip(record.type)}`);
        else if (record.should_delete === true) found.bad(number, 'deleted by its owner');
        else found.add(number, record.indicator, nameOf(record.id));
      },
      (others) => {
        const paging = others.get('paging');
        const more = isObject(paging) && nameOf(paging.next) !== '';
        return withNotes(found.list(), more ? ['this is one page of several: paging.next names another'] : []);
      },
    );
  },
  pieces(list) {
    checkNames(list, this.name, [blank]);
    const type = `HASH_${list.algorithm.toUpperCase()}`;
    const record = (id: string, indicator: string, i: number): string =>
      (i === 0 ? '' : ',') + JSON.stringify({ id, indicator, type });
    return textPieces(list, record, '{"data":[', ']}\n');
  },
});
