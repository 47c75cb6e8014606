/**
 * Pictures as the page shows them: small canvases, for what was sent, received or edited. A canvas has no file behind it, so that nobody takes an edited picture out of
 * the page with a click.
 */
import { element } from '../dom.ts';

/** Draws a picture file, at most `side` pixels wide and high. A file that this browser cannot decode leaves the canvas grey. */
export function thumbnail(label: string, side: number, file?: Uint8Array<ArrayBuffer>): Thumbnail {
  const canvas = element('canvas', { role: 'img', 'aria-label': label, width: side, height: side });
  const made: Thumbnail = { canvas, draw: (bytes) => draw(canvas, side, bytes) };
  if (file) void made.draw(file);
  return made;
}

/** A canvas that can be drawn again. */
interface Thumbnail {
  readonly canvas: HTMLCanvasElement;
  draw(file: Uint8Array<ArrayBuffer>): Promise<void>;
}

async function draw(canvas: HTMLCanvasElement, side: number, file: Uint8Array<ArrayBuffer>): Promise<void> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([file]));
  } catch (error) {
    // InvalidStateError is a browser's only error for a picture that it cannot decode.
    if (error instanceof DOMException) return;
    throw error;
  }
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}
