/** The strip of frames of an animation or a clip: which of them match the list, and what the whole file does under a rule. */
import { hashFor } from '../../../client/demo/hashes.ts';
import type { DemoPicture } from '../../../client/demo/picture.ts';
import type { Raster } from '../../../image/raster.ts';
import { frameRule } from '../../../match/frame-rule.ts';
import { RefusedError } from '../../../util/errors.ts';
import { element } from '../dom.ts';
import { type ClipSource, openAnimation, openVideo, type Sample } from './clip-source.ts';
import { clipVerdict, type FrameFinding } from './clip-verdict.ts';
import { pngFile } from './edits.ts';

/** What the page does about frames. */
interface ClipActions {
  /** Hashes a frame and looks it up. */
  look(frame: Raster, isVideo: boolean): Promise<FrameFinding>;
  /** Takes a frame as an own picture. */
  use(name: string, bytes: DemoPicture['bytes']): Promise<void>;
  say(sentence: string): void;
}

/** The strip of one page. */
export interface Clip {
  readonly box: HTMLElement;
  /** Shows a file's frames in place of the last one's. Throws a RefusedError, in a sentence, if this browser cannot decode them. */
  open(name: string, bytes: Uint8Array<ArrayBuffer>, isVideo: boolean): Promise<void>;
  /** Looks the frames up again: the list has changed. */
  again(): Promise<void>;
}

const rules = [
  ['any', 'one frame is enough'],
  ['0.5', 'half of them'],
  ['0.8', '80 % of them, as in vPDQ'],
  ['all', 'all of them'],
] as const;

/** Width of a frame in the strip, in pixels. */
const side = 112;

/** Builds the strip, which is hidden until a file is opened. */
export function buildClip(actions: ClipActions, busy: (work: () => Promise<void>) => Promise<void>): Clip {
  let opened: { readonly name: string; readonly source: ClipSource } | undefined;
  let findings: FrameFinding[] = [];
  let damaged = 0;
  const title = element('h2', {}, ['Frames']);
  const said = element('p', { class: 'note' });
  const verdict = element('p', { class: 'outcome', id: 'clip-verdict', role: 'status' });
  const strip = element('ol', { class: 'strip', id: 'strip', tabindex: '0', 'aria-label': 'Frames' });
  const rule = element(
    'select',
    { id: 'clip-rule' },
    rules.map(([name, text]) => element('option', { value: name }, [text])),
    { onchange: () => judge() },
  );
  const box = element('article', { class: 'card', id: 'clip', hidden: true, 'aria-labelledby': 'clip-title' }, [
    title,
    said,
    element('label', {}, ['For the file to match: ', rule]),
    verdict,
    strip,
    element('p', { class: 'note' }, [
      `A frame matches at ${hashFor.near.threshold} bits of PDQ or less, and is too flat below quality ${hashFor.near.minQuality}. The phones of this demo send pictures: use a frame as a picture to send it, to edit it, or to put it on the list.`,
    ]),
  ]);
  title.id = 'clip-title';
  const judge = (): void => {
    const { isMatch, sentence } = clipVerdict(findings, damaged, frameRule(rule.value, 'the rule'));
    verdict.textContent = sentence;
    verdict.dataset.match = String(isMatch);
  };
  const look = async (): Promise<void> => {
    const { name, source } = opened!;
    findings = [];
    damaged = 0;
    strip.replaceChildren();
    for (const [i, sample] of source.samples.entries()) {
      actions.say(`${name}: frame ${i + 1} of ${source.samples.length}…`);
      strip.append(await cardOf(sample));
    }
    actions.say('Ready.');
    judge();
  };
  async function cardOf(sample: Sample): Promise<HTMLElement> {
    const { name, source } = opened!;
    let frame: Raster;
    try {
      frame = await source.pixels(sample);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      damaged++;
      return element('li', { 'data-state': 'damaged' }, [`${sample.label}: ${error.message}`]);
    }
    const finding = await actions.look(frame, source.isVideo);
    findings.push(finding);
    const { state, distanceBits, quality, entry } = finding;
    return element('li', { 'data-state': state, 'data-distance': distanceBits, class: `frame-${state}` }, [
      small(frame, `${name}, ${sample.label}`),
      element('b', {}, [sample.label]),
      element('span', {}, [
        state === 'flat' ? 'too flat' : `${distanceBits} bits${state === 'match' ? `: matches ${entry}` : ''}`,
      ]),
      element('small', {}, [`quality ${quality}`]),
      element('button', { type: 'button', class: 'copy', 'aria-label': `use ${sample.label} as a picture` }, ['use'], {
        onclick: () =>
          void busy(async () => {
            await actions.use(`${name}, ${sample.label}`, await pngFile(await source.pixels(sample)));
          }),
      }),
    ]);
  }
  return {
    box,
    async open(name, bytes, isVideo) {
      opened?.source.close();
      opened = undefined;
      box.hidden = true;
      const source = await (isVideo ? openVideo(bytes) : openAnimation(bytes));
      opened = { name, source };
      title.textContent = `Frames of ${name}`;
      said.textContent = source.sentence;
      verdict.textContent = '';
      box.hidden = false;
      await look();
    },
    async again() {
      if (opened) await look();
    },
  };
}

/** A frame as a small canvas. */
function small({ width, height, data }: Raster, label: string): HTMLElement {
  const scale = Math.min(1, side / Math.max(width, height));
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const canvas = element('canvas', { role: 'img', 'aria-label': label, width: wide, height: high });
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(wide, high);
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const from = 3 * (Math.floor((y * height) / high) * width + Math.floor((x * width) / wide));
      for (let c = 0; c < 3; c++) pixels.data[4 * (y * wide + x) + c] = data[from + c]!;
      pixels.data[4 * (y * wide + x) + 3] = 255;
    }
  context.putImageData(pixels, 0, 0);
  return canvas;
}
