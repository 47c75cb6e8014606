/**
 * StopNCII's FetchHashes answer: `{count, nextPageToken, nextSetTimestamp, hashRecords}`. An entry's name is its case number, or all of
 * them separated by spaces; times, feedback and the state of each case are dropped. A withdrawn or deleted hash is removed at all
 * positions. Such records and those of another type are counted. A written record is Active, at time 0.
 */
import { UserError } from '../../util/errors.ts';
import { headOf } from './encoding.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { headKeys, isObject, jsonReader, nameOf } from './json.ts';
import { plainSignal } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

export const stopnciiJson = listFormat({
  name: 'stopncii-json',
  summary: 'answer of the StopNCII API: hashes with case numbers',
  reference: 'ThreatExchange, python-threatexchange: exchanges/clients/stopncii/api.py',
  endings: ['.json'],
  unit: 'record',
  recognises(head) {
    const { array, keys } = headKeys(headOf(head));
    return keys.has('hashValue') || (!array && keys.has('hashRecords'));
  },
  reader(facts) {
    const found = new Gatherer(facts, 'record', 'stopncii-json');
    const wanted = plainSignal(facts.algorithm);
    return jsonReader(
      {
        array: true,
        key: 'hashRecords',
        fields: ['hashValue', 'hashStatus', 'signalType'],
        bad: found.bad,
        wrong: () =>
          new UserError('Expected a JSON array, or an object with one under hashRecords, for a StopNCII list'),
      },
      (record, number) => {
        if (!isObject(record) || typeof record.hashValue !== 'string') return found.bad(number, 'no hashValue');
        const { hashValue: digits, signalType: type, hashStatus: status } = record;
        const id = casesOf(record.caseNumbers);
        if (typeof type !== 'string') found.bad(number, 'no signalType');
        else if (plainSignal(type) !== wanted) found.otherType(number, type);
        else if (typeof status === 'string' && /^(?:withdrawn|deleted)$/i.test(status))
          found.delete(number, { id, digits, reason: status.toLowerCase() });
        else found.add(number, digits, id);
      },
      (others) => {
        const more = others.get('hasMoreRecords') === true || nameOf(others.get('nextPageToken')) !== '';
        return found.gathered({ more: more ? 'this is one page of several: nextPageToken names another' : undefined });
      },
    );
  },
  pieces(list) {
    checkNames(list, this.name, [blank]);
    const record = (id: string, hashValue: string, i: number): string =>
      (i === 0 ? '' : ',') +
      JSON.stringify({
        lastModtimestamp: 0,
        // The one type of digests that the API has.
        signalType: list.algorithm === 'md5' ? 'VideoMD5' : `Image${list.algorithm.toUpperCase()}`,
        hashValue,
        hashStatus: 'Active',
        caseNumbers: { [id]: 'Active' },
        CSPFeedbacks: [],
      });
    const { length } = list.entries;
    const head = `{"count":${length},"nextPageToken":null,"nextSetTimestamp":0,"hasMoreRecords":false,"hashRecords":[`;
    return textPieces(list, record, head, ']}\n');
  },
});

/** Case numbers are keys with the state of each; older answers have a list of them. */
const casesOf = (cases: unknown): string =>
  Array.isArray(cases) ? cases.map(nameOf).join(' ') : isObject(cases) ? Object.keys(cases).join(' ') : nameOf(cases);
