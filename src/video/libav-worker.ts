/** The thread that decodes one clip with libav.js (see libav.ts): it sends frames as long as it has leave to. */
import { parentPort, workerData } from 'node:worker_threads';
import { carried } from '../util/worker-errors.ts';
import { factsOf } from './container.ts';
import type { FrameOptions, VideoFrame, VideoLimits } from './frame.ts';
import { libavFrames } from './libav-decoder.ts';
import { openSource } from './source.ts';

/** What the thread is started with. */
export interface LibavTask {
  readonly clip: string | Uint8Array;
  readonly options: FrameOptions & { readonly limits: VideoLimits };
}

/** What it sends; the last message is `end` or `thrown`. */
export type LibavMessage =
  | { readonly frame: VideoFrame }
  | { readonly end: readonly string[] }
  | { readonly thrown: ReturnType<typeof carried> };

const port = parentPort!;
const { clip, options } = workerData as LibavTask;

/** Frames that may be sent; each message from the reader allows one more. */
let leave = 0;
let wake = (): void => {};
port.on('message', () => {
  leave++;
  wake();
});

async function send(): Promise<readonly string[]> {
  const source = openSource(clip, options.limits.bytes);
  try {
    const frames = libavFrames(source, factsOf(source), options);
    for (;;) {
      const { done, value } = await frames.next();
      if (done) return value;
      while (leave === 0) await new Promise<void>((resolve) => (wake = resolve));
      leave--;
      port.postMessage({ frame: value } satisfies LibavMessage, [value.image.data.buffer as ArrayBuffer]);
    }
  } finally {
    source.close();
  }
}

const message: LibavMessage = await send().then(
  (end) => ({ end }),
  (error: unknown) => ({ thrown: carried(error) }),
);
port.postMessage(message);
port.close();
