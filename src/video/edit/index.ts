/** Every benign edit of a clip. */
import { lookUp } from '../../util/registry.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import { encodeWebm } from '../encode.ts';
import { gif, lowBitRate } from './coded.ts';
import type { ClipEdit, ClipInMemory } from './edit.ts';
import { eachFrame } from './picture.ts';
import { atMost, blackLead, frameRate, half, speed, trim } from './time.ts';

const reencode: ClipEdit = {
  name: 'reencode',
  summary: 'Decoded and encoded again, as a messenger does.',
  apply: (clip) => clip,
};

const screen = eachFrame('screen', '', { name: 'screenshot' });

/** A player on a phone, filmed by the phone itself: another frame rate, bars around the picture. */
const screenRecording: ClipEdit = {
  name: 'screen-recording',
  summary: 'A recording of the screen that plays it: 8 frames per second, scaled, with the bars of a phone.',
  async apply(clip, rng) {
    const shown = await screen.apply(clip, rng);
    return { ...shown, frames: atMost(shown.frames, 8) };
  },
};

/** Every edit, in the order of charts and tables. */
export const clipEdits = {
  reencode,
  'bit-rate': lowBitRate,
  resize: eachFrame('resize', 'Half the width and height.', { name: 'resize', factor: 0.5 }),
  'frame-rate': frameRate,
  speed,
  trim,
  half,
  'black-lead': blackLead,
  crop: eachFrame('crop', 'A twentieth cut off at each side.', { name: 'crop' }),
  letterbox: eachFrame(
    'letterbox',
    'Black bars above and below, a fifth of the height each.',
    { name: 'border', fraction: 0.2, shade: 0, letterbox: 1 },
    'black padding of the video benchmark of github.com/thorn-oss/perception',
  ),
  overlay: eachFrame('overlay', 'A word over a lower corner.', { name: 'stamp', shade: 255, width: 0.3, stroke: 2 }),
  caption: eachFrame('caption', 'A white bar with text above.', { name: 'caption' }),
  mirrored: eachFrame('mirrored', 'Left and right exchanged.', { name: 'flip' }),
  gif,
  'screen-recording': screenRecording,
} as const satisfies Record<string, ClipEdit>;

/** Name of an edit of clips in experiment files. */
export type ClipEditName = keyof typeof clipEdits;

/** The edit of that name; a UserError lists all. */
export const clipEditNamed = (name: string): ClipEdit => lookUp<ClipEdit>(clipEdits, 'edit of clips', name);

/** The edited clip as a file; equal seeds and streams give equal bytes. */
export async function editedClip(
  clip: ClipInMemory,
  edit: ClipEdit,
  seed: number,
  stream: string,
): Promise<Uint8Array> {
  const rng = (): Rng => seededRng(seed, stream);
  const { frames, bitRate } = await edit.apply(clip, rng);
  return encodeWebm(frames, { bitRate });
}
