/** Examines a file before it becomes part of a dataset: its type, by its bytes, and its digest. */
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { framesOf } from '../image/frames.ts';
import { nothing, refusalOf, sizeOf, withoutWaiting } from '../image/read-picture.ts';
import { kindOf, whyNotRead } from '../image/signatures.ts';
import { RefusedError } from '../util/errors.ts';

/** Result of examining a file. */
type Look =
  | { readonly state: 'picture'; readonly sha256: string; readonly frames: number }
  /** An unsupported picture, something that can contain pictures, or an unreadable file: listed as refused. */
  | { readonly state: 'refused'; readonly reason: string }
  /** Not a picture, by its bytes. If somebody named it as one, the reason is reported. */
  | { readonly state: 'other'; readonly reason: string };

/** Number of bytes that identify the type of a file. */
const headBytes = 4096;

/** Examines a file. Pipes, devices and files that are too large are refused before they are read. */
export async function lookAt(path: string): Promise<Look> {
  try {
    // Checked before opening, because opening a device can have effects.
    sizeOf(await stat(path));
    const file = await open(path, withoutWaiting);
    try {
      const size = sizeOf(await file.stat());
      if (size === 0) return { state: 'refused', reason: nothing };
      const head = Buffer.alloc(Math.min(size, headBytes));
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      const kind = kindOf(head.subarray(0, bytesRead));
      const reason = whyNotRead(head.subarray(0, bytesRead));
      if (!kind || !('container' in kind)) {
        const named = kind && ('picture' in kind || kind.holds !== undefined || /video/.test(kind.other));
        return { state: named ? 'refused' : 'other', reason: reason ?? '' };
      }
      const bytes = await file.readFile();
      const late = whyNotRead(bytes);
      if (late !== undefined) return { state: 'refused', reason: late };
      return {
        state: 'picture',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        frames: framesOf(kind.container, bytes),
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    const refusal = error instanceof RefusedError ? error : refusalOf(error, path);
    if (!refusal) throw error;
    return { state: 'refused', reason: refusal.message === 'no such file' ? 'missing file' : refusal.message };
  }
}
