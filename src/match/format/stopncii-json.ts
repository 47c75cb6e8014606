/**
 * StopNCII's FetchHashes answer: `{count, nextPageToken, nextSetTimestamp, hashRecords}`. An entry's name is its case number, or all of them
 * with spaces between; times, feedback and the state of each case are dropped. Withdrawn and deleted hashes and those of another type are
 * counted as bad records. A written record is Active, at time 0.
 */
import { UserError } from '../../util/errors.ts';
import { listFormat } from './format.ts';
import { Gatherer, withNotes } from './gatherer.ts';
import { headKeys, isObject, jsonReader, nameOf } from './json.ts';
import { clip, headOf, plainSignal } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

export const stopnciiJson = listFormat({
  name: 'stopncii-json',
  summary: 'answer of the StopNCII API: hashes with case numbers',
  reference: 'ThreatExchange, python-threatexchange: exchanges/clients/stopncii/api.py',
  endings: ['.json'],
  unit: 'record',
  recognises(head) {
    const { array, keys } = headKeys(headOf(head));
    return !array && keys.has('hashRecords');
  },
  reader(facts) {
    const found = new Gatherer(facts, 'record');
    const wanted = plainSignal(facts.algorithm);
    return jsonReader(
      {
        array: false,
        key: 'hashRecords',
        wrong: () => new UserError('Expected a JSON object with an array hashRecords for a StopNCII list'),
      },
      (record, number) => {
        if (!isObject(record) || typeof record.hashValue !== 'string') found.bad(number, 'no hashValue');
        else if (typeof record.signalType !== 'string') found.bad(number, 'no signalType');
        else if (plainSignal(record.signalType) !== wanted) found.bad(number, `other type: ${clip(record.signalType)}`);
        else if (record.hashStatus === 'Withdrawn' || record.hashStatus === 'Deleted')
          found.bad(number, record.hashStatus.toLowerCase());
        else found.add(number, record.hashValue, casesOf(record.caseNumbers));
      },
      (others) => {
        const more = others.get('hasMoreRecords') === true || nameOf(others.get('nextPageToken')) !== '';
        return withNotes(found.list(), more ? ['this is one page of several: nextPageToken names another'] : []);
      },
    );
  },
  pieces(list) {
    checkNames(list, this.name, [blank]);
    const record = (id: string, hashValue: string, i: number): string =>
      (i === 0 ? '' : ',') +
      JSON.stringify({
        lastModtimestamp: 0,
        signalType: `Image${list.algorithm.toUpperCase()}`,
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

/** Case numbers are keys with the state of each; older answers list them. */
const casesOf = (cases: unknown): string =>
  Array.isArray(cases) ? cases.map(nameOf).join(' ') : isObject(cases) ? Object.keys(cases).join(' ') : nameOf(cases);
