/**
 * Messages that the services know to match before they are delivered, and hold back: blocked for good, until a review, or until their sender
 * goes on after a warning. They are held in memory, up to a limit: what a long-running service holds back is not part of its store.
 */
import type { Prevention } from '../schema/vocabulary.ts';
import { storeLimits } from '../store/limits.ts';
import { type MessageName, nameOf } from './message-name.ts';
import type { Arrival, Carried } from './relay.ts';
import type { Finding } from './tip.ts';
import type { Outgoing } from './wire.ts';
import type { HoldLimits } from './world.ts';

/** A message as it arrived. */
export interface HeldMessage {
  readonly packet: Carried;
  readonly arrival: Arrival;
}

/** As much as waits in one mailbox at most. */
const usualLimits: HoldLimits = { messages: storeLimits.mailboxPackets, bytes: storeLimits.mailboxBytes };

export class Holding {
  readonly #why: Prevention;
  readonly #limits: HoldLimits;
  readonly #held = new Map<string, HeldMessage>();
  #bytes = 0;

  constructor(why: Prevention, limits: HoldLimits = usualLimits) {
    this.#why = why;
    this.#limits = limits;
  }

  /**
   * Holds a message back that was found to match, and returns the notice for its sender's device. Undefined if it is to be delivered: where
   * the device found the match, it has asked its user already. 'full' if no more can wait: it is neither delivered nor kept, and its sender
   * may try again.
   */
  hold(message: HeldMessage, { detectedBy }: Pick<Finding, 'detectedBy'>): Outgoing<'held'> | 'full' | undefined {
    if (this.#why === 'warn' && (detectedBy === 'device-hash' || detectedBy === 'device-classifier')) return undefined;
    const { header } = message.packet;
    // A blocked message is never delivered, so that nothing of it needs to be kept.
    if (this.#why !== 'block' && !this.#keep(nameOf(header), message)) return 'full';
    return { draft: { type: 'held', message: header.message, reason: this.#why }, blobs: {} };
  }

  /** Whether a message that was found to match is not to be delivered, or not yet: then none of its copies for further devices is, either. */
  withholds(name: MessageName): boolean {
    return this.#why !== 'warn' || this.#held.has(nameOf(name));
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
    this.#bytes = 0;
    return released;
  }

  /** The same name again takes the place of the first. */
  #keep(key: string, message: HeldMessage): boolean {
    const known = this.#held.get(key);
    const bytes = this.#bytes + sizeOf(message) - (known ? sizeOf(known) : 0);
    if (bytes > this.#limits.bytes || (!known && this.#held.size >= this.#limits.messages)) return false;
    this.#held.set(key, message);
    this.#bytes = bytes;
    return true;
  }

  #take(name: MessageName): HeldMessage | undefined {
    const key = nameOf(name);
    const found = this.#held.get(key);
    if (found && this.#held.delete(key)) this.#bytes -= sizeOf(found);
    return found;
  }
}

const sizeOf = ({ packet }: HeldMessage): number =>
  Object.values(packet.blobs).reduce((sum, { length }) => sum + length, 0);
