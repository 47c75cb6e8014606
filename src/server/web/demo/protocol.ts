/** What page and worker say to each other. */

import type { DemoPicture } from '../../../client/demo/picture.ts';
import type { Edits } from './edits.ts';
import type { Shown } from './shown.ts';

/** What the page asks, and what it is answered. */
export interface Calls {
  /** The pictures that there are; once, at the start. */
  start(pictures: readonly DemoPicture[]): void;
  /** Another strategy: everybody begins anew. */
  deploy(strategy: string): Shown;
  send(picture: Uint8Array, called: DemoPicture['called'], reports: boolean): Shown;
  order(): Shown;
  /** The file that would be sent after some edits, and how far it is from the list. */
  measure(picture: string, edits: Edits): Measured;
}

/** Distances of a file, in bits; null where it has no hash. */
export interface Measured {
  readonly file: Uint8Array<ArrayBuffer>;
  /** To the nearest entry of the list, under the hash that matches near copies. */
  readonly nearest: number | null;
  /** To the picture as it was. */
  readonly own: number | null;
  readonly bits: number;
  readonly threshold: number;
  /** The same under the hash that must be equal: to the nearest entry, of so many bits. */
  readonly equality: { readonly nearest: number | null; readonly own: number | null; readonly bits: number };
}

/** Number of the reply that nobody asked for: the worker has loaded, and listens. */
export const ready = 0;

export type CallName = keyof Calls;
export interface Request<N extends CallName = CallName> {
  readonly id: number;
  readonly call: N;
  readonly with: Parameters<Calls[N]>;
}
export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });
