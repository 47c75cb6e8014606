/** Splits the stream of uncompressed frames that ffmpeg writes as Matroska into frames; memory for one frame at a time. */
import type { Readable } from 'node:stream';
import type { VideoFrame, VideoLimits } from './frame.ts';
import { type ElementHead, elementHead, ids, longestHead, unsigned } from './matroska.ts';
import { mustFitFrame } from './refusals.ts';

/** Elements whose content is elements that are read. */
const entered = new Set<number>([ids.segment, ids.tracks, ids.track, ids.video, ids.cluster]);
/** Bytes before the pixels in a block: number of the track, time relative to its cluster (signed, 16 bits), flags. */
const blockHead = 4;
/** Content of other elements that is held to be read, in bytes. */
const small = 64;

/** The frames of a stream; each wait for data goes through `wait`. */
export async function* rawFrames(
  stream: Readable,
  limits: VideoLimits,
  wait: <T>(next: Promise<T>) => Promise<T>,
): AsyncGenerator<VideoFrame> {
  const input = byteReader(stream, wait);
  let width = 0;
  let height = 0;
  let cluster = 0;
  for (;;) {
    const head = await input.head();
    if (!head) return;
    const { id, size } = head;
    if (entered.has(id)) continue;
    if (id === ids.simpleBlock) {
      mustFitFrame(width * height, limits, `${width} × ${height}`);
      // Cut off in the middle of a frame, when ffmpeg is killed or fails.
      const block = size === blockHead + 3 * width * height ? await input.take(size) : undefined;
      if (!block) return;
      const relative = ((block[1]! << 24) >> 16) | block[2]!;
      const data = block.subarray(blockHead);
      yield { timeSeconds: (cluster + relative) / 1000, image: { width, height, channels: 3, data } };
    } else if (size <= small) {
      const value = unsigned((await input.take(size)) ?? new Uint8Array(0), 0, Math.min(8, size));
      if (id === ids.width) width = value;
      if (id === ids.height) height = value;
      if (id === ids.timestamp) cluster = value;
    } else await input.skip(size);
  }
}

/** Reads a stream by elements. Methods return undefined if the stream ends before what they read. */
function byteReader(stream: Readable, wait: <T>(next: Promise<T>) => Promise<T>) {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Uint8Array = new Uint8Array(0);
  const more = async (): Promise<boolean> => {
    const { done, value } = await wait(chunks.next());
    if (done) return false;
    rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
    return true;
  };
  return {
    async head(): Promise<ElementHead | undefined> {
      while (rest.length < longestHead && (await more()));
      const head = elementHead(rest, 0);
      if (head) rest = rest.subarray(head.headBytes);
      return head;
    },
    async take(length: number): Promise<Uint8Array | undefined> {
      const bytes = new Uint8Array(length);
      let filled = 0;
      for (;;) {
        const part = rest.subarray(0, length - filled);
        bytes.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
        if (filled === length) return bytes;
        if (!(await more())) return undefined;
      }
    },
    async skip(length: number): Promise<void> {
      for (let left = length; ; ) {
        const part = Math.min(left, rest.length);
        rest = rest.subarray(part);
        left -= part;
        if (left === 0 || !(await more())) return;
      }
    },
  };
}
