/**
 * NCMEC's hash-sharing answer, version 2: `<queryResult>` with `<images>` and `<videos>` of records with a member, an id, a classification
 * and fingerprints by type. Each fingerprint of the list's hash becomes an entry; member, time, classification and feedback are dropped.
 * Ids are unique per member, so entries of two members can have the same name. Of two records with the same member and id, the later one
 * applies. Records without such a fingerprint are counted. A deleted record is counted too, and removes every entry of its member and id,
 * at any position in the document; pages can be concatenated in one file. Written records have member 0 and the time 1970-01-01, which
 * means unknown; if names are not unique, each record has its own member.
 */
import { UserError } from '../../util/errors.ts';
import { namesDiffer } from '../distinct.ts';
import { headOf } from './encoding.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { clip, plainSignal, textReader } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';
import { forbidden, type XmlElement, type XmlRecord, xmlTaker, xmlText } from './xml.ts';

const namespace = 'https://hashsharing.ncmec.org/hashsharing/v2';
const unknownTime = '1970-01-01T00:00:00Z';

const child = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((each) => each.name === name);

export const ncmecXml = listFormat({
  name: 'ncmec-xml',
  summary: 'answer of NCMEC’s hash-sharing API, version 2',
  reference: 'https://report.cybertip.org/hashsharing/v2/documentation.pdf',
  endings: ['.xml'],
  unit: 'record',
  recognises: (head) => /^\s*(?:<\?xml[^>]{0,200}\?>)?\s*<(?:\w{1,20}:)?queryResult[\s/>]/.test(headOf(head)),
  reader(facts) {
    const wanted = plainSignal(facts.algorithm);
    const found = new Gatherer(facts, 'record', 'ncmec-xml');
    let number = 0;
    let more = false;
    const each = ({ path, element, first }: XmlRecord): void => {
      // The last page says whether another follows.
      if (first) more = false;
      if (path[1] === 'paging' && element.name === 'next' && element.text.trim() !== '') more = true;
      if (path[1] !== 'images' && path[1] !== 'videos') return;
      number++;
      const id = child(element, 'id')?.text ?? '';
      const owner = child(element, 'member')?.attributes.get('id') ?? '';
      if (element.name.startsWith('deleted')) {
        found.delete(number, { owner, id });
        return;
      }
      const prints = child(element, 'fingerprints')?.children ?? [];
      const mine = prints.filter(({ name }) => plainSignal(name) === wanted);
      for (const { name, text } of prints)
        if (plainSignal(name) !== wanted && text.trim() !== '') found.countOther(name);
      for (const { text } of mine) found.add(number, text, id, { owner });
      const others = prints.map(({ name }) => name).join(', ') || 'none';
      if (mine.length === 0)
        found.empty(number, owner, id, `no ${facts.algorithm} among its fingerprints: ${clip(others)}`);
    };
    return textReader({
      take: xmlTaker('queryResult', 3, each),
      gathered: () => found.gathered({ more: more ? 'this is one page of several: paging names the next' : undefined }),
    });
  },
  pieces(list) {
    const type = list.algorithm.toLowerCase();
    if (!/^[a-z][a-z0-9-]*$/.test(type))
      throw new UserError(`Expected the name of a hash that is an XML name but received '${list.algorithm}'`);
    checkNames(list, this.name, [blank, [forbidden, 'a name without control characters']]);
    const same = namesDiffer(list.entries.names);
    const record = (id: string, digits: string, i: number): string =>
      `<image><member id="${same ? 0 : i + 1}">presend</member><timestamp>${unknownTime}</timestamp><id>${xmlText(id)}</id>` +
      `<fingerprints><${type}>${digits}</${type}></fingerprints></image>\n`;
    return textPieces(
      list,
      record,
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<queryResult xmlns="${namespace}">\n` +
        `<images count="${list.entries.length}" maxTimestamp="${unknownTime}">\n`,
      '</images>\n</queryResult>\n',
    );
  },
});
