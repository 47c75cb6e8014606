/**
 * Encodes frames as VP9 in WebM with libav.js, in the calling thread. Equal frames and settings give equal bytes on every machine: the
 * module is WebAssembly at a pinned version, the speed of the encoder does not depend on the clock, and the file has no date and no random
 * numbers.
 */
import type { LibAV } from '@libav.js/variant-webm-vp9';
import type { Raster } from '../image/raster.ts';
import { cut } from '../image/transform/pixels.ts';
import type { VideoFrame } from './frame.ts';
import { libavModule } from './libav-decoder.ts';

/** How a clip is encoded. */
export interface EncodeOptions {
  /** Bits per second that the encoder aims at; a short clip can miss them by half. */
  readonly bitRate: number;
}

/** Fastest settings of libvpx for one thread; it never looks at the time that a frame took. */
const speed = { deadline: 'realtime', 'cpu-used': '8' };
/** AVFMT_FLAG_BITEXACT. */
const bitexact = 0x400;
const millisecond: [number, number] = [1, 1000];

/**
 * The bytes of a clip. All frames have the size of the first; at least one. Sides are even, because one sample of colour stands for 2 × 2
 * pixels: the last row or column of an odd frame is left out.
 */
export async function encodeWebm(
  frames: Iterable<VideoFrame> | AsyncIterable<VideoFrame>,
  { bitRate }: EncodeOptions,
): Promise<Uint8Array> {
  const module = await libavModule();
  const file = 'clip.webm';
  let encoder: Encoder | undefined;
  for await (const { timeSeconds, image } of frames) {
    const even = evenSides(image);
    encoder ??= await openEncoder(module, file, even, bitRate);
    await encoder.write({ timeSeconds, image: even });
  }
  if (!encoder) throw new Error('A clip needs at least one frame');
  await encoder.end();
  const bytes = new Uint8Array(await module.readFile(file));
  await module.unlink(file);
  return bytes;
}

/** The frame without its last row or column, if their number is odd; at least 2 × 2 pixels. */
function evenSides(image: Raster): Raster {
  const [width, height] = [image.width & ~1, image.height & ~1];
  if (width === 0 || height === 0)
    throw new Error(`A clip of ${image.width} × ${image.height} pixels is too small to encode`);
  return width === image.width && height === image.height ? image : cut(image, 0, 0, width, height);
}

interface Encoder {
  write(frame: VideoFrame): Promise<void>;
  end(): Promise<void>;
}

async function openEncoder(module: LibAV, file: string, { width, height }: Raster, bitRate: number): Promise<Encoder> {
  const [, context, frame, packet] = await module.ff_init_encoder('libvpx-vp9', {
    ctx: { bit_rate: bitRate, pix_fmt: module.AV_PIX_FMT_YUV420P, width, height },
    time_base: millisecond,
    options: speed,
  });
  const [muxer, , io] = await module.ff_init_muxer({ filename: file, open: true, codecpars: false }, [
    [context, ...millisecond],
  ]);
  await module.AVFormatContext_flags_s(muxer, (await module.AVFormatContext_flags(muxer)) | bitexact);
  await module.avformat_write_header(muxer, 0);
  const chroma = (width * height) / 4;
  const layout = [
    { offset: 0, stride: width },
    { offset: width * height, stride: width / 2 },
    { offset: width * height + chroma, stride: width / 2 },
  ];
  const write = async (frames: Parameters<LibAV['ff_encode_multi']>[3], last: boolean): Promise<void> =>
    module.ff_write_multi(muxer, packet, await module.ff_encode_multi(context, frame, packet, frames, last));
  return {
    async write({ timeSeconds, image }) {
      if (image.width !== width || image.height !== height)
        throw new Error(`A frame of ${image.width} × ${image.height} pixels in a clip of ${width} × ${height}`);
      const pts = Math.round(1000 * timeSeconds);
      const data = yuv420(image);
      await write([{ data, layout, format: module.AV_PIX_FMT_YUV420P, width, height, pts, ptshi: 0 }], false);
    },
    async end() {
      await write([], true);
      await module.av_write_trailer(muxer);
      await module.ff_free_muxer(muxer, io);
      await module.ff_free_encoder(context, frame, packet);
    },
  };
}

/**
 * Y'CbCr of ITU-R BT.601 in limited range (luma 16 to 235), with one chroma sample for 2 × 2 pixels, their mean: what decoders assume of
 * small clips that state nothing. Integers throughout; width and height are even.
 */
function yuv420({ width, height, channels, data }: Raster): Uint8Array {
  const out = new Uint8Array((width * height * 3) / 2);
  const step = channels === 1 ? 0 : 1;
  for (let i = 0, at = 0; i < width * height; i++, at += channels)
    out[i] = 16 + ((66 * data[at]! + 129 * data[at + step]! + 25 * data[at + 2 * step]! + 128) >> 8);
  const sum = (at: number): number =>
    data[at]! + data[at + channels]! + data[at + width * channels]! + data[at + (width + 1) * channels]!;
  for (let y = 0, blue = width * height, red = (blue * 5) / 4; y < height; y += 2)
    for (let x = 0; x < width; x += 2, blue++, red++) {
      const at = channels * (y * width + x);
      const [r, g, b] = [sum(at), sum(at + step), sum(at + 2 * step)];
      out[blue] = 128 + ((-38 * r - 74 * g + 112 * b + 512) >> 10);
      out[red] = 128 + ((112 * r - 94 * g - 18 * b + 512) >> 10);
    }
  return out;
}
