/** Examines a picture's bytes before it becomes part of a dataset: their type, and their digest. */
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { framesOf } from '../image/frames.ts';
import { nothing, refusalOf, sizeOf, withoutWaiting } from '../image/read-picture.ts';
import { kindOf, whyNotRead } from '../image/signatures.ts';
import { RefusedError } from '../util/errors.ts';
import type { PictureLocation } from './picture.ts';
import { bytesAt } from './picture-bytes.ts';
import { isObject, NoObject } from './s3.ts';

/** Result of examining bytes. */
export type Look =
  | { readonly state: 'picture'; readonly sha256: string; readonly frames: number }
  /** An unsupported picture, something that can contain pictures, or an unreadable file: listed as refused. */
  | { readonly state: 'refused'; readonly reason: string }
  /** Not a picture, by its bytes. If somebody named it as one, the reason is reported. */
  | { readonly state: 'other'; readonly reason: string };

/** Number of bytes that identify the type of a file. */
const headBytes = 4096;

/** Examines a picture where it is. Pipes, devices and files that are too large are refused before they are read. */
export async function lookAt(location: PictureLocation): Promise<Look> {
  try {
    return typeof location === 'string' && !isObject(location)
      ? await lookAtFile(location)
      : lookIn(await bytesAt(location));
  } catch (error) {
    if (error instanceof NoObject) return { state: 'refused', reason: 'missing object' };
    const refusal =
      error instanceof RefusedError ? error : typeof location === 'string' ? refusalOf(error, location) : undefined;
    if (!refusal) throw error;
    return { state: 'refused', reason: refusal.message === 'no such file' ? 'missing file' : refusal.message };
  }
}

/** Examines bytes; of something that is no picture, the head is enough. */
export function lookIn(bytes: Uint8Array): Look {
  if (bytes.length === 0) return { state: 'refused', reason: nothing };
  const kind = kindOf(bytes);
  const reason = whyNotRead(bytes);
  if (!kind || !('container' in kind)) {
    const named = kind && ('picture' in kind || kind.holds !== undefined || /video/.test(kind.other));
    return { state: named ? 'refused' : 'other', reason: reason ?? '' };
  }
  return {
    state: 'picture',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    frames: framesOf(kind.container, bytes),
  };
}

async function lookAtFile(path: string): Promise<Look> {
  // Checked before opening, because opening a device can have effects.
  sizeOf(await stat(path));
  const file = await open(path, withoutWaiting);
  try {
    const size = sizeOf(await file.stat());
    const head = Buffer.alloc(Math.min(size, headBytes));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const start = head.subarray(0, bytesRead);
    return whyNotRead(start) === undefined && bytesRead > 0 ? lookIn(await file.readFile()) : lookIn(start);
  } finally {
    await file.close();
  }
}
