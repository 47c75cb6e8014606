/** Relay, provider, curator and court together: they take packets from devices, and talk among themselves through the network. */
import { InvalidKeyError } from '../crypto/session.ts';
import type { Tip } from '../schema/tip.ts';
import { Court, covers, type Order } from './court.ts';
import { Curator } from './curator.ts';
import type { Design } from './design.ts';
import { type Endpoint, fromRole, type SetUp, taken } from './endpoint.ts';
import { type EscrowAgent, escrowAgent } from './escrow-agent.ts';
import { type Installation, install, type Site } from './installation.ts';
import { type MessageName, nameOf } from './message-name.ts';
import type { Network } from './network.ts';
import { PerAccount } from './per-account.ts';
import type { Lister } from './protocol.ts';
import { type Mail, Relay } from './relay.ts';
import type { Secrets } from './secrets.ts';
import { encode, isOf, type Outgoing, type Packet } from './wire.ts';
import type { Lists, Scan, ServiceWorld } from './world.ts';

/** What the services found out about a message. */
export interface Finding {
  readonly scanned?: Scan['scanned'];
  /** It was reported, and a second opinion cleared it before anybody looked. */
  readonly dismissed?: true;
}

export class Services {
  readonly #network: Network;
  readonly #world: ServiceWorld;
  readonly #design: Design;
  readonly #curator: Curator;
  readonly #relay: Relay;
  readonly #court: Court;
  readonly #escrow: EscrowAgent | undefined;
  readonly #site: Site;
  readonly #installations: PerAccount<Installation>;
  /** Public keys of devices, by account. */
  readonly #directory = new Map<string, Uint8Array>();
  readonly #findings = new Map<string, Finding>();
  readonly #ghosts: Order[] = [];
  readonly #rejected: string[] = [];

  constructor(network: Network, world: ServiceWorld, design: Design) {
    this.#network = network;
    this.#world = world;
    this.#design = design;
    const frankingKey = world.random(32);
    this.#curator = new Curator(network, world.list);
    this.#relay = new Relay(network, frankingKey, design.escrow !== undefined);
    this.#escrow = escrowAgent(network, world, design.escrow);
    this.#court = new Court(network, world, this.#curator, this.#escrow);
    const reject = (reason: string): void => void this.#rejected.push(reason);
    this.#site = { network, design, curator: this.#curator, frankingKey, escrow: this.#escrow, reject };
    this.#installations = new PerAccount(install(this.#site, world));
  }

  /** Reports that reached the curator. */
  get tips(): readonly Tip[] {
    return this.#curator.tips;
  }

  /** List entries that an insider could add unseen, where the protocol can count them. */
  get hiddenCapacity(): number | undefined {
    return this.#installations.of().side?.hiddenCapacity;
  }

  /** Why anything was turned away. */
  get rejected(): readonly string[] {
    const byProviders = this.#installations.all.flatMap(({ provider }) => provider.rejected);
    return [...this.#rejected, ...byProviders, ...this.#court.rejected, ...(this.#escrow?.rejected ?? [])];
  }

  get secrets(): Omit<Secrets, 'devices'> {
    return {
      ghost: this.#court.ghostKeys,
      franking: this.#site.frankingKey,
      escrow: this.#escrow?.secret,
      protocol: this.#installations.of().side?.secret,
    };
  }

  /** What is known here of a message. */
  finding(name: MessageName): Finding | undefined {
    return this.#findings.get(nameOf(name));
  }

  /** Enters a device's public key in the directory. */
  register(account: string, publicKey: Uint8Array): void {
    this.#directory.set(account, publicKey);
  }

  /** What devices of an account are to have; without one, what all have that were given nothing else. */
  setUp(account?: string): SetUp {
    const { provider, side, parameters } = this.#installations.of(account);
    return { parameters, list: this.#design.listOnDevice ? provider.distribute() : undefined, set: side?.setUp };
  }

  /** Takes a device's packet in; what goes back to the sender's device, where it asks for something. */
  async handle(endpoint: Endpoint, packet: Packet): Promise<Outgoing | undefined> {
    const { type, message } = packet.header;
    if (!taken[endpoint].includes(type)) {
      this.#rejected.push(`${message}: the ${endpoint} takes no ${type} from devices`);
      return undefined;
    }
    if (isOf(packet, 'envelope')) return this.#carrySealed(packet);
    if (isOf(packet, 'clear')) return this.#carryClear(packet);
    if (isOf(packet, 'ghost-copy')) return this.#overhear(packet);
    if (isOf(packet, 'user-report')) {
      this.#installations.of(packet.header.recipient).provider.takeUserReport(packet);
      return undefined;
    }
    const { sender } = packet.header as { readonly sender?: string };
    const { provider, side } = this.#installations.of(sender);
    if (isOf(packet, 'flag')) provider.takeFlag(packet);
    else if (isOf(packet, 'prefix-query')) return provider.lookUp(packet);
    else if (isOf(packet, 'hash-upload')) this.#note(packet.header, { scanned: provider.matchUpload(packet) });
    else return side?.handle?.(packet);
    return undefined;
  }

  /** Takes a packet in that came over a network, read from `bytes`; returns the answer's bytes. */
  async answer(endpoint: Endpoint, packet: Packet, bytes: Uint8Array): Promise<Uint8Array | undefined> {
    this.#network.arrived(fromRole(packet.header.type), endpoint, packet, bytes);
    const reply = await this.handle(endpoint, packet);
    return reply && encode(reply.draft, reply.blobs);
  }

  /** Takes all that waits out of the mailboxes, in order of arrival. */
  deliver(): Outgoing<Mail>[] {
    return this.#relay.deliver();
  }

  /** Mailboxes as recipients reach them over a network. */
  get mail(): Pick<Relay, 'waiting' | 'acknowledge'> {
    return this.#relay;
  }

  /** The provider works its review queue off. */
  async review(): Promise<void> {
    for (const { side, provider } of this.#installations.all) {
      for (const name of side?.settle?.() ?? []) this.#note(name, { scanned: 'match' });
      await provider.review();
      for (const name of provider.dismissed) this.#note(name, { dismissed: true });
    }
  }

  /** Serves a court order. Without escrow or ghost there is nothing that an order could open. */
  serve(order: Order): void {
    if (this.#design.ghost) this.#ghosts.push(this.#court.infiltrate(order));
    else this.#court.serve(order, this.#relay);
  }

  /** Other lists from now on; devices fetch what that means for them. */
  relist(lists: Lists, by: Lister, accounts?: readonly string[]): void {
    const renewal = { by, first: this.#installations.all[0]?.side };
    this.#installations.give(install(this.#site, { ...this.#world, ...lists }, renewal), accounts);
  }

  /** The provider's reviewers no longer ask for a second opinion. */
  dropSecondOpinion(): void {
    for (const { provider } of this.#installations.all) provider.dropSecondOpinion();
  }

  #note(about: MessageName, finding: Finding): void {
    const name = nameOf(about);
    this.#findings.set(name, { ...this.#findings.get(name), ...finding });
  }

  /** Where an order is in force, the directory names one more device, and the app seals to it like to any other. */
  #carrySealed(packet: Packet<'envelope'>): Outgoing<'device-key'> | undefined {
    this.#relay.accept(packet);
    const { message, recipient: account } = packet.header;
    if (!this.#ghosts.some((order) => covers(order, packet.header))) return undefined;
    return { draft: { type: 'device-key', message, account }, blobs: { key: this.#court.ghostKeys.publicKey } };
  }

  async #carryClear(packet: Packet<'clear'>): Promise<undefined> {
    const { blobs: _, ...draft } = packet.header;
    const copy = this.#network.carry('relay', 'provider', draft, packet.blobs);
    this.#relay.accept(copy);
    const scanned = await this.#installations.of(copy.header.sender).provider.scan(copy);
    this.#note(copy.header, { scanned });
  }

  #overhear(packet: Packet<'ghost-copy'>): undefined {
    const { blobs: _, ...draft } = packet.header;
    const copy = this.#network.carry('relay', 'court', draft, packet.blobs);
    try {
      this.#court.overhear(copy, this.#directory.get(draft.sender) ?? new Uint8Array(0));
    } catch (error) {
      if (!(error instanceof InvalidKeyError)) throw error;
      this.#rejected.push(`${draft.message}: the directory has no valid key of its sender`);
    }
  }
}
