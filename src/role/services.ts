/**
 * Relay, provider, curator and court together: they take packets from devices, and talk among themselves through the network. What has to
 * outlive the process is kept in a store before anybody is answered; the rest, `recover` makes again from that.
 */
import { InvalidKeyError } from '../crypto/session.ts';
import type { Tip } from '../schema/tip.ts';
import { memoryStore } from '../store/memory.ts';
import type { PacketName, Page, PageLimits, Posted } from '../store/packet.ts';
import { type Store, StoreFull } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { fromHex, toHex } from '../util/hex.ts';
import { Court, type Order } from './court.ts';
import { Curator } from './curator.ts';
import type { Design } from './design.ts';
import { type Endpoint, fromRole, type SetUp, taken } from './endpoint.ts';
import { type EscrowAgent, escrowAgent } from './escrow-agent.ts';
import { type Installation, install, type Site } from './installation.ts';
import { type MessageName, nameOf } from './message-name.ts';
import type { Network } from './network.ts';
import { PerAccount } from './per-account.ts';
import type { Lister } from './protocol.ts';
import { type About, forBox, nameInBox, providerReader } from './provider-box.ts';
import { type Arrival, batch, type Mail, Relay } from './relay.ts';
import type { Secrets } from './secrets.ts';
import { bytesOf, decoded, isOf, type Outgoing, type Packet } from './wire.ts';
import type { Lists, Scan, ServiceWorld } from './world.ts';

/** What the services found out about a message. */
export interface Finding {
  readonly scanned?: Scan['scanned'];
  /** It was reported, and a second opinion cleared it before anybody looked. */
  readonly dismissed?: true;
}

/** What came of a packet, and the answer, where it asks for one. refused: it is not for this endpoint. passed: there is nothing to keep of it. */
export interface Taken {
  readonly state: Posted | 'passed' | 'refused';
  readonly reply?: Outgoing | undefined;
}

/** How services are kept. */
interface ServiceOptions {
  /** In memory unless told. */
  readonly store?: Store | undefined;
  /** Seconds since 1970. Left out, times are logical: a message arrives when it is sent. */
  readonly now?: Clock | undefined;
  /** Whether what only an experiment would read is dropped from time to time: services that run for long do not grow by it. */
  readonly forgets?: boolean;
  /** The relay's key for franking stamps, 32 bytes; drawn with the other keys unless told. */
  readonly frankingKey?: Uint8Array | undefined;
}

/** Packets that the provider works on behind its answer, whatever the strategy. */
const reviewed = ['clear', 'flag', 'hash-upload', 'user-report'] as const;

/** Why a packet for the provider is not kept. */
const unkept: Readonly<Record<Exclude<Posted, 'stored'>, string>> = {
  known: 'replayed',
  conflict: 'of the name of another',
  full: 'beyond what waits for the provider',
  share: 'beyond what may wait of its account',
  quota: 'beyond what its account may store',
};

export class Services {
  readonly #network: Network;
  readonly #world: ServiceWorld;
  readonly #design: Design;
  readonly #store: Store;
  readonly #now: Clock | undefined;
  readonly #forgets: boolean;
  readonly #curator: Curator;
  readonly #relay: Relay;
  readonly #court: Court;
  readonly #escrow: EscrowAgent | undefined;
  readonly #site: Site;
  readonly #installations: PerAccount<Installation>;
  readonly #findings = new Map<string, Finding>();
  /** What waits in the provider's box for the next review. */
  #open: Packet[] = [];
  #rejected: string[] = [];
  #settling: Promise<void> = Promise.resolve();

  constructor(network: Network, world: ServiceWorld, design: Design, options: ServiceOptions = {}) {
    this.#network = network;
    this.#world = world;
    this.#design = design;
    this.#store = options.store ?? memoryStore();
    this.#now = options.now;
    this.#forgets = options.forgets ?? false;
    const frankingKey = options.frankingKey ?? world.random(32);
    this.#curator = new Curator(network, world.list);
    const box = this.#store.messages;
    this.#relay = new Relay({ frankingKey, retains: () => design.escrow !== undefined, box });
    this.#escrow = escrowAgent(network, world, design.escrow);
    this.#court = new Court(network, world, this.#curator, this.#escrow);
    const reject = (reason: string): void => void this.#rejected.push(reason);
    this.#site = { network, design, curator: this.#curator, frankingKey, escrow: this.#escrow, reject };
    this.#installations = new PerAccount(install(this.#site, world));
  }

  /** Whether a message arrives when it was sent, in logical time. */
  get isLogical(): boolean {
    return this.#now === undefined;
  }

  /** Where everything is kept that has to last. */
  get store(): Store {
    return this.#store;
  }

  /** Reports that reached the curator, but for those that were forgotten. */
  get tips(): readonly Tip[] {
    return this.#curator.tips;
  }

  /** List entries that an insider could add unseen, where the protocol can count them. */
  get hiddenCapacity(): number | undefined {
    return this.#installations.of().side?.hiddenCapacity;
  }

  /** Why anything was refused. */
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

  /** Enters a device's public key in the directory, where nobody signs for it: it stands for the key that would sign as well. */
  async register(account: string, publicKey: Uint8Array): Promise<void> {
    const key = toHex(publicKey);
    await this.#store.accounts.register(account, key, this.#now?.() ?? 0, key);
  }

  /** What devices of an account are to have; without one, what all have that were given nothing else. */
  setUp(account?: string): SetUp {
    const { provider, side, parameters } = this.#installations.of(account);
    return { parameters, list: this.#design.listOnDevice ? provider.distribute() : undefined, set: side?.setUp };
  }

  /** Takes a device's packet in; what goes back to the sender's device, where it asks for something. */
  async handle(endpoint: Endpoint, packet: Packet): Promise<Outgoing | undefined> {
    return (await this.take(endpoint, packet)).reply;
  }

  /** Takes a packet in that came over a network, and notes its arrival. */
  async arrive(endpoint: Endpoint, packet: Packet, digest?: string): Promise<Taken> {
    this.#network.arrived(fromRole(packet.header.type), endpoint, packet, bytesOf(packet));
    return await this.take(endpoint, packet, digest);
  }

  /** Takes a device's packet in, and keeps it where it has to be kept; `digest` is the SHA-256 of its bytes, where that is known. */
  async take(endpoint: Endpoint, packet: Packet, digest?: string): Promise<Taken> {
    const { type, message } = packet.header;
    if (!taken[endpoint].includes(type)) {
      this.#rejected.push(`${message}: the ${endpoint} takes no ${type} from devices`);
      return { state: 'refused' };
    }
    const arrival: Arrival = { arrived: this.#now?.() ?? (packet.header as About).sentAt, digest };
    if (isOf(packet, 'envelope')) return await this.#carrySealed(packet, arrival);
    if (isOf(packet, 'clear')) return await this.#carryClear(packet, arrival);
    if (isOf(packet, 'ghost-copy')) return await this.#overhear(packet);
    const state = this.#isKept(packet) ? await this.#keep(packet, arrival) : 'passed';
    // A query that is asked again is answered again; what is only taken in, is taken in once.
    const isAsked = isOf(packet, 'bucket-query') && state === 'known';
    if (state !== 'stored' && state !== 'passed' && !isAsked) return { state };
    return { state, reply: await this.#act(packet) };
  }

  /** Takes all that waits out of the mailboxes, in order of arrival. */
  deliver(): Promise<Outgoing<Mail>[]> {
    return this.#relay.deliver();
  }

  /** What waits in a mailbox, as recipients fetch it over a network. */
  mail(recipient: string, limits: PageLimits): Promise<Page> {
    return this.#relay.page(recipient, limits);
  }

  /** A recipient has what is named so; returns how many packets had waited. */
  acknowledge(recipient: string, names: readonly PacketName[]): Promise<number> {
    return this.#relay.acknowledge(recipient, names);
  }

  /** The provider works its review queue off. What it is done with goes once the reports about it are kept. */
  async review(): Promise<void> {
    const done = this.#open;
    this.#open = [];
    try {
      for (const { side, provider } of this.#installations.all) {
        for (const name of side?.settle?.() ?? []) this.#note(name, { scanned: 'match' });
        await provider.review();
        for (const name of provider.dismissed) this.#note(name, { dismissed: true });
      }
      await this.#settle();
      const held = done.filter((packet) => this.#side(packet)?.holds?.(packet));
      const isHeld = new Set(held);
      const names = done.filter((packet) => !isHeld.has(packet)).map(nameInBox);
      for (let at = 0; at < names.length; at += batch.most)
        await this.#store.vouchers.acknowledge(providerReader, names.slice(at, at + batch.most));
      this.#open = [...held, ...this.#open];
      this.tidy();
    } catch (error) {
      this.#open = [...done, ...this.#open];
      throw error;
    }
  }

  /**
   * Serves a court order; taken: another one has its id. Without escrow or ghost there is nothing that an order could open. The same order
   * again opens the same again.
   */
  async serve(order: Order): Promise<'new' | 'known' | 'taken'> {
    const { id, ...period } = order;
    const state = await this.#store.orders.serve({ order: id, ...period }, this.#now?.() ?? 0);
    if (state === 'taken') return state;
    if (this.#design.ghost) this.#court.infiltrate(order);
    else await this.#court.serve(order, this.#relay);
    await this.#settle();
    return state;
  }

  /** After a restart: the provider is given again what it had taken in and not done with. */
  async recover(): Promise<void> {
    for (let more = true; more; ) {
      const page = await this.#store.vouchers.page(providerReader, batch, this.#open.length);
      more = page.more;
      for (const packet of page.packets.map(decoded)) {
        this.#open.push(packet);
        await this.#act(packet);
      }
    }
  }

  /** Drops what only an experiment would read, where no experiment does. */
  tidy(): void {
    if (!this.#forgets) return;
    this.#rejected = [];
    this.#findings.clear();
    this.#curator.forget();
    this.#court.forget();
    for (const { provider, side } of this.#installations.all) {
      provider.forget();
      side?.forget?.();
    }
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

  /** The provider's side of the protocol that a sender's device speaks. */
  #side(packet: Packet): Installation['side'] {
    return this.#installations.of((packet.header as About).sender).side;
  }

  #isKept(packet: Packet): boolean {
    const { type } = packet.header;
    return reviewed.some((each) => each === type) || (this.#side(packet)?.keeps?.includes(type) ?? false);
  }

  /** Puts a packet into the provider's box; resolves once it is kept. */
  async #keep(packet: Packet, arrival: Arrival): Promise<Posted> {
    const state = await this.#store.vouchers.post(forBox(packet, arrival));
    if (state === 'stored') this.#open.push(packet);
    else this.#rejected.push(`${packet.header.message}: ${packet.header.type} ${unkept[state]}`);
    return state;
  }

  /** What the provider does about a packet. */
  async #act(packet: Packet): Promise<Outgoing | undefined> {
    if (isOf(packet, 'user-report')) {
      this.#installations.of(packet.header.recipient).provider.takeUserReport(packet);
      return undefined;
    }
    const { provider, side } = this.#installations.of((packet.header as About).sender);
    if (isOf(packet, 'flag')) provider.takeFlag(packet);
    else if (isOf(packet, 'clear')) this.#note(packet.header, { scanned: await provider.scan(packet) });
    else if (isOf(packet, 'prefix-query')) return provider.lookUp(packet);
    else if (isOf(packet, 'hash-upload')) this.#note(packet.header, { scanned: provider.matchUpload(packet) });
    else return side?.handle?.(packet);
    return undefined;
  }

  /** Where an order is in force, the directory names one more device, and the app seals to it like to any other. */
  async #carrySealed(packet: Packet<'envelope'>, arrival: Arrival): Promise<Taken> {
    const state = await this.#relay.accept(packet, arrival);
    const { message, sender, recipient: account } = packet.header;
    const isAccepted = state === 'stored' || state === 'known';
    if (!isAccepted || !this.#design.ghost || !(await this.#store.orders.cover(sender, arrival.arrived)))
      return { state };
    const blobs = { key: this.#court.ghostKeys.publicKey };
    return { state, reply: { draft: { type: 'device-key', message, account }, blobs } };
  }

  /** A message that the provider reads reaches its box before the recipient's: neither can be without the other after a retry. */
  async #carryClear(packet: Packet<'clear'>, arrival: Arrival): Promise<Taken> {
    const { blobs: _, ...draft } = packet.header;
    const copy = this.#network.carry('relay', 'provider', draft, packet.blobs);
    const kept = await this.#keep(copy as Packet, arrival);
    if (kept !== 'stored' && kept !== 'known') return { state: kept };
    const state = await this.#relay.accept(copy, arrival);
    if (kept === 'stored') await this.#act(copy as Packet);
    return { state };
  }

  async #overhear(packet: Packet<'ghost-copy'>): Promise<Taken> {
    const { blobs: _, ...draft } = packet.header;
    const copy = this.#network.carry('relay', 'court', draft, packet.blobs);
    const key = await this.#store.accounts.sealingKey(draft.sender);
    try {
      this.#court.overhear(copy, key === undefined ? new Uint8Array(0) : fromHex(key));
    } catch (error) {
      if (!(error instanceof InvalidKeyError)) throw error;
      this.#rejected.push(`${draft.message}: the directory has no valid key of its sender`);
    }
    await this.#settle();
    return { state: 'passed' };
  }

  /** Keeps the reports that the curator received, one after the other; those that cannot be kept wait for the next time. */
  #settle(): Promise<void> {
    const next = async (): Promise<void> => {
      for (let tip = this.#curator.unsettled; tip; tip = this.#curator.unsettled) {
        const { state } = await this.#store.reports.add({ tip, received: this.#now?.() ?? tip.incident.sentAt });
        if (state === 'full') throw new StoreFull('The store of reports is full');
        if (state === 'taken') this.#rejected.push(`${tip.reportId}: another report has that name`);
        this.#curator.settle();
      }
    };
    // One at a time; a failure before is the answer to whoever asked then.
    const settled = this.#settling.then(next, next);
    this.#settling = settled.catch(() => undefined);
    return settled;
  }
}
