/**
 * vPDQ and TMK+PDQF against the outputs of ThreatExchange's programs on its sample videos (H.264 in MP4, so the installed ffmpeg decodes
 * them). The rule of ThreatExchange for another implementation is quality equal and at most 10 bits at quality 80 or more; here the number
 * of equal hashes is stated too. The rest differ by 2 bits: the reference's scaler converts colours with processor-specific instructions.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { distanceBits } from '../../src/hash/hamming.ts';
import { tmkLevel1, tmkLevel2 } from '../../src/hash/tmk.ts';
import { readTmk } from '../../src/hash/tmk-file.ts';
import { readClips } from '../../src/match/format/clips.ts';
import { tmkOfClip, vpdqOfClip } from '../../src/video/hash.ts';
import { videoVectors } from '../hash/vectors.ts';
import { withoutFfmpeg } from './clips.ts';

/** For a busy machine; they take some seconds. */
vi.setConfig({ testTimeout: 300_000 });

const missing = videoVectors === undefined ? 'no sample videos of ThreatExchange' : withoutFfmpeg;
const folder = videoVectors ?? '';

describe.skipIf(missing)('ThreatExchange’s sample videos', () => {
  // All six have 2,995 frames, of which 2,943 are equal; they take half a minute. PRESEND_ALL_CLIPS=1 runs all.
  const every = [
    ['pattern-sd-grey-bar', 206, 206],
    ['pattern-sd-with-large-logo-bar', 206, 199],
    ['chair-19-sd-bar', 564, 551],
    ['chair-22-sd-grey-bar', 673, 670],
    ['chair-22-with-large-logo-bar', 673, 662],
    ['chair-orig-22-sd-bar', 673, 649],
  ] as const;
  const chosen = process.env.PRESEND_ALL_CLIPS ? every : every.slice(0, 2);
  test.each(chosen)(
    'vPDQ of %s: %i frames, at least %i equal, none more than 2 bits away',
    async (name, count, equal) => {
      const list = readClips(readFileSync(join(folder, `${name}.vpdq.txt`)), { name });
      const expected = list.entries[0]!.frames;
      const { frames } = await vpdqOfClip(join(folder, `${name}.mp4`), { rate: 'every' });
      expect([frames.length, expected.length]).toEqual([count, count]);
      expect(frames.map(({ quality }) => quality)).toEqual(expected.map(({ quality }) => quality));
      // The reference prints the number of the frame divided by the frame rate.
      for (const [i, { timeSeconds }] of frames.entries())
        expect(Math.abs(timeSeconds - expected[i]!.timeSeconds)).toBeLessThan(0.0011);
      const distances = frames.map(({ hash }, i) => distanceBits(hash, expected[i]!.hash));
      expect(distances.filter((bits) => bits === 0).length).toBeGreaterThanOrEqual(equal);
      expect(Math.max(...distances)).toBeLessThanOrEqual(2);
    },
  );

  test.each([
    ['pattern-sd-grey-bar', 105],
    ['chair-19-sd-bar', 284],
  ])('TMK+PDQF of %s: the same %i frames, and the same averages to a millionth', async (name, count) => {
    const expected = readTmk(readFileSync(join(folder, `${name}.tmk`)));
    const { hash } = await tmkOfClip(join(folder, `${name}.mp4`));
    expect([hash.frames, expected.frames]).toEqual([count, count]);
    expect(tmkLevel1(hash, expected)).toBeGreaterThan(1 - 1e-9);
    expect(tmkLevel2(hash, expected)).toBeGreaterThan(1 - 1e-6);
    const largest = Math.max(...expected.average.map(Math.abs));
    for (const [i, value] of hash.average.entries())
      expect(Math.abs(value - expected.average[i]!)).toBeLessThan(2e-6 * largest);
  });

  test('TMK+PDQF of the two clips with each other', () => {
    const [chair, pattern] = ['chair-19-sd-bar', 'pattern-sd-grey-bar'].map((name) =>
      readTmk(readFileSync(join(folder, `${name}.tmk`))),
    );
    expect(tmkLevel1(chair!, pattern!)).toBeCloseTo(-0.0478, 3);
    expect(tmkLevel2(chair!, pattern!)).toBeCloseTo(0.0207, 3);
  });
});

test.runIf(missing)(`skipped: ${missing}`, () => {});
