/** Choosing what to send: a picture of the demo, or a file of the user's own. */

import type { DemoPicture } from '../../../client/demo/picture.ts';
import { containerOf } from '../../../image/signatures.ts';
import { isVideo } from '../../../video/container.ts';
import { element } from '../dom.ts';

/** The largest accepted picture: larger than phones send, and small enough to fit into a packet twice. */
const mostBytes = 12e6;
/** The largest accepted clip, which stays in the page. */
const mostClipBytes = 64e6;

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
  /** A clip of the user. */
  clip(name: string, bytes: DemoPicture['bytes']): void;
  /** The animation of the demo is asked for. */
  sample(): void;
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
    const isClip = isVideo(new Uint8Array(await file.slice(0, 4096).arrayBuffer()));
    const most = isClip ? mostClipBytes : mostBytes;
    if (file.size > most) return chosen.problem(`${file.name} has ${file.size} bytes; the limit is ${most}`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (isClip) return chosen.clip(file.name, bytes);
    if (containerOf(bytes) === undefined)
      return chosen.problem(`${file.name} is no picture that the demo can read; the choice has not changed`);
    chosen.own(file.name, bytes);
  };
  const input = element('input', { type: 'file', id: 'own', accept: 'image/*,video/*' });
  input.addEventListener('change', () => {
    void take(input.files?.[0]);
    // The same file can be chosen again.
    input.value = '';
  });
  const drop = element('div', { class: 'drop', id: 'drop' }, [
    element('label', { for: 'own' }, [
      'Or drop your own picture, animation or short clip here: this page scans it, and sends what the strategy sends. ',
    ]),
    input,
    element('button', { type: 'button', class: 'copy', id: 'sample-animation' }, ['or take an animation of the demo'], {
      onclick: () => chosen.sample(),
    }),
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
