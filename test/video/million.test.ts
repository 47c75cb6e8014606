/** A WebM of a million frames: refused at the limit, in memory that does not grow with the frames. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RefusedError } from '../../src/util/errors.ts';
import { encodeWebm } from '../../src/video/encode.ts';
import { defaultLimits } from '../../src/video/frame.ts';
import { elementHead, elementsIn, ids } from '../../src/video/matroska.ts';
import { openVideo } from '../../src/video/open.ts';
import { slowTest } from '../helpers/slow.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-million-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const milliseconds = 20;
const perCluster = 1000;

/** Writes a WebM of so many frames: a key frame, then the packet of an unchanged frame again and again. The file is 17 bytes a frame. */
async function writeLong(path: string, frames: number): Promise<void> {
  const image = { width: 16, height: 16, channels: 3 as const, data: new Uint8Array(16 * 16 * 3).fill(90) };
  const short = await encodeWebm(
    [0, 1, 2].map((i) => ({ timeSeconds: (i * milliseconds) / 1000, image })),
    { bitRate: 20_000 },
  );
  const before = heads(short);
  const cluster = before.find(({ id }) => id === ids.cluster)!;
  const blocks = [...elementsIn(short.subarray(cluster.from, cluster.to))]
    .filter(({ id }) => id === ids.simpleBlock)
    .map(({ content }) => content.slice());
  expect(blocks).toHaveLength(3);
  const segment = before.find(({ id }) => id === ids.segment)!;
  const file = openSync(path, 'w');
  try {
    writeSync(file, short.subarray(0, segment.at));
    // A size of ones only: unknown.
    writeSync(file, Uint8Array.of(0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
    for (const { id, at, to } of before)
      if (id === ids.info || id === ids.tracks) writeSync(file, short.subarray(at, to));
    const again = (block: Uint8Array, i: number): Uint8Array => {
      const copy = Uint8Array.from([ids.simpleBlock, 0x80 | block.length, ...block]);
      new DataView(copy.buffer).setInt16(3, i * milliseconds);
      return copy;
    };
    const body = Buffer.concat(Array.from({ length: perCluster }, (_, i) => again(blocks[2]!, i)));
    const first = again(blocks[0]!, 0);
    for (let from = 0; from < frames; from += perCluster) {
      const content = from === 0 ? Buffer.concat([first, body.subarray(2 + blocks[2]!.length)]) : body;
      const head = Buffer.alloc(4 + 4 + 6);
      head.writeUInt32BE(ids.cluster, 0);
      head.writeUInt32BE(0x1000_0000 + 6 + content.length, 4);
      head.writeUInt8(ids.timestamp, 8);
      head.writeUInt8(0x84, 9);
      head.writeUInt32BE(from * milliseconds, 10);
      writeSync(file, head);
      writeSync(file, content);
    }
  } finally {
    closeSync(file);
  }
}

/** The elements of a file up to the first cluster, those of its segment among them. */
function heads(bytes: Uint8Array): { id: number; at: number; from: number; to: number }[] {
  const found: { id: number; at: number; from: number; to: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { id, size, headBytes } = elementHead(bytes, at)!;
    const from = at + headBytes;
    found.push({ id, at, from, to: from + size });
    if (id === ids.cluster) break;
    at = id === ids.segment ? from : from + size;
  }
  return found;
}

/** Reads a clip one frame in ten seconds; returns how many frames were given, the refusal, and the memory of the process at each. */
async function read(path: string): Promise<{ given: number; refusal: string; memory: number[] }> {
  const memory: number[] = [];
  try {
    for await (const { image } of openVideo(path, { rate: 0.1, decoder: 'libav.js' }).frames) {
      expect(image.width).toBe(16);
      memory.push(process.memoryUsage().rss);
    }
    return { given: memory.length, refusal: 'none', memory };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { given: memory.length, refusal: error.message, memory };
  }
}

test('a file of repeated packets is a clip, read to its end', async () => {
  await writeLong(join(folder, 'short.webm'), 2 * perCluster);
  // 40 s, one frame in ten.
  expect(await read(join(folder, 'short.webm'))).toMatchObject({ given: 4, refusal: 'none' });
});

slowTest(
  'a million frames: one sentence at the limit, and memory that does not grow',
  async () => {
    const path = join(folder, 'million.webm');
    await writeLong(path, 1_000_000);
    const { given, refusal, memory } = await read(path);
    expect(refusal).toBe(`more than ${defaultLimits.frames} frames: cut it into parts, or raise the limit`);
    expect(given).toBeGreaterThanOrEqual(defaultLimits.frames / 500 - 1);
    const [early, late] = [memory.slice(10, 40), memory.slice(-30)].map((of) => Math.max(...of));
    expect(late! - early!).toBeLessThan(64 * 2 ** 20);
  },
  600_000,
);
