/** The visitor's own pictures: thumbnails to choose from, each with a switch that puts it on the list. They stay in this page. */

import { mostOwn } from '../../../client/demo/own-entries.ts';
import type { DemoPicture } from '../../../client/demo/picture.ts';
import { element } from '../dom.ts';
import { thumbnail } from './thumbnail.ts';

/** What the page does about own pictures. A rejection says in one sentence why it failed, and leaves everything as it was. */
interface OwnActions {
  /** The worker takes the picture. */
  add(picture: DemoPicture): Promise<void>;
  /** The picture goes on the list, or off it. */
  list(id: string, isOn: boolean): Promise<void>;
  remove(id: string): Promise<void>;
  /** Another picture was chosen; undefined if the chosen one was removed. */
  chosen(picture: DemoPicture | undefined): void;
}

/** Own pictures of one page. */
export interface OwnPictures {
  readonly box: HTMLFieldSetElement;
  readonly listed: readonly DemoPicture[];
  /** Adds and chooses a picture. Throws an Error if there are too many. */
  add(name: string, bytes: DemoPicture['bytes']): Promise<void>;
}

/** Builds the gallery, which is hidden while it is empty. `busy` runs a task and says why it failed. */
export function buildOwnPictures(actions: OwnActions, busy: (work: () => Promise<void>) => Promise<void>): OwnPictures {
  const pictures = new Map<string, DemoPicture>();
  let last = 0;
  const row = element('div', { class: 'own-row' });
  const box = element('fieldset', { class: 'own-pictures', id: 'own-pictures', hidden: true }, [
    element('legend', {}, ['Your own pictures']),
    row,
    element('p', { class: 'note' }, [
      `They stay in this tab, at most ${mostOwn}, until you close or reload it. Of a picture on the list, the server gets three hashes, for this session only: they end with it, half an hour after the last request or when you choose another strategy.`,
    ]),
  ]);
  const card = (id: string): HTMLElement => {
    const { topic: name, bytes } = pictures.get(id)!;
    const radio = element('input', { type: 'radio', name: 'picture', value: id, checked: true }, [], {
      onchange: () => actions.chosen(pictures.get(id)),
    });
    const onList = element('input', { type: 'checkbox', id: `list-${id}` }, [], {
      onchange: () =>
        void busy(async () => {
          const isOn = onList.checked;
          try {
            await actions.list(id, isOn);
          } catch (error) {
            onList.checked = !isOn;
            throw error;
          }
          pictures.set(id, { ...pictures.get(id)!, called: isOn ? 'listed' : 'innocent' });
        }),
    });
    const made = element('div', { class: 'own-card', 'data-own': id }, [
      element('label', { class: 'pick' }, [
        radio,
        thumbnail(`your picture ${name}`, 128, bytes).canvas,
        element('span', { class: 'own-name' }, [name]),
      ]),
      element('label', {}, [onList, ' put it on the list']),
      element('button', { type: 'button', class: 'copy', 'aria-label': `remove ${name}` }, ['remove'], {
        onclick: () =>
          void busy(async () => {
            await actions.remove(id);
            const wasChosen = radio.checked;
            pictures.delete(id);
            made.remove();
            box.hidden = pictures.size === 0;
            if (wasChosen) actions.chosen(undefined);
          }),
      }),
    ]);
    return made;
  };
  return {
    box,
    get listed() {
      return [...pictures.values()].filter(({ called }) => called === 'listed');
    },
    async add(name, bytes) {
      if (pictures.size >= mostOwn)
        throw new Error(`this page keeps ${mostOwn} pictures of yours; remove one of them first`);
      const picture: DemoPicture = { id: `own-${++last}`, topic: name, called: 'innocent', bytes };
      await actions.add(picture);
      pictures.set(picture.id, picture);
      row.append(card(picture.id));
      box.hidden = false;
      actions.chosen(picture);
    },
  };
}
