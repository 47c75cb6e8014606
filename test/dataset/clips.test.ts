/** The generated clips: the same bytes for a seed, a short corpus the start of a long one, and no picture in two clips. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { clipFrames, drawClip } from '../../src/dataset/clips/draw.ts';
import { clipKinds, planClips } from '../../src/dataset/clips/plan.ts';

const clips = planClips(2019, 10);

test('every kind comes in turn, in 2 to 5 seconds and small frames', () => {
  expect(clips.slice(0, 5).map(({ kind }) => kind)).toEqual(clipKinds);
  for (const { frames, framesPerSecond, width, height } of clips) {
    expect(frames / framesPerSecond).toBeGreaterThanOrEqual(2);
    expect(frames / framesPerSecond).toBeLessThanOrEqual(5);
    expect(Math.max(width, height)).toBeLessThanOrEqual(320);
  }
});

test('a short plan is the start of a long one, and no two clips share a group of pictures', () => {
  expect(planClips(2019, 4)).toEqual(clips.slice(0, 4));
  const groups = clips.flatMap(({ pictures }) => pictures.map(({ group }) => group));
  expect(new Set(groups).size).toBe(groups.length);
});

test('slides stand still but for their cuts; a pan moves', () => {
  const changes = (kind: string): number => {
    const clip = clips.find((each) => each.kind === kind)!;
    const frames = [...clipFrames(2019, { ...clip, frames: 9 })];
    return frames.slice(1).filter(({ image }, i) => Buffer.compare(image.data, frames[i]!.image.data) !== 0).length;
  };
  expect(changes('slides')).toBe(2);
  expect(changes('pan')).toBe(8);
});

test('a clip’s bytes are those of every machine', async () => {
  const clip = { ...clips[0]!, frames: 4 };
  const digest = async (): Promise<string> =>
    createHash('sha256')
      .update(await drawClip(2019, clip))
      .digest('hex');
  expect(await digest()).toBe(await digest());
  expect(await digest()).toMatchInlineSnapshot(`"47f1fd6f764804123c30f812a6f171e41ecb34d40b2108296381f83fd40f4851"`);
});
