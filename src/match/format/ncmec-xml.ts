/**
 * NCMEC's hash-sharing answer, version 2: `<queryResult>` with `<images>` and `<videos>` of records with a member, an id, a classification and
 * fingerprints by type. Fingerprints of the list's hash are read, an entry each; member, time, classification and feedback are dropped. Ids
 * are each member's own, so two members' entries may have one name. A record without such a fingerprint is counted as bad, and so is one
 * that is deleted: it takes every entry of its member and id out of the list, wherever in the document they stand. Written records have
 * member 0 and the time 1970-01-01, which stands for unknown.
 */
import { UserError } from '../../util/errors.ts';
import { listFormat } from './format.ts';
import { Gatherer, withNotes } from './gatherer.ts';
import { clip, headOf, plainSignal, textReader } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';
import { forbidden, type XmlElement, type XmlRecord, xmlTaker, xmlText } from './xml.ts';

const namespace = 'https://hashsharing.ncmec.org/hashsharing/v2';
const unknownTime = '1970-01-01T00:00:00Z';
const deleted = 'deleted';

const child = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((each) => each.name === name);

/** Which entries' records are deleted: a deletion may stand anywhere in the document, and ids are each member's own. */
class Deletions {
  readonly #members = new Map<string, number>();
  readonly #deleted = new Set<string>();
  /** Record number and member of every entry. */
  readonly #records: number[] = [];
  readonly #owners: number[] = [];

  #ownerOf(record: XmlElement): number {
    const id = child(record, 'member')?.attributes.get('id') ?? '';
    const known = this.#members.get(id);
    if (known !== undefined) return known;
    this.#members.set(id, this.#members.size);
    return this.#members.size - 1;
  }

  /** Notes that an entry was added from this record. An entry of a record without an id cannot be deleted. */
  entry(record: XmlElement, number: number, id: string): void {
    this.#records.push(number);
    this.#owners.push(id.trim() === '' ? -1 : this.#ownerOf(record));
  }

  delete(record: XmlElement, id: string): void {
    this.#deleted.add(`${this.#ownerOf(record)} ${id}`);
  }

  get any(): boolean {
    return this.#deleted.size > 0;
  }

  /** The record of an entry that is deleted. */
  recordOf(index: number, id: string): number | undefined {
    return this.#deleted.has(`${this.#owners[index]} ${id}`) ? this.#records[index] : undefined;
  }
}

export const ncmecXml = listFormat({
  name: 'ncmec-xml',
  summary: 'answer of NCMEC’s hash-sharing API, version 2',
  reference: 'https://report.cybertip.org/hashsharing/v2/documentation.pdf',
  endings: ['.xml'],
  unit: 'record',
  recognises: (head) => /^\s*(?:<\?xml[^>]{0,200}\?>)?\s*<(?:\w{1,20}:)?queryResult[\s/>]/.test(headOf(head)),
  reader(facts) {
    const wanted = plainSignal(facts.algorithm);
    const found = new Gatherer(facts, 'record');
    const deletions = new Deletions();
    let number = 0;
    let more = false;
    const each = ({ path, element }: XmlRecord): void => {
      if (path[1] === 'paging' && element.name === 'next' && element.text.trim() !== '') more = true;
      if (path[1] !== 'images' && path[1] !== 'videos') return;
      number++;
      const id = child(element, 'id')?.text ?? '';
      if (element.name.startsWith('deleted')) {
        deletions.delete(element, id);
        found.bad(number, deleted);
        return;
      }
      const prints = child(element, 'fingerprints')?.children ?? [];
      const mine = prints.filter(({ name }) => plainSignal(name) === wanted);
      for (const { text } of mine) if (found.add(number, text, id)) deletions.entry(element, number, id);
      const others = prints.map(({ name }) => name).join(', ') || 'none';
      if (mine.length === 0) found.bad(number, `no ${facts.algorithm} among its fingerprints: ${clip(others)}`);
    };
    return textReader({
      take: xmlTaker('queryResult', 3, each),
      list() {
        const read = deletions.any
          ? found.listWithout((index, id) => deletions.recordOf(index, id), deleted)
          : found.list();
        return withNotes(read, more ? ['this is one page of several: paging names the next'] : []);
      },
    });
  },
  pieces(list) {
    const type = list.algorithm.toLowerCase();
    if (!/^[a-z][a-z0-9-]*$/.test(type))
      throw new UserError(`Expected the name of a hash that is an XML name but received '${list.algorithm}'`);
    checkNames(list, this.name, [blank, [forbidden, 'a name without control characters']]);
    const record = (id: string, digits: string): string =>
      `<image><member id="0">presend</member><timestamp>${unknownTime}</timestamp><id>${xmlText(id)}</id>` +
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
