/** Reads from the court's view what each order with a demand produced: answers, records, and messages that the court could open as they were sent. */
import type { Demand } from '../schema/packet.ts';
import { equalBytes } from '../util/bytes.ts';
import type { Order } from './court.ts';
import type { Deployment } from './deployment.ts';
import type { ViewEntry } from './view.ts';
import { decoded } from './wire.ts';
import type { Message } from './world.ts';

/** Id of an order of a kind for an account: at most one of each. A hidden device's copies are counted under its account's wiretap. */
export const orderId = (account: string, demand: Demand): string => `${account} ${demand}`;

/** What the court's view has under one order. */
export interface Produced {
  readonly answer: { readonly able: boolean; readonly reason: string | null };
  /** Message id → time at which the court read it as it was sent, or got its record. */
  readonly opened: ReadonlyMap<string, number>;
  readonly recorded: ReadonlyMap<string, number>;
  /** Messages that were produced, whether or not they could be opened. */
  readonly produced: ReadonlySet<string>;
  readonly bytes: number;
}

interface Growing {
  answer?: Produced['answer'];
  readonly opened: Map<string, number>;
  readonly recorded: Map<string, number>;
  readonly produced: Set<string>;
  bytes: number;
}

/** Reads what reached the court, message by message, and under which order. */
export class CourtReader {
  readonly #deployment: Deployment;
  readonly #messages: ReadonlyMap<string, Message>;
  #at = 0;
  /** The order under which a message was produced last: what is opened next belongs to it. */
  readonly #under = new Map<string, string>();
  readonly #seen = new Map<string, Growing>();

  constructor(deployment: Deployment, messages: ReadonlyMap<string, Message>) {
    this.#deployment = deployment;
    this.#messages = messages;
  }

  /** Reads on, at a logical time. */
  read(time: number): void {
    const { entries } = this.#deployment.views.court;
    for (; this.#at < entries.length; this.#at++) this.#take(entries[this.#at]!, time);
  }

  of({ id }: Order): Produced {
    const seen = this.#seen.get(id);
    if (!seen?.answer) throw new Error(`The provider did not answer the order ${id}`);
    return { ...seen, answer: seen.answer };
  }

  #take({ type, message, bytes }: ViewEntry, time: number): void {
    if (type === 'learnt') return;
    if (type === 'opened') {
      const sent = this.#messages.get(message);
      const order = this.#under.get(message);
      if (order !== undefined && sent && equalBytes(bytes, sent.picture)) this.#order(order).opened.set(message, time);
      return;
    }
    const { header } = decoded(bytes);
    // A hidden device gets copies without the number of an order: it is that of the sender's account.
    const order =
      'order' in header ? header.order : header.type === 'ghost-copy' ? orderId(header.sender, 'real-time') : undefined;
    if (order === undefined) return;
    const seen = this.#order(order);
    seen.bytes += bytes.length;
    if (header.type === 'order-answer')
      seen.answer = { able: header.refusal === undefined, reason: header.refusal ?? null };
    else if (header.type === 'order-record') seen.recorded.set(message, time);
    else if (header.type === 'returned' || header.type === 'ghost-copy') {
      seen.produced.add(message);
      this.#under.set(message, order);
    }
  }

  #order(id: string): Growing {
    const seen: Growing = this.#seen.get(id) ?? {
      opened: new Map(),
      recorded: new Map(),
      produced: new Set(),
      bytes: 0,
    };
    this.#seen.set(id, seen);
    return seen;
  }
}
