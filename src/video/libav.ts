/** Decodes a clip with libav.js in a thread of its own, so that a crash or a hang of the decoder is a refusal of the clip. */
import { Worker } from 'node:worker_threads';
import { madeAnew } from '../util/worker-errors.ts';
import { moduleBeside, workerExecArgv } from '../util/worker-loader.ts';
import type { FrameOptions, VideoFrame, VideoLimits } from './frame.ts';
import type { LibavMessage, LibavTask } from './libav-worker.ts';
import { damaged } from './refusals.ts';
import { waiting } from './wait.ts';

/** Frames that the thread may be ahead: enough to decode while the caller hashes. */
const ahead = 2;
/** JavaScript heap of the thread in MiB; frames lie outside it. */
const heapMiB = 256;

/** The frames of a clip, given as a path or as bytes; `notes` gets sentences about what could not be decoded. */
export async function* isolatedFrames(
  clip: string | Uint8Array,
  options: FrameOptions & { readonly limits: VideoLimits },
  notes: string[],
): AsyncGenerator<VideoFrame> {
  const worker = new Worker(moduleBeside(import.meta.url, './libav-worker.ts'), {
    workerData: { clip, options } satisfies LibavTask,
    execArgv: workerExecArgv(),
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  const queue: LibavMessage[] = [];
  let failed = false;
  let wake = (): void => {};
  worker.on('message', (message: LibavMessage) => {
    queue.push(message);
    wake();
  });
  // Out of memory, or an error outside the module: the answer about the clip is the same.
  for (const event of ['error', 'exit'])
    worker.on(event, () => {
      failed = true;
      wake();
    });
  const wait = waiting(options.limits);
  try {
    for (let i = 0; i < ahead; i++) worker.postMessage('next');
    for (;;) {
      while (queue.length === 0) {
        if (failed) throw damaged();
        await wait(new Promise<void>((resolve) => (wake = resolve)));
      }
      const message = queue.shift()!;
      if ('thrown' in message) throw madeAnew(message.thrown);
      if ('end' in message) {
        notes.push(...message.end);
        return;
      }
      worker.postMessage('next');
      yield message.frame;
    }
  } finally {
    await worker.terminate();
  }
}
