/** Edits of clips: what they do to times and frames, and that each gives the same bytes twice. */
import { describe, expect, test, vi } from 'vitest';
import { seededRng } from '../../src/util/rng.ts';
import { type ClipEditName, clipEditNamed, clipEdits, editedClip } from '../../src/video/edit/index.ts';
import { openVideo } from '../../src/video/open.ts';
import { all, movingFrames } from './clips.ts';

/** Threads start slowly on a busy machine. */
vi.setConfig({ testTimeout: 180_000 });

const clip = { frames: movingFrames(20), bitRate: 150_000 };
const apply = async (name: ClipEditName) => clipEditNamed(name).apply(clip, () => seededRng(1, name));
const times = async (name: ClipEditName): Promise<number[]> =>
  (await apply(name)).frames.map(({ timeSeconds }) => Math.round(1000 * timeSeconds) / 1000);

test.each(Object.entries(clipEdits))(
  '%s is registered under its own name, and gives the same bytes twice',
  async (name, edit) => {
    expect(edit.name).toBe(name);
    const short = { ...clip, frames: clip.frames.slice(0, 4) };
    const [once, again] = [await editedClip(short, edit, 7, 'x'), await editedClip(short, edit, 7, 'x')];
    expect(Buffer.compare(once, again)).toBe(0);
  },
);

describe('time', () => {
  test('trim keeps the middle 60 %, half the second half, both from 0 on', async () => {
    expect(await times('trim')).toEqual(Array.from({ length: 12 }, (_, i) => i / 10));
    expect((await apply('trim')).frames[0]!.image).toBe(clip.frames[4]!.image);
    expect((await apply('half')).frames[0]!.image).toBe(clip.frames[10]!.image);
    expect(await times('half')).toHaveLength(10);
  });

  test('speed shortens, frame-rate thins out, black-lead puts black before', async () => {
    expect((await times('speed')).at(-1)).toBe(1.267);
    expect(await times('frame-rate')).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8]);
    const { frames } = await apply('black-lead');
    expect(frames).toHaveLength(30);
    expect(Math.max(...frames[9]!.image.data)).toBe(0);
    expect([frames[10]!.timeSeconds, frames[10]!.image]).toEqual([1, clip.frames[0]!.image]);
  });

  test('a clip of one frame keeps it', async () => {
    for (const edit of Object.values(clipEdits)) {
      const one = { ...clip, frames: clip.frames.slice(0, 1) };
      expect((await edit.apply(one, () => seededRng(1, 'x'))).frames.length).toBeGreaterThan(0);
    }
  });
});

describe('frames', () => {
  test.each([
    ['resize', 48, 36],
    ['crop', 86, 64],
    ['letterbox', 96, 100],
    ['mirrored', 96, 72],
  ] as const)('%s gives %i × %i pixels', async (name, width, height) => {
    const { image } = (await apply(name)).frames[0]!;
    expect([image.width, image.height]).toEqual([width, height]);
  });

  test('a random edit is the same in every frame', async () => {
    const still = {
      ...clip,
      frames: clip.frames.slice(0, 3).map((frame) => ({ ...frame, image: clip.frames[0]!.image })),
    };
    const { frames } = await clipEditNamed('caption').apply(still, () => seededRng(3, 'x'));
    expect(frames[1]!.image.data).toEqual(frames[0]!.image.data);
  });

  test('a lower bit rate gives a smaller file that is still read', async () => {
    const [low, usual] = [
      await editedClip(clip, clipEdits['bit-rate'], 1, 'x'),
      await editedClip(clip, clipEdits.reencode, 1, 'x'),
    ];
    expect(low.length).toBeLessThan(0.7 * usual.length);
    expect(await all(openVideo(low).frames)).toHaveLength(20);
  });
});

test('an unknown edit names the nearest', () => {
  expect(() => clipEditNamed('trimm')).toThrow("Unknown edit of clips 'trimm'. Did you mean trim?");
});
