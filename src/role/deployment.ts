/**
 * One strategy at work: accounts with devices, a relay, a provider, a curator and a court, all talking through one house. A strategy
 * says what differs (its Design); everything that all strategies share is here.
 */

import type { Tip } from '../schema/tip.ts';
import type { Role } from '../schema/vocabulary.ts';
import { equalBytes } from '../util/bytes.ts';
import { Court, covers, ghostAccount, type Order } from './court.ts';
import { Curator } from './curator.ts';
import { Device } from './device.ts';
import { type EscrowAgent, soleAgent, splitAgent } from './escrow-agent.ts';
import { House } from './house.ts';
import { type Installation, install, type Site } from './installation.ts';
import type { Lister, Protocol, Setting } from './protocol.ts';
import { Relay } from './relay.ts';
import type { Secrets } from './secrets.ts';
import { type AppUpdate, endpoints, type Sender } from './sender.ts';
import type { View } from './view.ts';
import { type Blobs, blob, type Packet } from './wire.ts';
import type { Lists, Message, World } from './world.ts';

/** What scanning one message came to, as its sender's device or the provider knows it. */
export interface Scan {
  /** none: nobody looked. refused: somebody looked, but the picture has no usable hash or score. */
  readonly scanned: 'none' | 'match' | 'clear' | 'refused';
  /** Whether the sender was warned. */
  readonly warned?: boolean;
}

/** What sets a strategy apart. */
export interface Design {
  readonly name: string;
  /** Messages are not sealed: the provider reads them. */
  readonly clear?: boolean;
  /** Message keys are also sealed to an escrow key, the court's or a split one, and the relay keeps what it carried. */
  readonly escrow?: 'sole' | 'split';
  /** An order adds the court's device to one account's conversations, unseen, as long as it runs. */
  readonly ghost?: boolean;
  /** A reported picture reaches a reviewer only if a second, independent hash matches too. */
  readonly secondOpinion?: boolean;
  /** Messages carry franking tags, and recipients can report them with proof. */
  readonly franking?: boolean;
  /** The hash list lies on the sender's device. */
  readonly listOnDevice?: boolean;
  /** Runs on the sender's device before sealing. */
  scan?(sender: Sender, message: Message): Promise<Scan>;
  /** Sets a protocol up whose halves are on the device and at the provider; it scans in the place of `scan`. */
  protocol?(setting: Setting): Protocol;
}

/** How a strategy is deployed. */
export interface DeployOptions {
  /** The same scan, but a match is told to its sender only. */
  readonly warnOnly?: boolean | undefined;
  /** Name that packets carry, where it is not the design's. */
  readonly name?: string | undefined;
}

/** What became of a message. */
export interface Fate extends Scan {
  /** The recipient opened exactly the bytes that were sent. */
  readonly delivered: boolean;
  /** The sender was warned and let it be. */
  readonly aborted: boolean;
  /** It was reported, and a second opinion cleared it before anybody looked. */
  readonly dismissed?: boolean;
}

/** A strategy at work; see DESIGN, "the nouns". */
export interface Deployment {
  /** Sends one message: scan, seal, hand to the relay. */
  send(message: Message): Promise<void>;
  /** Delivers everything that waits; recipients open it, and report what they report. */
  deliver(): Promise<void>;
  /** The provider works its review queue off. */
  review(): Promise<void>;
  /** Serves a court order. Without escrow or ghost there is nothing that an order could open. */
  serve(order: Order): void;
  /** What every role saw. */
  readonly views: Readonly<Record<Role, View>>;
  /** What became of a message that was sent. */
  fate(message: string): Fate;
  /** Reports that reached the curator. */
  readonly tips: readonly Tip[];
  /** Bytes on a sender's device of the hash list, or of what stands for it. */
  readonly listBytes: number;
  /** List entries that an insider could add unseen, where the protocol can count them. */
  readonly hiddenCapacity?: number | undefined;
  /** Why anything was turned away; empty when everybody is honest. */
  readonly rejected: readonly string[];
  /**
   * Other lists from the next message on: set-up is done anew, while keys, mailboxes and orders stay. A provider can give a list of its own
   * to the devices of some accounts only.
   */
  relist(lists: Lists, by: Lister, accounts?: readonly string[]): void;
  /** An update of the app on all devices. */
  updateApp(update: AppUpdate): void;
  /** The provider's reviewers no longer ask for a second opinion. */
  dropSecondOpinion(): void;
  /** What everybody keeps to themselves, for experiments on who could steal it. */
  readonly secrets: Secrets;
}

/** Sets a design to work in a world. */
export function deploy(world: World, design: Design, options: DeployOptions = {}): Deployment {
  const { name = design.name } = options;
  return new Service(world, { ...design, name }, options);
}

class Service implements Deployment {
  readonly #house = new House();
  readonly #world: World;
  readonly #design: Design;
  readonly #devices: ReadonlyMap<string, Device>;
  readonly #curator: Curator;
  readonly #relay: Relay;
  readonly #court: Court;
  readonly #escrow: EscrowAgent | undefined;
  readonly #site: Site;
  /** Every one there ever was, in order: what came under an earlier list is still reviewed. */
  readonly #installations: Installation[] = [];
  /** What all devices have but those of the accounts that were given something else. */
  #common: Installation;
  readonly #particular = new Map<string, Installation>();
  readonly #fates = new Map<string, Fate>();
  readonly #ghosts: Order[] = [];
  readonly #pictures = new Map<string, Uint8Array>();
  readonly #rejected: string[] = [];

  constructor(world: World, design: Design, { warnOnly = false }: DeployOptions) {
    this.#world = world;
    this.#design = design;
    this.#devices = new Map(world.accounts.map((account) => [account, new Device(account, world)]));
    const frankingKey = world.random(32);
    this.#curator = new Curator(this.#house, world.list);
    this.#relay = new Relay(this.#house, frankingKey, design.escrow !== undefined);
    this.#escrow = agentOf(this.#house, world, design);
    this.#court = new Court(this.#house, world, this.#curator, this.#escrow);
    const reject = (reason: string): void => void this.#rejected.push(reason);
    this.#site = { house: this.#house, design, curator: this.#curator, frankingKey, reject };
    this.#common = install(this.#site, world, warnOnly);
    this.#installations.push(this.#common);
  }

  get views() {
    return this.#house.views;
  }

  get tips() {
    return this.#curator.tips;
  }

  get listBytes() {
    return this.#common.sender.listBytes + (this.#common.protocol?.deviceBytes ?? 0);
  }

  get hiddenCapacity() {
    return this.#common.protocol?.hiddenCapacity;
  }

  get rejected() {
    const byProviders = this.#installations.flatMap(({ provider }) => provider.rejected);
    return [...this.#rejected, ...byProviders, ...this.#court.rejected, ...(this.#escrow?.rejected ?? [])];
  }

  get secrets(): Secrets {
    return {
      devices: new Map([...this.#devices].map(([account, { keys }]) => [account, keys])),
      ghost: this.#court.ghostKeys,
      franking: this.#site.frankingKey,
      escrow: this.#escrow?.secret,
      protocol: this.#common.protocol?.secret,
    };
  }

  relist(lists: Lists, by: Lister, accounts?: readonly string[]): void {
    const { warnOnly } = this.#common.sender;
    const renewal = { by, first: this.#installations[0]!.protocol };
    const next = install(this.#site, { ...this.#world, ...lists }, warnOnly, renewal);
    this.#installations.push(next);
    if (accounts) for (const account of accounts) this.#particular.set(account, next);
    else {
      this.#common = next;
      this.#particular.clear();
    }
  }

  updateApp(update: AppUpdate): void {
    for (const { sender } of this.#installations) sender.update(update);
  }

  dropSecondOpinion(): void {
    for (const { provider } of this.#installations) provider.dropSecondOpinion();
  }

  fate(message: string): Fate {
    const fate = this.#fates.get(message);
    if (!fate) throw new Error(`No message ${message} was sent`);
    return fate;
  }

  async send(message: Message): Promise<void> {
    const scan = await this.#scan(message);
    const aborted = scan.warned === true && this.#world.people.aborts(message);
    this.#fates.set(message.id, { ...scan, delivered: false, aborted });
    if (aborted) return;
    this.#pictures.set(message.id, message.picture);
    if (this.#design.clear) await this.#sendClear(message);
    else this.#sendSealed(message);
  }

  async deliver(): Promise<void> {
    for (const packet of this.#relay.deliver()) {
      const { message } = packet.header;
      const picture =
        packet.header.type === 'clear' ? blob(packet, 'picture') : this.#open(packet as Packet<'envelope'>);
      if (!picture) continue;
      const sent = this.#pictures.get(message);
      // A relay can make up messages in the clear, or deliver them again.
      if (!sent) this.#rejected.push(`${message}: nothing under this name is on its way`);
      else if (equalBytes(picture, sent)) {
        this.#fates.set(message, { ...this.fate(message), delivered: true });
        this.#pictures.delete(message);
      }
    }
  }

  async review(): Promise<void> {
    for (const { protocol, provider } of this.#installations) {
      for (const message of protocol?.settle?.() ?? []) this.#note(message, { scanned: 'match' });
      await provider.review();
      for (const message of provider.dismissed) this.#note(message, { dismissed: true });
    }
  }

  /** Adds to what became of a message; a hostile device may have reported one that nobody sent. */
  #note(message: string, change: Partial<Fate>): void {
    const fate = this.#fates.get(message);
    if (fate) this.#fates.set(message, { ...fate, ...change });
  }

  serve(order: Order): void {
    if (this.#design.ghost) this.#ghosts.push(this.#court.infiltrate(order));
    else this.#court.serve(order, this.#relay);
  }

  async #scan(message: Message): Promise<Scan> {
    const { protocol, sender } = this.#of(message.sender);
    const scan = await (protocol?.scan(message) ?? this.#design.scan?.(sender, message));
    if (!scan) return { scanned: 'none' };
    return sender.warnOnly ? { ...scan, warned: scan.scanned === 'match' } : scan;
  }

  /** What the devices of an account have. */
  #of(account: string): Installation {
    return this.#particular.get(account) ?? this.#common;
  }

  async #sendClear(message: Message): Promise<void> {
    const draft = { type: 'clear', ...endpoints(message, this.#design.name) } as const;
    const { blobs } = this.#house.carry('sender', 'relay', draft, { picture: message.picture });
    const copy = this.#house.carry('relay', 'provider', draft, blobs);
    this.#relay.accept(copy);
    const scanned = await this.#of(message.sender).provider.scan(copy);
    this.#fates.set(message.id, { ...this.fate(message.id), scanned });
  }

  #sendSealed(message: Message): void {
    const { name, franking } = this.#design;
    const blobs = this.#device(message.sender).seal(message, this.#device(message.recipient).keys.publicKey, {
      strategy: name,
      escrow: this.#escrow,
      franking,
    });
    const draft = { type: 'envelope', ...endpoints(message, name) } as const;
    this.#relay.accept(this.#house.carry('sender', 'relay', draft, blobs));
    if (this.#ghosts.some((order) => covers(order, message))) this.#sendToGhost(message);
  }

  /** The directory names one more device, the app seals to it like to any other, and its user is shown nothing. */
  #sendToGhost(message: Message): void {
    const { name } = this.#design;
    const key = this.#court.ghostKeys.publicKey;
    const added = this.#house.carry(
      'provider',
      'sender',
      { type: 'device-key', message: message.id, account: message.recipient },
      { key },
    );
    // The ghost hears several conversations: the time of sending numbers what it gets.
    const copy = { ...message, recipient: ghostAccount, sequence: message.sentAt };
    const blobs = this.#sealedToGhost(copy, blob(added, 'key'));
    if (!blobs) return;
    const draft = { type: 'ghost-copy', ...endpoints(copy, name) } as const;
    const carried = this.#house.carry('sender', 'relay', draft, blobs);
    const { blobs: _, ...passed } = carried.header;
    this.#court.overhear(
      this.#house.carry('relay', 'court', passed, carried.blobs),
      this.#device(message.sender).keys.publicKey,
    );
  }

  /** Undefined, and a reason noted, where the directory's key is none. */
  #sealedToGhost(copy: Message, key: Uint8Array): Blobs | undefined {
    try {
      return this.#device(copy.sender).seal(copy, key, { strategy: this.#design.name });
    } catch {
      this.#rejected.push(`${copy.id}: the key of the added device is none`);
      return undefined;
    }
  }

  #open(packet: Packet<'envelope'>): Uint8Array | undefined {
    const { header } = packet;
    const [device, peer] = [this.#devices.get(header.recipient), this.#devices.get(header.sender)];
    const result =
      device && peer
        ? device.open(packet, peer.keys.publicKey, this.#design.franking)
        : { rejected: 'there is no such sender or recipient' };
    if ('rejected' in result) {
      this.#rejected.push(`${header.message}: ${result.rejected}`);
      return undefined;
    }
    const { picture, frankingKey } = result.content;
    this.#house.opened('recipient', header.message, picture);
    if (frankingKey.length > 0 && this.#world.people.reports({ id: header.message }, picture)) {
      const { blobs: _, type: __, ...facts } = header;
      const proof = { plaintext: picture, frankingKey, tag: blob(packet, 'tag'), stamp: blob(packet, 'stamp') };
      this.#of(header.recipient).provider.takeUserReport(
        this.#house.carry('recipient', 'provider', { type: 'user-report', ...facts }, proof),
      );
    }
    return picture;
  }

  #device(account: string): Device {
    const device = this.#devices.get(account);
    if (!device) throw new Error(`No device of account ${account}`);
    return device;
  }
}

/** The escrow agent that a design asks for. */
function agentOf(house: House, { random, settings }: World, { escrow }: Design): EscrowAgent | undefined {
  if (escrow === 'split') return splitAgent(house, settings.escrowHolders, settings.escrowQuorum, random);
  return escrow === 'sole' ? soleAgent(random) : undefined;
}
