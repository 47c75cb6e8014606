/** Choosing what to send: a picture of the demo, or a file of the user's own. */

import type { DemoPicture } from '../../../client/demo/picture.ts';
import { containerOf } from '../../../image/signatures.ts';
import { element } from '../dom.ts';

/** The largest accepted file: larger than phones send, and small enough to fit into a packet twice. */
const mostBytes = 12e6;

const groups = [
  ['listed', 'On the curator’s list'],
  ['new', 'Target content that is on no list'],
  ['innocent', 'Everything else'],
] as const;

/** What the picker reports. */
interface Chosen {
  offered(picture: DemoPicture): void;
  /** A file of the user, which begins like a picture. */
  own(name: string, bytes: DemoPicture['bytes']): void;
  /** The reason why a file is invalid. */
  problem(sentence: string): void;
}

/** Builds the picker. */
export function buildPicker(pictures: readonly DemoPicture[], chosen: Chosen): HTMLElement[] {
  const radio = (picture: DemoPicture, first: boolean): HTMLElement =>
    element('label', { class: 'pick' }, [
      element('input', { type: 'radio', name: 'picture', value: picture.id, checked: first }, [], {
        onchange: () => chosen.offered(picture),
      }),
      element('img', {
        src: `/demo/pictures/${picture.id}`,
        alt: `${picture.topic}, ${picture.called}`,
        loading: 'lazy',
      }),
      picture.topic,
    ]);
  const fields = groups.map(([called, title]) =>
    element('fieldset', { class: 'gallery' }, [
      element('legend', {}, [title]),
      ...pictures.filter((each) => each.called === called).map((each) => radio(each, each === pictures[0])),
    ]),
  );
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > mostBytes) return chosen.problem(`${file.name} has ${file.size} bytes; the limit is ${mostBytes}`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (containerOf(bytes) === undefined)
      return chosen.problem(`${file.name} is no picture that the demo can read; the choice has not changed`);
    chosen.own(file.name, bytes);
  };
  const input = element('input', { type: 'file', id: 'own', accept: 'image/*' });
  input.addEventListener('change', () => {
    void take(input.files?.[0]);
    // The same file can be chosen again.
    input.value = '';
  });
  const drop = element('div', { class: 'drop', id: 'drop' }, [
    element('label', { for: 'own' }, [
      'Or drop your own picture here: this page scans it, and sends what the strategy sends. ',
    ]),
    input,
  ]);
  drop.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    void take(event.dataTransfer?.files[0]);
  });
  return [...fields, drop];
}
