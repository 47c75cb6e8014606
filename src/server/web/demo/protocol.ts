/** Messages between page and worker. */

import type { DemoPicture } from '../../../client/demo/picture.ts';
import type { Edits } from './edits.ts';
import type { Shown } from './shown.ts';

/** The page's calls, and their results. */
export interface Calls {
  /** Passes the available pictures; once, at the start. */
  start(pictures: readonly DemoPicture[]): void;
  /** Deploys another strategy: everybody starts again. */
  deploy(strategy: string): Shown;
  send(picture: Uint8Array, called: DemoPicture['called'], reports: boolean): Shown;
  order(): Shown;
  /** The file that would be sent after some edits, and its distance from the list. */
  measure(picture: string, edits: Edits): Measured;
}

/** Distances of a file, in bits; null where it has no hash. */
export interface Measured {
  readonly file: Uint8Array<ArrayBuffer>;
  /** To the nearest entry of the list, under the hash that matches near copies. */
  readonly nearest: number | null;
  /** To the original picture. */
  readonly own: number | null;
  readonly bits: number;
  readonly threshold: number;
  /** The same under the equality hash: to the nearest entry, and the hash's number of bits. */
  readonly equality: { readonly nearest: number | null; readonly own: number | null; readonly bits: number };
}

/** Id of the reply without a call: the worker has loaded, and listens. */
export const ready = 0;

export type CallName = keyof Calls;
export interface Request<N extends CallName = CallName> {
  readonly id: number;
  readonly call: N;
  readonly with: Parameters<Calls[N]>;
}
export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });
