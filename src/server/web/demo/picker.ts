/** Choosing what to send: a picture of the demo, or one of one's own. */

import type { DemoPicture } from '../../../client/demo/picture.ts';
import { element } from '../dom.ts';

/** What is chosen: a picture of the demo, or a file from this machine, which counts as innocent. */
export type Choice =
  | { readonly kind: 'offered'; readonly picture: DemoPicture }
  | { readonly kind: 'own'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** The largest file that is taken: more than phones send, and so that a packet holds it twice. */
const mostBytes = 12e6;

const groups = [
  ['listed', 'On the curator’s list'],
  ['new', 'Target content that is on no list'],
  ['innocent', 'Everything else'],
] as const;

/** Builds the picker; `chosen` is told of every choice, `problem` why a file is none. */
export function buildPicker(
  pictures: readonly DemoPicture[],
  chosen: (choice: Choice) => void,
  problem: (sentence: string) => void,
): HTMLElement[] {
  const radio = (picture: DemoPicture, first: boolean): HTMLElement =>
    element('label', { class: 'pick' }, [
      element('input', { type: 'radio', name: 'picture', value: picture.id, checked: first }, [], {
        onchange: () => chosen({ kind: 'offered', picture }),
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
    if (file.size > mostBytes) return problem(`${file.name} has ${file.size} bytes; the limit is ${mostBytes}`);
    for (const input of document.querySelectorAll<HTMLInputElement>('input[name=picture]')) input.checked = false;
    chosen({ kind: 'own', name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  };
  const input = element('input', { type: 'file', id: 'own', accept: 'image/*' });
  input.addEventListener('change', () => void take(input.files?.[0]));
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
