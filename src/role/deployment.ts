/** A running strategy: the users' devices on one side; relay, provider, curator and court on the other; a link between them. */

import type { Tip } from '../schema/tip.ts';
import type { Role } from '../schema/vocabulary.ts';
import type { Store } from '../store/store.ts';
import { type Connect, type Connection, withinProcess } from './connection.ts';
import type { Order } from './court.ts';
import type { Design } from './design.ts';
import { Devices, ofParts, type Sent } from './devices.ts';
import type { KeyServiceCounts } from './key-service.ts';
import { partName } from './message-name.ts';
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
  /** It was reported, and the second opinion cleared it before a reviewer looked. */
  readonly dismissed?: boolean;
}

/** A running strategy. */
export interface Deployment {
  /** Sends one message: scans it, encrypts it, and posts it to the relay. */
  send(message: Message): Promise<void>;
  /** Delivers all waiting messages. Recipients open them, and report some. */
  deliver(): Promise<void>;
  /** The provider processes its review queue. */
  review(): Promise<void>;
  /** Serves a court order. Without escrow or ghost, an order cannot open anything. */
  serve(order: Order): Promise<void>;
  /** The view of every role. */
  readonly views: Readonly<Record<Role, View>>;
  /** The outcome of a sent message, as its sender's device and the services together know it. */
  outcome(message: string): MessageOutcome;
  /** Reports that reached the curator. */
  readonly tips: readonly Tip[];
  /** Size in bytes of the hash list, or of its representation, on a sender's device. */
  readonly listBytes: number;
  /** What the key service gave away and refused; all 0 where devices do not use it. */
  readonly keyService: KeyServiceCounts;
  /** Number of list entries that an insider could add unseen, if the protocol can count them. */
  readonly hiddenCapacity?: number | undefined;
  /** Reasons for every rejection, first by devices, then by services; empty if everybody is honest. */
  readonly rejected: readonly string[];
  /**
   * Uses other lists from the next message on: set-up runs again, while keys, mailboxes and orders stay. A provider can give its own list
   * to the devices of certain accounts only.
   */
  relist(lists: Lists, by: Lister, accounts?: readonly string[]): Promise<void>;
  /** Updates the app on all devices. */
  updateApp(update: AppUpdate): void;
  /** The provider's reviewers no longer request a second opinion. */
  dropSecondOpinion(): void;
  /** The secrets of every role, for experiments on stolen keys. */
  readonly secrets: Secrets;
  /** Closes the connection between devices and services. Views and outcomes stay readable. */
  close(): Promise<void>;
}

/** Deploys a design in a world. `connect` makes the services reachable for devices; by default in this process, without sockets. */
export async function deploy(world: World, design: Design, connect: Connect = withinProcess): Promise<Deployment> {
  const network = new Network();
  // Devices first: the whole run draws from one random stream, in this order.
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
  /** Senders of messages, by message id. */
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

  get keyService() {
    return this.#services.keyService;
  }

  get hiddenCapacity() {
    return this.#services.hiddenCapacity;
  }

  get rejected() {
    return [...this.#devices.rejected, ...this.#services.rejected];
  }

  get secrets(): Secrets {
    return { ...this.#devices.secrets, ...this.#services.secrets };
  }

  outcome(message: string): MessageOutcome {
    const sent = this.#devices.sent(message);
    if (!sent) throw new Error(`No message ${message} was sent`);
    const sender = this.#senders.get(message) ?? '';
    const found = { ...sent, ...this.#services.finding({ sender, message }) };
    if (!sent.parts) return found;
    const byPart = sent.parts.map((scanned, i) => ({
      scanned,
      ...this.#services.finding({ sender, message: partName(message, i) }),
    }));
    const parts = byPart.map(({ scanned }) => scanned);
    const matched = byPart.filter(({ scanned }) => scanned === 'match');
    // A reviewer looks at a message if a part of it was not cleared.
    const dismissed = matched.length > 0 && matched.every((part) => part.dismissed);
    return {
      ...found,
      parts,
      scanned: found.scanned === 'match' ? 'match' : ofParts(parts),
      ...(dismissed ? { dismissed } : {}),
    };
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
