/** The sliders that edit a picture, the meter that displays how far its hash moved, and which strategies would find it before and after. */
import { hashFor } from '../../../client/demo/hashes.ts';
import type { Strategy } from '../../../strategy/strategy.ts';
import { element } from '../dom.ts';
import { type EditName, type Edits, editSliders, noEdits } from './edits.ts';
import { type Finds, foundBy } from './found-by.ts';
import type { Measured } from './protocol.ts';
import { thumbnail } from './thumbnail.ts';

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
export function buildEditor(strategies: readonly Strategy[], changed: (edits: Edits) => void): Editor {
  const inputs = new Map<EditName, { value: number }>();
  const rows = editSliders.map((slider) => {
    const { control, row } = slider.max - slider.min === slider.step ? switchOf(slider) : sliderOf(slider);
    inputs.set(slider.name, control);
    row.addEventListener('input', () => changed(current()));
    return row;
  });
  const current = (): Edits =>
    Object.fromEntries([...inputs].map(([name, { value }]) => [name, value])) as unknown as Edits;
  const reset = (): void => {
    for (const { name, rest } of editSliders) inputs.get(name)!.value = rest;
  };
  const near = element('div', { class: 'near' });
  const at = element('div', { class: 'at' });
  const words = element('p', { id: 'distance', role: 'status' });
  const preview = thumbnail('the picture as it would be sent', 192);
  const found = element('tbody');
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
      preview.canvas,
      element('div', { style: 'flex:1;min-width:0' }, [
        element('div', { class: 'meter', 'aria-hidden': true }, [near, at]),
        words,
      ]),
    ]),
    element('h2', {}, ['Which strategies would find it']),
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Which strategies would find it' }, [
      element('table', { class: 'found', id: 'found' }, [
        element('thead', {}, [
          element('tr', {}, [
            element('th', { scope: 'col' }, ['rule and strategies']),
            element('th', { scope: 'col' }, ['before']),
            element('th', { scope: 'col' }, ['after']),
          ]),
        ]),
        found,
      ]),
    ]),
    element('p', { class: 'note' }, [
      'Distances are from the nearest list entry. In the other strategies a person reports, or a court orders.',
    ]),
  ]);
  return {
    box,
    reset,
    show(measured) {
      const { file, isEdited, before, after, moved } = measured;
      const { bits, threshold } = hashFor.near;
      const nearest = after.nearest.near;
      const share = (distance: number): string => `${Math.min(100, (100 * distance) / (bits * end))}%`;
      near.style.width = share(threshold);
      at.style.left = share(nearest ?? bits);
      words.textContent =
        nearest === null
          ? 'The picture has too little structure, or is damaged: it has no usable hash, and matches nothing.'
          : `PDQ: ${nearest} of ${bits} bits from the nearest list entry${isEdited ? `; before the edit ${before.nearest.near ?? 'no hash'}, and the edit moved ${moved.near ?? 'an unknown number of'} bits` : ''}. A match is at most ${threshold}: ${nearest <= threshold ? 'it matches' : 'no match'}.`;
      box.dataset.nearest = String(nearest);
      box.dataset.before = String(before.nearest.near);
      found.replaceChildren(
        ...foundBy(strategies, measured).map(({ rule, strategies: of, ...judged }) =>
          element('tr', {}, [
            element('th', { scope: 'row' }, [
              rule,
              element('small', {}, [of.map(({ id, name }) => `${id} ${name}`).join(', ')]),
            ]),
            ...[judged.before, judged.after].map(({ text, finds }) =>
              element('td', { 'data-finds': finds, class: `finds-${finds}` }, [
                element('b', {}, [answers[finds]]),
                element('small', {}, [text]),
              ]),
            ),
          ]),
        ),
      );
      void preview.draw(file);
    },
  };
}

const answers: Readonly<Record<Finds, string>> = {
  yes: 'found',
  no: 'not found',
  perhaps: 'perhaps',
  unknown: 'not computed',
};

type Slider = (typeof editSliders)[number];
interface Control {
  readonly control: { value: number };
  readonly row: HTMLElement;
}

function sliderOf({ name, label, rest, min, max, step, unit }: Slider): Control {
  const said = element('output', { for: `edit-${name}`, 'aria-live': 'off' }, [`${rest}${unit}`]);
  const say = (): void => {
    said.textContent = `${input.value}${unit}`;
    input.setAttribute('aria-valuetext', `${input.value}${unit}`);
  };
  const input = element('input', { type: 'range', id: `edit-${name}`, min, max, step, value: rest }, [], {
    oninput: say,
  });
  const control = {
    get value() {
      return Number(input.value);
    },
    set value(next) {
      input.value = String(next);
      say();
    },
  };
  return { control, row: element('label', {}, [label, input, said]) };
}

function switchOf({ name, label, rest, min, max }: Slider): Control {
  const input = element('input', { type: 'checkbox', id: `edit-${name}`, checked: rest === max });
  const control = {
    get value(): number {
      return input.checked ? max : min;
    },
    set value(next) {
      input.checked = next === max;
    },
  };
  return { control, row: element('label', { class: 'switch' }, [label, input]) };
}
