/** A limit on the time that a decoder is waited for: a file can make it hang. */
import type { VideoLimits } from './frame.ts';
import { tooSlow } from './refusals.ts';

/** Adds up waits; the one that exceeds the limit rejects with a RefusedError. */
export function waiting(limits: VideoLimits): <T>(next: Promise<T>) => Promise<T> {
  let left = limits.millis;
  return async (next) => {
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(tooSlow(limits)), Math.max(0, left));
    });
    try {
      return await Promise.race([next, late]);
    } finally {
      clearTimeout(timer);
      left -= performance.now() - started;
    }
  };
}
