/** Messages between page and worker. */

import type { GroupStep } from '../../../client/demo/group.ts';
import type { PlayedOrder } from '../../../client/demo/orders.ts';
import type { DemoPicture } from '../../../client/demo/picture.ts';
import type { Raster } from '../../../image/raster.ts';
import type { HashUse } from '../../../role/world.ts';
import type { FrameFinding } from './clip-verdict.ts';
import type { Edits } from './edits.ts';
import type { Shown } from './shown.ts';

/** The page's calls, and their results. */
export interface Calls {
  /** Passes the available pictures; once, at the start. */
  start(pictures: readonly DemoPicture[]): void;
  /** Takes a picture of the visitor, which stays in the page. Fails if this browser cannot decode it. */
  add(picture: DemoPicture): void;
  /** Puts an own picture on the list, or takes it off, from the next deployment on. Fails if the picture has no usable hash. */
  list(picture: string, isOn: boolean): void;
  /** Forgets an own picture. */
  remove(picture: string): void;
  /** Deploys another strategy: everybody starts again. */
  deploy(strategy: string): Shown;
  send(picture: Uint8Array, called: DemoPicture['called'], reports: boolean): Shown;
  order(): Shown;
  /** The file that would be sent after some edits, and its distance from the list before and after them. */
  measure(picture: string, edits: Edits): Measured;
  /** Hashes a frame of an animation or, as vPDQ does, of a video, and looks it up on the list. */
  look(frame: Raster, isVideo: boolean): FrameFinding;
  /** Plays an order of each kind under a strategy, with all roles in the page. */
  playOrders(strategy: string, keeps: boolean): PlayedOrder[];
  /** Plays a group in which a picture is sent. */
  playGroup(picture: Uint8Array): GroupStep[];
}

/** What scans of one file say. Distances in bits, null where the file has no hash. */
export interface Reading {
  /** To the nearest entry of the list, under the hash of each use. */
  readonly nearest: Readonly<Record<HashUse, number | null>>;
  /** The network's score; undefined while no strategy has loaded the network, null where there is none. */
  readonly score: number | null | undefined;
}

/** A file before and after its edits. */
export interface Measured {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly isEdited: boolean;
  readonly before: Reading;
  readonly after: Reading;
  /** From the unedited picture to the edited one, under the hash of each use. */
  readonly moved: Readonly<Record<HashUse, number | null>>;
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
