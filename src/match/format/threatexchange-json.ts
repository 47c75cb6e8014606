/**
 * ThreatExchange's API answer: an array, or `{data: […]}`, of `{id, indicator, type}`. Types are HASH_PDQ, HASH_MD5 and so on; a hash that
 * ThreatExchange does not know is written in the same manner. Descriptors, tags, owners and dates are dropped; entries of another type and
 * those to be deleted are counted as bad records.
 */
import { utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import type { ListFormat } from './format.ts';
import { headKeys, isObject, nameOf, parseJson } from './json.ts';
import { blank, clip, Gatherer, headOf, namedEntries, notUnicode, plainSignal } from './text.ts';

export const threatexchangeJson: ListFormat = {
  name: 'threatexchange-json',
  summary: 'answer of the ThreatExchange API: id, indicator and type',
  reference: 'https://developers.facebook.com/docs/threat-exchange/reference/apis/threat-updates',
  endings: ['.json'],
  unit: 'record',
  recognises(head) {
    const { array, keys } = headKeys(headOf(head));
    return array ? keys.has('indicator') : keys.has('data') && !keys.has('hashRecords');
  },
  read(bytes, facts) {
    const value = parseJson(bytes);
    const records = isObject(value) ? value.data : value;
    if (!Array.isArray(records))
      throw new UserError('Expected a JSON array, or an object with one under data, for a ThreatExchange list');
    const found = new Gatherer(facts, 'record');
    const wanted = plainSignal(facts.algorithm);
    records.forEach((record: unknown, i) => {
      if (!isObject(record) || typeof record.indicator !== 'string') found.bad(i + 1, 'no indicator');
      else if (typeof record.type !== 'string') found.bad(i + 1, 'no type');
      else if (plainSignal(record.type) !== wanted) found.bad(i + 1, `other type: ${clip(record.type)}`);
      else if (record.should_delete === true) found.bad(i + 1, 'deleted by its owner');
      else found.add(i + 1, record.indicator, nameOf(record.id));
    });
    const more = isObject(value) && isObject(value.paging) && nameOf(value.paging.next) !== '';
    return found.list(more ? ['this is one page of several: paging.next names another'] : []);
  },
  write(list) {
    const type = `HASH_${list.algorithm.toUpperCase()}`;
    const data = namedEntries(list, this.name, [blank, notUnicode]).map(({ id, hash }) => ({
      id,
      indicator: toHex(hash),
      type,
    }));
    return utf8(`${JSON.stringify({ data })}\n`);
  },
};
