/** Reading clips: which frames come, what is refused, in which words, and that a decoder's crash or hang is a refusal. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { encodeWebm } from '../../src/video/encode.ts';
import { decoderNames, type VideoLimits } from '../../src/video/frame.ts';
import { libavDecoder } from '../../src/video/libav-decoder.ts';
import { decoderFor, type OpenOptions, openVideo } from '../../src/video/open.ts';
import { all, movingClip, movingFrames, movingPicture, withoutFfmpeg } from './clips.ts';

/** Threads and processes start slowly on a busy machine. */
vi.setConfig({ testTimeout: 180_000 });

let clip: Uint8Array;
const folder = mkdtempSync(join(tmpdir(), 'presend-video-'));
beforeAll(async () => {
  clip = await movingClip();
});
afterAll(() => rmSync(folder, { recursive: true }));

const framesOf = (bytes: string | Uint8Array, options?: OpenOptions) => all(openVideo(bytes, options).frames);
const refusal = async (bytes: string | Uint8Array, options?: OpenOptions): Promise<string> => {
  try {
    await framesOf(bytes, options);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'read';
};
/** The first place of these bytes. */
const placeOf = (bytes: Uint8Array, wanted: readonly number[]): number =>
  bytes.findIndex((_, i) => wanted.every((byte, j) => bytes[i + j] === byte));

const usable = decoderNames.filter((name) => name !== 'ffmpeg' || !withoutFfmpeg);

describe.each(usable)('%s', (decoder) => {
  test('gives every frame with its time, near what was encoded', async () => {
    const frames = await framesOf(clip, { decoder });
    expect(frames.map(({ timeSeconds }) => timeSeconds)).toEqual(movingFrames(12).map((frame) => frame.timeSeconds));
    const [a, b] = [frames[5]!.image, movingPicture(5)];
    expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, 3]);
    const difference = a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
    expect(difference).toBeLessThan(12);
  });

  test('gives the first frame of each interval at a rate, and frames of a size', async () => {
    const frames = await framesOf(clip, { decoder, rate: 4, size: { width: 64, height: 64 } });
    expect(frames.map(({ timeSeconds }) => timeSeconds)).toEqual([0, 0.3, 0.5, 0.8, 1]);
    expect(frames.every(({ image }) => image.width === 64 && image.data.length === 64 * 64 * 3)).toBe(true);
  });

  test('refuses a clip beyond a limit, in one sentence', async () => {
    const limited = (limits: Partial<VideoLimits>): Promise<string> => refusal(clip, { decoder, limits });
    expect(await limited({ frames: 11 })).toBe(
      'RefusedError: more than 11 frames: cut it into parts, or raise the limit',
    );
    expect(await limited({ pixels: 6000 })).toBe(
      'RefusedError: its frames have 96 × 72 pixels: at most 6000 are decoded',
    );
    expect(await limited({ bytes: 1000 })).toMatch(/^RefusedError: a file of \d+ bytes: videos of at most 1000 bytes/);
    expect(await limited({ millis: 0 })).toBe(
      'RefusedError: its decoding takes longer than 0 s: cut it into parts, or raise the limit',
    );
    // Frames that are not looked at count too.
    expect(await refusal(clip, { decoder, rate: 1, limits: { frames: 11 } })).toMatch(/more than 11 frames/);
  });

  test('a clip whose first frame is damaged is refused or has a note, and the next clip is read', async () => {
    const damaged = clip.slice();
    // A simple block, its size, track and time, then the frame.
    const cluster = placeOf(damaged, [0x1f, 0x43, 0xb6, 0x75]);
    const block = cluster + placeOf(damaged.subarray(cluster), [0xa3]);
    damaged.fill(0xff, block + 12, block + 60);
    const video = openVideo(damaged, { decoder });
    const outcome = await all(video.frames).then(
      () => video.notes.join(),
      (error: Error) => error.message,
    );
    expect(outcome).toMatch(/damaged|no frame of it can be decoded|its frames/);
    expect(await framesOf(clip, { decoder })).toHaveLength(12);
  });
});

test.skipIf(withoutFfmpeg)('libav.js and ffmpeg give the same pixels', async () => {
  for (const options of [{}, { size: { width: 64, height: 64 } }]) {
    const [ours, theirs] = [await framesOf(clip, options), await framesOf(clip, { ...options, decoder: 'ffmpeg' })];
    expect(ours.map(({ image }) => Buffer.from(image.data).toString('hex'))).toEqual(
      theirs.map(({ image }) => Buffer.from(image.data).toString('hex')),
    );
  }
});

describe('files', () => {
  test.each([
    ['an empty file', () => new Uint8Array(0), 'RefusedError: empty file'],
    [
      'a picture with the wrong extension',
      () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      'RefusedError: not a video: a PNG picture',
    ],
    ['text', () => Buffer.from('hello, world'), /^RefusedError: not a video: neither WebM/],
    [
      'half a clip',
      () => clip.slice(0, clip.length >> 1),
      'RefusedError: truncated: the file ends before its video does',
    ],
    [
      'the first bytes of a clip',
      () => clip.slice(0, 300),
      'RefusedError: truncated: the file ends before its video does',
    ],
    [
      'an MP4 without its index',
      () => Buffer.from('\0\0\0\x10ftypisom\0\0\0\0', 'latin1'),
      'RefusedError: truncated: the file ends before its video does',
    ],
    ['a file that is not there', () => join(folder, 'nothing.webm'), 'RefusedError: no such file'],
    ['a folder', () => folder, 'RefusedError: a folder, not a video; name the files in it'],
  ])('%s', async (_, file, sentence) => {
    expect(await refusal(file())).toMatch(sentence);
  });

  test('sound only: a clip whose track is said to be sound', async () => {
    const sound = clip.slice();
    sound[placeOf(sound, [0x83, 0x81, 0x01]) + 2] = 2;
    expect(await refusal(sound)).toBe('RefusedError: no pictures: it has sound only');
  });

  test('no frames: a segment that ends after its table of tracks', async () => {
    const cluster = placeOf(clip, [0x1f, 0x43, 0xb6, 0x75]);
    const none = clip.slice(0, cluster);
    const segment = placeOf(none, [0x18, 0x53, 0x80, 0x67]) + 4;
    // The size of the segment becomes "unknown".
    none.set([0x01, 255, 255, 255, 255, 255, 255, 255], segment);
    expect(await refusal(none)).toBe('RefusedError: no frame of it can be decoded');
  });

  test('frames larger than the container says are refused before they are decoded: a decompression bomb', async () => {
    const bomb = clip.slice();
    // The key frame's sync code, then 3 bits of colour space, 1 of range, and twice 16 bits of size less one.
    const sync = placeOf(bomb, [0x49, 0x83, 0x42]);
    const view = new DataView(bomb.buffer);
    const bits = 0xffff;
    for (let i = 0; i < 32; i++) {
      const at = 8 * (sync + 3) + 4 + i;
      const bit = (bits >> (i % 16)) & 1;
      view.setUint8(at >> 3, (view.getUint8(at >> 3) & ~(128 >> (at & 7))) | ((bit * 128) >> (at & 7)));
    }
    expect(await refusal(bomb)).toBe(
      `RefusedError: its frames have ${65536 * 65536} pixels: at most 16777216 are decoded`,
    );
  });

  test('frames of 8k are refused by what the file declares', async () => {
    const declared = clip.slice();
    const [width, height] = [placeOf(declared, [0xb0, 0x81, 96]), placeOf(declared, [0xba, 0x81, 72])];
    expect([width > 0, height > 0]).toEqual([true, true]);
    const wide = await encodeWebm([{ timeSeconds: 0, image: movingPicture(0, 7680, 16) }], { bitRate: 100_000 });
    const tall = placeOf(wide, [0xba, 0x81, 16]);
    wide.set([0xba, 0x81, 255], tall);
    expect(await refusal(wide, { limits: { pixels: 1e6 } })).toBe(
      'RefusedError: its frames have 7680 × 255 pixels: at most 1000000 are decoded',
    );
  });

  test.skipIf(withoutFfmpeg)(
    'an MP4 is read by ffmpeg, and refused when it is truncated or declares too many frames',
    async () => {
      const [webm, mp4] = [join(folder, 'clip.webm'), join(folder, 'clip.mp4')];
      writeFileSync(webm, clip);
      execFileSync('ffmpeg', ['-v', 'error', '-i', webm, '-c:v', 'mpeg4', mp4]);
      expect(openVideo(mp4).decodedBy.name).toBe('ffmpeg');
      expect(await framesOf(mp4)).toHaveLength(12);
      expect(decoderFor([webm])).toBe('libav.js');
      expect(decoderFor([webm, mp4])).toBe('ffmpeg');
      expect(await refusal(mp4, { limits: { frames: 5 } })).toMatch(/more than 5 frames/);
      expect(await refusal(mp4, { decoder: 'libav.js' })).toMatch(
        /coded as MPEG-4 in MP4, and libav.js reads VP8 and VP9/,
      );
      const { readFileSync } = await import('node:fs');
      const bytes = readFileSync(mp4);
      expect(await refusal(bytes.subarray(0, bytes.length - 10))).toMatch(/truncated/);
      // The table of samples says a million: refused by what the file declares, before anything is decoded.
      const claims = Uint8Array.from(bytes);
      new DataView(claims.buffer).setUint32(placeOf(claims, [...Buffer.from('stsz')]) + 12, 1_000_000);
      expect(await refusal(claims)).toBe(
        'RefusedError: more than 108000 frames: cut it into parts, or raise the limit',
      );
    },
  );

  test('without ffmpeg, the sentence says what to install', async () => {
    vi.stubEnv('PRESEND_FFMPEG', join(folder, 'no-ffmpeg'));
    const { ffmpegDecoder } = await import('../../src/video/ffmpeg.ts');
    expect(ffmpegDecoder()).toBeUndefined();
    const avi = Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1');
    expect(await refusal(avi)).toMatch(/^MissingError: its container is AVI, which needs ffmpeg: install it/);
    expect(decoderFor([avi])).toBeUndefined();
    vi.unstubAllEnvs();
  });
});

test('the recorded version of libav.js is the pinned one', () => {
  expect(manifest.dependencies['@libav.js/variant-webm-vp9']).toBe(libavDecoder.version);
});

test('encoding the same frames twice gives the same bytes', async () => {
  expect(Buffer.compare(await movingClip(), clip)).toBe(0);
});

test('reading can stop early, and a clip can be read twice', async () => {
  for (let i = 0; i < 2; i++) {
    for await (const { timeSeconds } of openVideo(clip).frames) if (timeSeconds > 0.2) break;
  }
  expect(await framesOf(clip)).toHaveLength(12);
});
