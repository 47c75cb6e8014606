/**
 * NCMEC's hash-sharing answer, version 2: `<queryResult>` with `<images>` and `<videos>` of records with a member, an id, a classification and
 * fingerprints by type. Fingerprints of the list's hash are read, an entry each; member, time, classification and feedback are dropped. Ids
 * are each member's own, so two members' entries may have one name. A record without such a fingerprint is counted as bad, and so is one
 * that is deleted: it takes every entry of its member and id out of the list, wherever in the document they stand. Written records have
 * member 0 and the time 1970-01-01, which stands for unknown.
 */
import { utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import type { ListFormat } from './format.ts';
import { blank, clip, Gatherer, headOf, namedEntries, notUnicode, plainSignal, textOf } from './text.ts';
import { forbidden, largestXml, type XmlElement, xmlRecords, xmlText } from './xml.ts';

const namespace = 'https://hashsharing.ncmec.org/hashsharing/v2';
const unknownTime = '1970-01-01T00:00:00Z';

const child = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((each) => each.name === name);

/** Which picture a record is about: ids are each member's own. */
const keyOf = (record: XmlElement): string =>
  JSON.stringify([child(record, 'member')?.attributes.get('id'), child(record, 'id')?.text]);

export const ncmecXml: ListFormat = {
  name: 'ncmec-xml',
  summary: 'answer of NCMEC’s hash-sharing API, version 2',
  reference: 'https://report.cybertip.org/hashsharing/v2/documentation.pdf',
  endings: ['.xml'],
  unit: 'record',
  recognises: (head) => /^\s*(?:<\?xml[^>]{0,200}\?>)?\s*<(?:\w{1,20}:)?queryResult[\s/>]/.test(headOf(head)),
  read(bytes, facts) {
    if (bytes.length > largestXml)
      throw new UserError(`Expected at most ${largestXml} bytes of XML but the file has ${bytes.length}; split it`);
    const text = textOf(bytes);
    const wanted = plainSignal(facts.algorithm);
    const found = new Gatherer(facts, 'record');
    const deleted = new Set<string>();
    // Most pages delete nothing, and need no reading beforehand.
    if (text.includes('deleted'))
      for (const { path, element } of xmlRecords(text, 'queryResult', 3))
        if (isRecord(path) && element.name.startsWith('deleted')) deleted.add(keyOf(element));
    let number = 0;
    let more = false;
    for (const { path, element } of xmlRecords(text, 'queryResult', 3)) {
      if (path[1] === 'paging' && element.name === 'next' && element.text.trim() !== '') more = true;
      if (!isRecord(path)) continue;
      number++;
      if (element.name.startsWith('deleted') || deleted.has(keyOf(element))) {
        found.bad(number, 'deleted');
        continue;
      }
      const prints = child(element, 'fingerprints')?.children ?? [];
      const mine = prints.filter(({ name }) => plainSignal(name) === wanted);
      for (const { text } of mine) found.add(number, text, child(element, 'id')?.text ?? '');
      const others = prints.map(({ name }) => name).join(', ') || 'none';
      if (mine.length === 0) found.bad(number, `no ${facts.algorithm} among its fingerprints: ${clip(others)}`);
    }
    return found.list(more ? ['this is one page of several: paging names the next'] : []);
  },
  write(list) {
    const type = list.algorithm.toLowerCase();
    if (!/^[a-z][a-z0-9-]*$/.test(type))
      throw new UserError(`Expected the name of a hash that is an XML name but received '${list.algorithm}'`);
    const records = namedEntries(list, this.name, [
      blank,
      notUnicode,
      [forbidden, 'a name without control characters'],
    ]).map(
      ({ id, hash }) =>
        `<image><member id="0">presend</member><timestamp>${unknownTime}</timestamp><id>${xmlText(id)}</id>` +
        `<fingerprints><${type}>${toHex(hash)}</${type}></fingerprints></image>\n`,
    );
    return utf8(
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<queryResult xmlns="${namespace}">\n` +
        `<images count="${records.length}" maxTimestamp="${unknownTime}">\n${records.join('')}</images>\n</queryResult>\n`,
    );
  },
};

const isRecord = ([, group]: readonly string[]): boolean => group === 'images' || group === 'videos';
