/**
 * ThreatExchange's API answer: an array, or `{data: […]}`, of `{id, indicator, type}`, or one record per line. Types are HASH_PDQ, HASH_MD5
 * and so on; a hash that ThreatExchange does not know is written in the same way. A record with `should_delete` removes the record with its
 * id, or with its type and hash. So does a record with `should_delete` false and no descriptors, which Meta's client also treats as deleted
 * (github.com/facebook/ThreatExchange, issue 834). Of two records with one id, the later one applies. Descriptors, tags, owners and dates
 * are dropped. Ids are whole numbers in Meta's client: if names are not, or not unique, an entry's id is its index, and its name is a tag
 * `name=` of a descriptor, from which it is read back.
 */
import { UserError } from '../../util/errors.ts';
import { namesDiffer } from '../distinct.ts';
import { headOf } from './encoding.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { headKeys, isObject, type JsonObject, jsonReader, nameOf } from './json.ts';
import { plainSignal } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

const nameTag = 'name=';

/** The name among the tags of a record's descriptors, or undefined. */
function taggedName({ descriptors }: JsonObject): string | undefined {
  if (!isObject(descriptors) || !Array.isArray(descriptors.data)) return undefined;
  for (const descriptor of descriptors.data as unknown[]) {
    const tags: unknown = isObject(descriptor) ? descriptor.tags : undefined;
    const tag = Array.isArray(tags)
      ? tags.find((each) => typeof each === 'string' && each.startsWith(nameTag))
      : undefined;
    if (tag !== undefined) return (tag as string).slice(nameTag.length);
  }
  return undefined;
}

/** Why a record is a deletion; otherwise undefined. */
function deletionOf({ should_delete: deleted, descriptors }: JsonObject): string | undefined {
  if (deleted === true || deleted === 'true' || deleted === 1) return 'deleted by its owner';
  const none =
    descriptors === undefined ||
    (isObject(descriptors) && Array.isArray(descriptors.data) && descriptors.data.length === 0);
  return deleted === false && none ? 'deleted: it has no descriptors' : undefined;
}

export const threatexchangeJson = listFormat({
  name: 'threatexchange-json',
  summary: 'answer of the ThreatExchange API: id, indicator and type, in pages or one record per line',
  reference: 'https://developers.facebook.com/docs/threat-exchange/reference/apis/threat-updates',
  endings: ['.json'],
  unit: 'record',
  recognises(head) {
    const { array, empty, keys } = headKeys(headOf(head));
    return (
      empty ||
      keys.has('indicator') ||
      keys.has('should_delete') ||
      (!array && keys.has('data') && !keys.has('hashRecords') && !keys.has('results'))
    );
  },
  reader(facts) {
    const found = new Gatherer(facts, 'record', 'threatexchange-json');
    const wanted = plainSignal(facts.algorithm);
    return jsonReader(
      {
        array: true,
        key: 'data',
        fields: ['indicator', 'should_delete', 'type'],
        bad: found.bad,
        wrong: () =>
          new UserError('Expected a JSON array, or an object with one under data, for a ThreatExchange list'),
      },
      (record, number) => {
        if (!isObject(record)) return found.bad(number, 'no indicator');
        const { indicator, type } = record;
        const id = nameOf(record.id);
        const reason = deletionOf(record);
        if (typeof type === 'string' && plainSignal(type) !== wanted) found.otherType(number, type);
        else if (reason !== undefined)
          found.delete(number, { id, reason, ...(typeof indicator === 'string' ? { digits: indicator } : {}) });
        else if (typeof indicator !== 'string') found.bad(number, 'no indicator');
        else if (typeof type !== 'string') found.bad(number, 'no type');
        else {
          const name = taggedName(record);
          // The id of such a record is its index in one file.
          found.add(number, indicator, name ?? id, { owner: name === undefined ? '' : undefined });
        }
      },
      (others) => {
        const paging = others.get('paging');
        const more = isObject(paging) && nameOf(paging.next) !== '';
        return found.gathered({ more: more ? 'this is one page of several: paging.next names another' : undefined });
      },
    );
  },
  pieces(list) {
    checkNames(list, this.name, [blank]);
    const { names } = list.entries;
    let numbered = !namesDiffer(names);
    for (let i = 0; !numbered && i < names.length; i++) numbered = !/^\d{1,19}$/.test(list.entries.idAt(i));
    const type = `HASH_${list.algorithm.toUpperCase()}`;
    const record = (name: string, indicator: string, i: number): string => {
      const id = numbered ? String(i + 1) : name;
      const tags = numbered ? [nameTag + name] : [];
      const descriptor = { id, owner: { id: '0' }, status: 'UNKNOWN', added_on: '1970-01-01T00:00:00+0000', tags };
      const value = { id, indicator, type, last_updated: 0, should_delete: false, descriptors: { data: [descriptor] } };
      return (i === 0 ? '' : ',') + JSON.stringify(value);
    };
    return textPieces(list, record, '{"data":[', ']}\n');
  },
});
