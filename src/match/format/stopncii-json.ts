/**
 * StopNCII's FetchHashes answer: `{count, nextPageToken, nextSetTimestamp, hashRecords}`. An entry's name is its case number, or all of them
 * with spaces between; times, feedback and the state of each case are dropped. Withdrawn and deleted hashes and those of another type are
 * counted as bad records. A written record is Active, at time 0.
 */
import { utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import type { ListFormat } from './format.ts';
import { headKeys, isObject, nameOf, parseJson } from './json.ts';
import { blank, clip, Gatherer, headOf, namedEntries, notUnicode, plainSignal } from './text.ts';

export const stopnciiJson: ListFormat = {
  name: 'stopncii-json',
  summary: 'answer of the StopNCII API: hashes with case numbers',
  reference: 'ThreatExchange, python-threatexchange: exchanges/clients/stopncii/api.py',
  endings: ['.json'],
  unit: 'record',
  recognises(head) {
    const { array, keys } = headKeys(headOf(head));
    return !array && keys.has('hashRecords');
  },
  read(bytes, facts) {
    const value = parseJson(bytes);
    if (!isObject(value) || !Array.isArray(value.hashRecords))
      throw new UserError('Expected a JSON object with an array hashRecords for a StopNCII list');
    const found = new Gatherer(facts, 'record');
    const wanted = plainSignal(facts.algorithm);
    value.hashRecords.forEach((record: unknown, i) => {
      if (!isObject(record) || typeof record.hashValue !== 'string') found.bad(i + 1, 'no hashValue');
      else if (typeof record.signalType !== 'string') found.bad(i + 1, 'no signalType');
      else if (plainSignal(record.signalType) !== wanted) found.bad(i + 1, `other type: ${clip(record.signalType)}`);
      else if (record.hashStatus === 'Withdrawn' || record.hashStatus === 'Deleted')
        found.bad(i + 1, record.hashStatus.toLowerCase());
      else found.add(i + 1, record.hashValue, casesOf(record.caseNumbers));
    });
    const more = value.hasMoreRecords === true || nameOf(value.nextPageToken) !== '';
    return found.list(more ? ['this is one page of several: nextPageToken names another'] : []);
  },
  write(list) {
    const hashRecords = namedEntries(list, this.name, [blank, notUnicode]).map(({ id, hash }) => ({
      lastModtimestamp: 0,
      signalType: `Image${list.algorithm.toUpperCase()}`,
      hashValue: toHex(hash),
      hashStatus: 'Active',
      caseNumbers: { [id]: 'Active' },
      CSPFeedbacks: [],
    }));
    const head = { count: hashRecords.length, nextPageToken: null, nextSetTimestamp: 0, hasMoreRecords: false };
    return utf8(`${JSON.stringify({ ...head, hashRecords })}\n`);
  },
};

/** Case numbers are keys with the state of each; older answers list them. */
const casesOf = (cases: unknown): string =>
  Array.isArray(cases) ? cases.map(nameOf).join(' ') : isObject(cases) ? Object.keys(cases).join(' ') : nameOf(cases);
