/** The sliders that edit a generated picture, and the meter that displays how far its hash moved. */
import { element } from '../dom.ts';
import { type EditName, type Edits, editSliders, noEdits } from './edits.ts';
import type { Measured } from './protocol.ts';

/** The editor of one page. */
interface Editor {
  readonly box: HTMLElement;
  /** Resets all sliders. */
  reset(): void;
  /** Displays a measurement. */
  show(measured: Measured): void;
}

/** End of the meter: hashes of unrelated pictures differ in about half of their bits. */
const end = 0.5;

/** Builds the editor. `changed` receives every movement, at most one at a time. */
export function buildEditor(changed: (edits: Edits) => void): Editor {
  const inputs = new Map<EditName, { readonly input: HTMLInputElement; readonly said: HTMLOutputElement }>();
  const rows = editSliders.map(({ name, label, rest, min, max, step, unit }) => {
    const said = element('output', { for: `edit-${name}` }, [`${rest}${unit}`]);
    const input = element('input', { type: 'range', id: `edit-${name}`, min, max, step, value: rest }, [], {
      oninput() {
        said.textContent = `${input.value}${unit}`;
        changed(current());
      },
    });
    inputs.set(name, { input, said });
    return element('label', {}, [label, input, said]);
  });
  const current = (): Edits =>
    Object.fromEntries([...inputs].map(([name, { input }]) => [name, Number(input.value)])) as Edits;
  const reset = (): void => {
    for (const { name, rest, unit } of editSliders) {
      inputs.get(name)!.input.value = String(rest);
      inputs.get(name)!.said.textContent = `${rest}${unit}`;
    }
  };
  const near = element('div', { class: 'near' });
  const at = element('div', { class: 'at' });
  const words = element('p', { id: 'distance', role: 'status' });
  const equal = element('p', { id: 'equality' });
  const image = element('img', { alt: 'the picture as it would be sent' });
  const box = element('div', { id: 'editor' }, [
    element('h2', {}, ['Edit it']),
    element('div', { class: 'edits' }, rows),
    element('div', { class: 'actions' }, [
      element('button', { type: 'button', class: 'button', id: 'reset' }, ['as it was'], {
        onclick() {
          reset();
          changed(noEdits);
        },
      }),
    ]),
    element('div', { class: 'preview' }, [
      image,
      element('div', { style: 'flex:1;min-width:0' }, [
        element('div', { class: 'meter', 'aria-hidden': true }, [near, at]),
        words,
        equal,
      ]),
    ]),
  ]);
  return {
    box,
    reset,
    show({ file, nearest, own, bits, threshold, equality }) {
      const share = (distance: number): string => `${Math.min(100, (100 * distance) / (bits * end))}%`;
      near.style.width = share(threshold);
      at.style.left = share(nearest ?? bits);
      words.textContent =
        nearest === null
          ? 'The picture has too little structure, or is damaged: it has no usable hash, and matches nothing.'
          : `PDQ: ${nearest} of ${bits} bits from the nearest list entry (${own} bits from the unedited picture). A match is at most ${threshold}: ${nearest <= threshold ? 'it matches' : 'no match'}.`;
      box.dataset.nearest = String(nearest);
      equal.textContent = `Protocols that test for equality: ${equality.nearest === 0 ? 'equal, it matches' : equality.own === 0 ? 'equal to the unedited picture, but to no list entry' : `${equality.own} of ${equality.bits} bits changed, no match`}.`;
      URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(new Blob([file]));
    },
  };
}
