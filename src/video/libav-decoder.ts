/**
 * Decodes VP8 and VP9 in WebM or Matroska with libav.js: FFmpeg's libraries and libvpx in WebAssembly, in the calling thread. Clips of
 * others are decoded in a thread of their own (libav.ts), because a damaged one can make the module fail or hang.
 */
import libav, { type LibAV } from '@libav.js/variant-webm-vp9';
import { RefusedError } from '../util/errors.ts';
import type { VideoFacts } from './container.ts';
import { type DecodedBy, type FrameOptions, intervalOf, type VideoFrame, type VideoLimits } from './frame.ts';
import { damaged, mustFitFrame, noFrames, notAllDecoded, tooManyFrames } from './refusals.ts';
import type { Source } from './source.ts';
import { largestFrame } from './vpx-size.ts';

/** The pinned version of @libav.js/variant-webm-vp9. */
export const libavDecoder: DecodedBy = { name: 'libav.js', version: '6.10.9' };

/** Codings that it decodes. */
type Coding = 'VP8' | 'VP9';

/** Whether it decodes a clip. */
export const libavReads = ({ container, codec }: VideoFacts): boolean =>
  container === 'matroska' && (codec === 'VP8' || codec === 'VP9');

/** AV_LOG_QUIET, AV_PIX_FMT_RGB24, and SWS_BICUBIC + SWS_ACCURATE_RND + SWS_BITEXACT: the same pixels on every processor. */
const quiet = -8;
const rgb24 = 2;
const scaling = 0x4 + 0x40000 + 0x80000;

let shared: Promise<LibAV> | undefined;

/** This thread's module. It starts in 50 ms, and works on one clip at a time. */
export function libavModule(): Promise<LibAV> {
  shared ??= libav.LibAV({ noworker: true, nothreads: true }).then(async (module) => {
    await module.av_log_set_level(quiet);
    return module;
  });
  return shared;
}

/** Whether an error is an answer of libav, about its input, and not a failure of the module. libav.js throws plain Errors for those. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;

/** The result of a call; undefined if libav rejected its input. */
async function unlessRejected<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isAnswer(error)) return undefined;
    throw error;
  }
}

/** The frames of a clip. The generator returns sentences about what could not be decoded. */
export async function* libavFrames(
  source: Source,
  facts: VideoFacts,
  options: FrameOptions & { readonly limits: VideoLimits },
): AsyncGenerator<VideoFrame, string[]> {
  const module = await libavModule();
  module.onblockread = (name, from, length) =>
    void module.ff_block_reader_dev_send(name, from, source.read(from, length));
  const file = 'clip';
  await module.mkblockreaderdev(file, source.size);
  try {
    const opened = await unlessRejected(module.ff_init_demuxer_file(file));
    const stream = opened?.[1].find(({ codec_type }) => codec_type === 0);
    if (!opened || !stream) throw noFrames();
    const [demuxer] = opened;
    try {
      const decoder = await unlessRejected(module.ff_init_decoder(stream.codec_id, stream));
      if (!decoder) throw noFrames();
      const [, context, packet, frame] = decoder;
      try {
        return yield* decode({ module, demuxer, stream, context, packet, frame }, facts.codec as Coding, options);
      } finally {
        await module.ff_free_decoder(context, packet, frame);
      }
    } finally {
      await module.avformat_close_input_js(demuxer);
    }
  } catch (error) {
    // After a failure the module's memory can be in disorder.
    if (error instanceof WebAssembly.RuntimeError) {
      shared = undefined;
      throw damaged();
    }
    throw error;
  } finally {
    if (shared) await module.unlink(file);
  }
}

/** An opened clip: pointers into the module. */
interface Opened {
  readonly module: LibAV;
  readonly demuxer: number;
  readonly stream: { readonly index: number; readonly time_base_num: number; readonly time_base_den: number };
  readonly context: number;
  readonly packet: number;
  readonly frame: number;
}

async function* decode(
  { module, demuxer, stream, context, packet, frame }: Opened,
  coding: Coding,
  { rate, size, limits }: FrameOptions & { readonly limits: VideoLimits },
): AsyncGenerator<VideoFrame, string[]> {
  const toRgb = rgbConverter(module, size);
  const notes: string[] = [];
  let coded = 0;
  let lost = 0;
  let decoded = 0;
  let start = 0;
  let interval = -1;
  try {
    for (let more = true; more; ) {
      // One packet at a time: a packet of some bytes can be a frame of many megabytes.
      const [result, packets] = await module.ff_read_frame_multi(demuxer, packet, { limit: 1 });
      const own = packets[stream.index] ?? [];
      coded += own.length;
      for (const { data } of own) mustFitFrame(largestFrame(coding, data), limits);
      more = result >= 0 || result === -again;
      if (!more && result !== module.AVERROR_EOF)
        notes.push('damaged: what follows its last readable part was not looked at');
      const pointers = await unlessRejected(
        module.ff_decode_multi(context, packet, frame, own, { fin: !more, copyoutFrame: 'ptr' }),
      );
      if (!pointers) lost += own.length;
      for (const pointer of pointers ?? []) {
        if (++decoded > limits.frames) throw tooManyFrames(limits);
        const ticks = (await module.AVFrame_ptshi(pointer)) * 2 ** 32 + ((await module.AVFrame_pts(pointer)) >>> 0);
        const time = (ticks * stream.time_base_num) / stream.time_base_den;
        if (decoded === 1) start = time;
        const timeSeconds = time - start;
        const at = rate === undefined ? decoded : intervalOf(timeSeconds, rate);
        const image = at > interval ? await toRgb.convert(pointer, limits) : undefined;
        await module.av_frame_free_js(pointer);
        if (!image) continue;
        interval = at;
        yield { timeSeconds, image };
      }
    }
  } finally {
    await toRgb.free();
  }
  if (decoded === 0) throw noFrames();
  if (lost > 0) notes.unshift(notAllDecoded(lost, coded));
  return notes;
}

/** EAGAIN of emscripten: there is more to read. */
const again = 6;

/** Converts decoded frames to RGB, at a size or at their own; a clip can change its size at any frame. */
function rgbConverter(module: LibAV, size: FrameOptions['size']) {
  let key = '';
  let context = 0;
  let target = 0;
  const free = async (): Promise<void> => {
    if (context) await module.sws_freeContext(context);
    if (target) await module.av_frame_free_js(target);
    context = target = 0;
  };
  return {
    free,
    async convert(pointer: number, limits: VideoLimits): Promise<VideoFrame['image']> {
      const width = await module.AVFrame_width(pointer);
      const height = await module.AVFrame_height(pointer);
      const format = await module.AVFrame_format(pointer);
      mustFitFrame(width * height, limits, `${width} × ${height}`);
      const to = size ?? { width, height };
      if (key !== `${width} ${height} ${format}`) {
        await free();
        key = `${width} ${height} ${format}`;
        context = await module.sws_getContext(width, height, format, to.width, to.height, rgb24, scaling, 0, 0, 0);
        target = await module.av_frame_alloc();
        await module.AVFrame_width_s(target, to.width);
        await module.AVFrame_height_s(target, to.height);
        await module.AVFrame_format_s(target, rgb24);
        if (!context || (await module.av_frame_get_buffer(target, 1)) < 0)
          throw new RefusedError('its frames are of a kind that cannot be converted to RGB');
      }
      await module.sws_scale_frame(context, target, pointer);
      const { data } = await module.ff_copyout_frame_video_packed(target);
      return { ...to, channels: 3, data: new Uint8Array(data) };
    },
  };
}
