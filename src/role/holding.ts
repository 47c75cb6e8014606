/**
 * Messages that the services know to match before they are delivered, and hold back: blocked for good, until a review, or until their sender
 * goes on after a warning. They are held in memory: what a long-running service holds back is not part of its store.
 */
import type { Prevention } from '../schema/vocabulary.ts';
import { type MessageName, nameOf } from './message-name.ts';
import type { Arrival, Carried } from './relay.ts';
import type { Finding } from './tip.ts';
import type { Outgoing } from './wire.ts';

/** A message as it arrived. */
export interface HeldMessage {
  readonly packet: Carried;
  readonly arrival: Arrival;
}

export class Holding {
  readonly #why: Prevention;
  readonly #held = new Map<string, HeldMessage>();

  constructor(why: Prevention) {
    this.#why = why;
  }

  /**
   * Holds a message back that was found to match, and returns the notice for its sender's device. Undefined if it is to be delivered: where
   * the device found the match, it has asked its user already.
   */
  hold(message: HeldMessage, { detectedBy }: Pick<Finding, 'detectedBy'>): Outgoing<'held'> | undefined {
    if (this.#why === 'warn' && (detectedBy === 'device-hash' || detectedBy === 'device-classifier')) return undefined;
    const { header } = message.packet;
    if (this.#why !== 'block') this.#held.set(nameOf(header), message);
    return { draft: { type: 'held', message: header.message, reason: this.#why }, blobs: {} };
  }

  /** A message whose sender goes on after a warning; undefined if none of this name waits for that. */
  goOn(name: MessageName): HeldMessage | undefined {
    return this.#why === 'warn' ? this.#take(name) : undefined;
  }

  /** After a review: the messages among those that were not confirmed. All others of a quarantine stay undelivered for good. */
  release(cleared: readonly MessageName[]): HeldMessage[] {
    if (this.#why !== 'quarantine') return [];
    const released = cleared.flatMap((name) => this.#take(name) ?? []);
    this.#held.clear();
    return released;
  }

  #take(name: MessageName): HeldMessage | undefined {
    const key = nameOf(name);
    const found = this.#held.get(key);
    this.#held.delete(key);
    return found;
  }
}
