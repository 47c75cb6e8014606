/** A running strategy: the users' devices on one side; relay, provider, curator and court on the other; a link between them. */

import type { Tip } from '../schema/tip.ts';
import type { Role } from '../schema/vocabulary.ts';
import type { Store } from '../store/store.ts';
import { type Connect, type Connection, withinProcess } from './connection.ts';
import type { Order } from './court.ts';
import type { Design } from './design.ts';
import { Devices, type Sent } from './devices.ts';
import { Network } from './network.ts';
import type { Lister } from './protocol.ts';
import type { Secrets } from './secrets.ts';
import type { AppUpdate } from './sender.ts';
import { Services } from './services.ts';
import type { View } from './view.ts';
import type { Lists, Message, World } from './world.ts';

export type { Design } from './design.ts';

/** The outcome of a message. */
export interface MessageOutcome extends Sent {
  /** It was reported, and a second opinion cleared it before anybody looked. */
  readonly dismissed?: boolean;
}

/** A running strategy. */
export interface Deployment {
  /** Sends one message: scans, encrypts, and gives it to the relay. */
  send(message: Message): Promise<void>;
  /** Delivers everything that waits; recipients open it, and report what they report. */
  deliver(): Promise<void>;
  /** The provider works its review queue off. */
  review(): Promise<void>;
  /** Serves a court order. Without escrow or ghost there is nothing that an order could open. */
  serve(order: Order): Promise<void>;
  /** What every role saw. */
  readonly views: Readonly<Record<Role, View>>;
  /** The outcome of a sent message, from what its sender's device and the services know together. */
  outcome(message: string): MessageOutcome;
  /** Reports that reached the curator. */
  readonly tips: readonly Tip[];
  /** Bytes on a sender's device of the hash list, or of what represents it. */
  readonly listBytes: number;
  /** List entries that an insider could add unseen, where the protocol can count them. */
  readonly hiddenCapacity?: number | undefined;
  /** Why anything was refused, by devices and then by services; empty when everybody is honest. */
  readonly rejected: readonly string[];
  /**
   * Other lists from the next message on: set-up is done again, while keys, mailboxes and orders stay. A provider can give a list of its own
   * to the devices of some accounts only.
   */
  relist(lists: Lists, by: Lister, accounts?: readonly string[]): Promise<void>;
  /** An update of the app on all devices. */
  updateApp(update: AppUpdate): void;
  /** The provider's reviewers no longer ask for a second opinion. */
  dropSecondOpinion(): void;
  /** What everybody keeps to themselves, for experiments on who could steal it. */
  readonly secrets: Secrets;
  /** Ends the connection of devices and services; what everybody saw and knows can still be read. */
  close(): Promise<void>;
}

/** Runs a design in a world; `connect` makes the services reachable for devices, inside the process by default. */
export async function deploy(world: World, design: Design, connect: Connect = withinProcess): Promise<Deployment> {
  const network = new Network();
  // Devices first: all of a run is drawn from one stream, in this order.
  const devices = new Devices(network, world, design);
  const store = await connect.store?.();
  const services = new Services(network, world, design, { store });
  const connection = await connect(services, network);
  await devices.connect(connection.link);
  return new Joined(network, devices, services, connection, store);
}

class Joined implements Deployment {
  readonly #network: Network;
  readonly #devices: Devices;
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #store: Store | undefined;
  /** Senders of messages, by their ids. */
  readonly #senders = new Map<string, string>();

  constructor(network: Network, devices: Devices, services: Services, connection: Connection, store?: Store) {
    this.#network = network;
    this.#devices = devices;
    this.#services = services;
    this.#connection = connection;
    this.#store = store;
  }

  get views() {
    return this.#network.views;
  }

  get tips() {
    return this.#services.tips;
  }

  get listBytes() {
    return this.#devices.listBytes;
  }

  get hiddenCapacity() {
    return this.#services.hiddenCapacity;
  }

  get rejected() {
    return [...this.#devices.rejected, ...this.#services.rejected];
  }

  get secrets(): Secrets {
    return { devices: this.#devices.secrets, ...this.#services.secrets };
  }

  outcome(message: string): MessageOutcome {
    const sent = this.#devices.sent(message);
    if (!sent) throw new Error(`No message ${message} was sent`);
    return { ...sent, ...this.#services.finding({ sender: this.#senders.get(message) ?? '', message }) };
  }

  send(message: Message): Promise<void> {
    this.#senders.set(message.id, message.sender);
    return this.#devices.send(message);
  }

  deliver(): Promise<void> {
    return this.#devices.deliver();
  }

  review(): Promise<void> {
    return this.#connection.review();
  }

  serve(order: Order): Promise<void> {
    return this.#connection.serve(order);
  }

  async relist(lists: Lists, by: Lister, accounts?: readonly string[]): Promise<void> {
    this.#services.relist(lists, by, accounts);
    await this.#devices.renew(accounts);
  }

  updateApp(update: AppUpdate): void {
    this.#devices.update(update);
  }

  dropSecondOpinion(): void {
    this.#services.dropSecondOpinion();
  }

  async close(): Promise<void> {
    await this.#connection.close();
    await this.#store?.close();
  }
}
