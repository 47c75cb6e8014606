/**
 * The services' side of court orders with a demand, as the law knows them: a search warrant for stored content, a wiretap for content from service to expiry, and a
 * pen register for the records of messages, without content, from service to expiry. What the provider cannot produce it refuses, and says why.
 */
import type { Demand } from '../schema/packet.ts';
import type { Orders } from '../store/store.ts';
import type { Court, Order } from './court.ts';
import { covers } from './court.ts';
import type { Design } from './design.ts';
import type { Network } from './network.ts';
import { type Carried, type Relay, returned } from './relay.ts';
import type { Draft } from './wire.ts';

/** What became of an order. taken: another order has its id. */
export interface Served {
  readonly state: 'new' | 'known' | 'taken';
  /** Why the provider cannot comply, in a sentence. */
  readonly refusal?: string;
}

/** Who wrote to whom, when, and how much: what an order for metadata produces of a message. */
export type MessageRecord = Omit<Draft<'order-record'>, 'type'>;

/** Records under one order, after the first `skip`. */
export interface RecordPage {
  readonly records: readonly MessageRecord[];
  readonly more: boolean;
  /** How many were produced and not kept, because `mostRecords` were kept already. */
  readonly dropped: number;
}

/** Largest number of records that are kept under one order, and on one page. */
export const [mostRecords, recordsOnPage] = [10_000, 100];

/** An order with what it demands. */
type DemandingOrder = Order & { readonly demand: Demand };

/** What compliance needs of the services. */
interface Site {
  readonly network: Network;
  readonly design: Design;
  readonly relay: Relay;
  readonly court: Court;
  /** Orders that are on record: under a ghost, the relay asks there whose messages to copy. */
  readonly orders: Orders;
  /** Whether a message that the provider can read is kept after delivery. */
  readonly keepsClear: boolean;
}

export class Compliance {
  readonly #site: Site;
  /** Orders by their id, as they were served. */
  readonly #served = new Map<string, DemandingOrder>();
  /** Those that work on messages to come. */
  #inForce: DemandingOrder[] = [];
  /** What orders for metadata produced, by order, until the services end. */
  readonly #records = new Map<string, { readonly kept: MessageRecord[]; dropped: number }>();

  constructor(site: Site) {
    this.#site = site;
  }

  /** Serves an order at a time. A repeated order for what is stored produces it again; any other stays in force as it was. */
  async serve(order: DemandingOrder, now: number): Promise<Served> {
    const { network, relay, court, orders, design } = this.#site;
    const { id, demand, ...period } = order;
    const there = this.#served.get(id);
    if (there && !isSame(there, order)) return { state: 'taken' };
    const state = there ? 'known' : 'new';
    const refusal = this.#refusal(demand);
    const isGhost = demand === 'real-time' && design.ghost === true;
    if (refusal === undefined && demand !== 'metadata' && !there) {
      // What it covers of the store is on record, so that the court can read it there: of what is to come, nothing from before it.
      const from = demand === 'stored' || isGhost ? period.from : Math.max(period.from, now);
      if ((await orders.serve({ order: id, ...period, from }, now)) === 'taken') return { state: 'taken' };
    }
    this.#served.set(id, order);
    const draft = { type: 'order', message: '', order: id, ...period, demand } as const;
    network.carry('court', 'provider', draft);
    const answer = { type: 'order-answer', message: '', order: id } as const;
    network.carry('provider', 'court', refusal === undefined ? answer : { ...answer, refusal });
    if (refusal !== undefined) return { state, refusal };
    if (demand === 'metadata' && !there) this.#records.set(id, { kept: [], dropped: 0 });
    const carried = network.carry('provider', 'relay', draft);
    if (demand === 'stored')
      for await (const message of relay.surrender(carried)) court.receive(message.draft, message.blobs);
    // It works on what is accepted from now on: nothing earlier passes here again.
    else if (!there && !isGhost) this.#inForce.push(order);
    return { state };
  }

  /** What an order for metadata has produced so far; undefined if no such order was served. */
  records(order: string, skip: number): RecordPage | undefined {
    const all = this.#records.get(order);
    if (!all) return undefined;
    const to = skip + recordsOnPage;
    return { records: all.kept.slice(skip, to), more: all.kept.length > to, dropped: all.dropped };
  }

  /** A message was accepted at a time: produces what orders in force demand of it. Returns whether any did. */
  produce(packet: Carried, arrived: number): boolean {
    // An order that has ended will cover nothing any more.
    this.#inForce = this.#inForce.filter(({ to }) => to >= arrived);
    const demanded = this.#inForce.filter((order) => covers(order, { sender: packet.header.sender, sentAt: arrived }));
    for (const { id, demand } of demanded) {
      if (demand === 'metadata') this.#record(packet, id);
      else {
        const { draft, blobs } = returned(packet, id);
        this.#site.court.receive(draft, blobs);
      }
    }
    return demanded.length > 0;
  }

  /** What the relay knows of any message: whose it is, when it was sent, and its size. */
  #record({ header }: Carried, order: string): void {
    const { blobs: sizes, type: _, ...facts } = header;
    const bytes = Object.values(sizes).reduce((sum, each) => sum + each, 0);
    const record = { order, ...facts, bytes };
    this.#site.network.carry('relay', 'court', { type: 'order-record', ...record });
    const all = this.#records.get(order)!;
    if (all.kept.length < mostRecords) all.kept.push(record);
    else all.dropped++;
  }

  /** Why the design cannot produce what is demanded; undefined if it can. */
  #refusal(demand: Demand): string | undefined {
    const { design, keepsClear } = this.#site;
    if (demand === 'metadata' || design.escrow) return undefined;
    if (demand === 'real-time' && (design.clear || design.ghost)) return undefined;
    if (design.clear) return keepsClear ? undefined : 'no message is kept after its delivery';
    return demand === 'stored'
      ? 'messages are sealed on the devices, and none that could be opened is kept'
      : 'messages are sealed on the devices, and the service has no key to them';
  }
}

const isSame = (a: DemandingOrder, b: DemandingOrder): boolean =>
  a.account === b.account && a.from === b.from && a.to === b.to && a.demand === b.demand;
