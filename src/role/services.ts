/**
 * Relay, provider, curator and court together. They receive packets from devices, and communicate through the network. State that must
 * outlive the process is stored before anybody gets an answer; `recover` rebuilds the rest from it.
 */
import { InvalidKeyError } from '../crypto/session.ts';
import type { Tip } from '../schema/tip.ts';
import { memoryStore } from '../store/memory.ts';
import type { PacketName, Page, PageLimits, Posted } from '../store/packet.ts';
import { type Store, StoreFull } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { fromHex, toHex } from '../util/hex.ts';
import { sendingDevice } from './address.ts';
import { Compliance, type RecordPage, type Served } from './compliance.ts';
import { Court, type Order } from './court.ts';
import { Curator } from './curator.ts';
import type { Design } from './design.ts';
import { type Endpoint, fromRole, type SetUp, taken } from './endpoint.ts';
import { type EscrowAgent, escrowAgent } from './escrow-agent.ts';
import { type HeldMessage, Holding } from './holding.ts';
import { type Installation, install, type Site } from './installation.ts';
import { KeyService, type KeyServiceCounts } from './key-service.ts';
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
  /** It was reported, and the second opinion cleared it before a reviewer looked. */
  readonly dismissed?: true;
}

/** How a packet was handled, and the answer, if it requests one. refused: wrong endpoint. passed: nothing of it needs storing. */
export interface Taken {
  readonly state: Posted | 'passed' | 'refused';
  readonly reply?: Outgoing | undefined;
}

/** How services run. */
interface ServiceOptions {
  /** By default in memory. */
  readonly store?: Store | undefined;
  /** Seconds since 1970. If omitted, times are logical: a message arrives when it is sent. */
  readonly now?: Clock | undefined;
  /** Regularly drops records that only experiments read, so that long-running services do not grow. */
  readonly forgets?: boolean;
  /** The relay's key for franking stamps, 32 bytes. By default drawn with the other keys. */
  readonly frankingKey?: Uint8Array | undefined;
}

/** Packets that the provider processes after its answer, under any strategy. */
const reviewed = ['clear', 'flag', 'hash-upload', 'user-report'] as const;

/** Why a packet for the provider is not stored. */
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
  readonly #keys = new KeyService();
  readonly #court: Court;
  readonly #compliance: Compliance;
  /** Set if messages that are known to match are held back. */
  readonly #holding: Holding | undefined;
  readonly #escrow: EscrowAgent | undefined;
  readonly #site: Site;
  readonly #installations: PerAccount<Installation>;
  readonly #findings = new Map<string, Finding>();
  /** Packets in the provider's box that wait for the next review. */
  #open: Packet[] = [];
  /** The time of the last arrival; undefined before the first. */
  #latest: number | undefined;
  #rejected: string[] = [];
  #settling: Promise<void> = Promise.resolve();

  constructor(network: Network, world: ServiceWorld, design: Design, options: ServiceOptions = {}) {
    this.#network = network;
    this.#world = world;
    this.#design = design;
    const { retention: retainSeconds } = world;
    this.#store = options.store ?? memoryStore(retainSeconds === undefined ? {} : { limits: { retainSeconds } });
    this.#now = options.now;
    this.#forgets = options.forgets ?? false;
    const frankingKey = options.frankingKey ?? world.random(32);
    this.#curator = new Curator(network, world.list);
    const box = this.#store.messages;
    const keepsClear = retainSeconds !== undefined;
    this.#relay = new Relay({ frankingKey, retains: () => design.escrow !== undefined, keepsClear, box });
    this.#escrow = escrowAgent(network, world, design.escrow);
    this.#court = new Court(network, world, this.#curator, this.#escrow);
    const { orders } = this.#store;
    this.#compliance = new Compliance({ network, design, relay: this.#relay, court: this.#court, orders, keepsClear });
    this.#holding = world.prevention && new Holding(world.prevention, world.holdLimits);
    const reject = (reason: string): void => void this.#rejected.push(reason);
    this.#site = { network, design, curator: this.#curator, frankingKey, escrow: this.#escrow, reject };
    this.#installations = new PerAccount(install(this.#site, world));
  }

  /** Whether a message arrives when it was sent, in logical time. */
  get isLogical(): boolean {
    return this.#now === undefined;
  }

  /** Store for all durable state. */
  get store(): Store {
    return this.#store;
  }

  /** Reports that reached the curator, except forgotten ones. */
  get tips(): readonly Tip[] {
    return this.#curator.tips;
  }

  /** What the key service gave away and refused. */
  get keyService(): KeyServiceCounts {
    return this.#keys.counts;
  }

  /** Number of list entries that an insider could add unseen, if the protocol can count them. */
  get hiddenCapacity(): number | undefined {
    return this.#installations.of().side?.hiddenCapacity;
  }

  /** Reasons for every rejection. */
  get rejected(): readonly string[] {
    const byProviders = this.#installations.all.flatMap(({ provider }) => provider.rejected);
    return [...this.#rejected, ...byProviders, ...this.#court.rejected, ...(this.#escrow?.rejected ?? [])];
  }

  get secrets(): Omit<Secrets, 'devices' | 'sessions'> {
    return {
      ghost: this.#court.ghostKeys,
      ghostSessions: this.#court.ghostSecrets,
      franking: this.#site.frankingKey,
      escrow: this.#escrow?.secret,
      protocol: this.#installations.of().side?.secret,
    };
  }

  /** What the services know about a message. */
  finding(name: MessageName): Finding | undefined {
    return this.#findings.get(nameOf(name));
  }

  /** Registers a device's public key in the directory without a signature: it also serves as the account's signing key. */
  async register(account: string, publicKey: Uint8Array): Promise<void> {
    const key = toHex(publicKey);
    await this.#store.accounts.register(account, key, this.#now?.() ?? 0, key);
  }

  /** The set-up for an account's devices; without an account, the default set-up. */
  setUp(account?: string): SetUp {
    const { provider, side, parameters } = this.#installations.of(account);
    return { parameters, list: this.#design.listOnDevice ? provider.distribute() : undefined, set: side?.setUp };
  }

  /** Handles a device's packet; returns the answer to the sender's device, if it requests one. */
  async handle(endpoint: Endpoint, packet: Packet): Promise<Outgoing | undefined> {
    return (await this.take(endpoint, packet)).reply;
  }

  /** Handles a packet that came over a network, and records its arrival. */
  async arrive(endpoint: Endpoint, packet: Packet, digest?: string): Promise<Taken> {
    this.#network.arrived(fromRole(packet.header.type), endpoint, packet, bytesOf(packet));
    return await this.take(endpoint, packet, digest);
  }

  /** Handles a device's packet, and stores it if necessary. `digest` is the SHA-256 of its bytes, if known. */
  async take(endpoint: Endpoint, packet: Packet, digest?: string): Promise<Taken> {
    const { type, message } = packet.header;
    if (!taken[endpoint].includes(type)) {
      this.#rejected.push(`${message}: the ${endpoint} takes no ${type} from devices`);
      return { state: 'refused' };
    }
    if (isOf(packet, 'prekey-upload')) return { state: 'passed', reply: this.#keys.upload(packet) };
    if (isOf(packet, 'prekey-query')) return { state: 'passed', reply: this.#keys.ask(packet) };
    const arrival: Arrival = { arrived: this.#now?.() ?? (packet.header as About).sentAt, digest };
    this.#latest = Math.max(this.#latest ?? 0, arrival.arrived);
    if (isOf(packet, 'envelope')) return await this.#carrySealed(packet, arrival);
    if (isOf(packet, 'clear')) return await this.#carryClear(packet, arrival);
    if (isOf(packet, 'device-copy')) return { state: await this.#carryCopy(packet, arrival) };
    if (isOf(packet, 'ghost-copy')) return await this.#overhear(packet);
    if (isOf(packet, 'go-on')) return await this.#goOn(packet);
    const state = this.#isKept(packet) ? await this.#keep(packet, arrival) : 'passed';
    // A repeated query is answered again; packets without an answer are processed once.
    const isAsked = isOf(packet, 'bucket-query') && state === 'known';
    if (state !== 'stored' && state !== 'passed' && !isAsked) return { state };
    return { state, reply: await this.#act(packet) };
  }

  /** Takes all waiting messages out of the mailboxes, in order of arrival. */
  deliver(): Promise<Outgoing<Mail>[]> {
    return this.#relay.deliver();
  }

  /** Messages that wait in a mailbox, as recipients fetch them over a network. */
  mail(recipient: string, limits: PageLimits): Promise<Page> {
    return this.#relay.page(recipient, limits);
  }

  /** A recipient acknowledges these messages; returns how many of them were waiting. */
  acknowledge(recipient: string, names: readonly PacketName[]): Promise<number> {
    return this.#relay.acknowledge(recipient, names);
  }

  /** The provider processes its review queue. A processed packet is deleted when the reports about it are stored. */
  async review(): Promise<void> {
    const done = this.#open;
    this.#open = [];
    try {
      for (const { side, provider } of this.#installations.all) {
        for (const name of side?.settle?.() ?? []) this.#note(name, { scanned: 'match' });
        await provider.review();
        for (const name of provider.dismissed) this.#note(name, { dismissed: true });
      }
      await this.#release();
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
   * Serves a court order. Without escrow or ghost, an order without a demand cannot open anything. A repeated order opens
   * the same messages again.
   */
  async serve(order: Order): Promise<Served> {
    const { id, demand, ...period } = order;
    if (demand !== undefined) {
      // In logical time it is served behind what arrived last.
      const now = this.#now?.() ?? (this.#latest === undefined ? 0 : this.#latest + 1);
      if (this.#world.retention !== undefined) await this.#store.prune(now);
      const served = await this.#compliance.serve({ id, demand, ...period }, now);
      await this.#settle();
      return served;
    }
    const state = await this.#store.orders.serve({ order: id, ...period }, this.#now?.() ?? 0);
    if (state === 'taken') return { state };
    if (this.#design.ghost) this.#court.infiltrate(order);
    else await this.#court.serve(order, this.#relay);
    await this.#settle();
    return { state };
  }

  /** What an order for metadata has produced since these services began; undefined if no such order was served. */
  records(order: string, skip: number): RecordPage | undefined {
    return this.#compliance.records(order, skip);
  }

  /** After a restart: replays unfinished packets to the provider. */
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

  /** Drops records that only experiments read, if no experiment runs. */
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

  /** Uses other lists from now on; devices fetch the new set-up. */
  relist(lists: Lists, by: Lister, accounts?: readonly string[]): void {
    const renewal = { by, first: this.#installations.all[0]?.side };
    this.#installations.give(install(this.#site, { ...this.#world, ...lists }, renewal), accounts);
  }

  /** The provider's reviewers no longer request a second opinion. */
  dropSecondOpinion(): void {
    for (const { provider } of this.#installations.all) provider.dropSecondOpinion();
  }

  #note(about: MessageName, finding: Finding): void {
    const name = nameOf(about);
    this.#findings.set(name, { ...this.#findings.get(name), ...finding });
  }

  /** The provider's side of the protocol that a sender's device uses. */
  #side(packet: Packet): Installation['side'] {
    return this.#installations.of((packet.header as About).sender).side;
  }

  #isKept(packet: Packet): boolean {
    const { type } = packet.header;
    return reviewed.some((each) => each === type) || (this.#side(packet)?.keeps?.includes(type) ?? false);
  }

  /** Puts a packet into the provider's box; resolves when it is stored. */
  async #keep(packet: Packet, arrival: Arrival): Promise<Posted> {
    const state = await this.#store.vouchers.post(forBox(packet, arrival));
    if (state === 'stored') this.#open.push(packet);
    else this.#rejected.push(`${packet.header.message}: ${packet.header.type} ${unkept[state]}`);
    return state;
  }

  /** What the provider does with a packet. */
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

  /** While an order is in force, the directory lists one more device, and the app encrypts to it like to any other. */
  async #carrySealed(packet: Packet<'envelope'>, arrival: Arrival): Promise<Taken> {
    const held = this.#hold({ packet, arrival });
    if (held) return held;
    const state = await this.#pass({ packet, arrival });
    const { message, sender, recipient: account } = packet.header;
    const isAccepted = state === 'stored' || state === 'known';
    if (!isAccepted || !this.#design.ghost || !(await this.#store.orders.cover(sender, arrival.arrived)))
      return { state };
    const { publicKey: key, bundle } = this.#court.ghost;
    const prekeys = bundle();
    const blobs = { key, ...(prekeys.length > 0 ? { bundle: prekeys } : {}) };
    return { state, reply: { draft: { type: 'device-key', message, account }, blobs } };
  }

  /**
   * A copy for a further device. An order produces a message once: from its envelope, and a copy says no more. An app sends no copy of what is held back, but a
   * changed one may.
   */
  async #carryCopy(packet: Packet<'device-copy'>, arrival: Arrival): Promise<Taken['state']> {
    const { header } = packet;
    if (this.#holding?.withholds(header) && this.#installations.of(header.sender).provider.suspicion(header)) {
      this.#rejected.push(`${header.message}: a copy for ${header.recipient} of a message that is held back`);
      return 'refused';
    }
    return await this.#relay.accept(packet, arrival);
  }

  /** A message that the provider reads enters its box before the recipient's. A retry thus restores whichever is missing. */
  async #carryClear(packet: Packet<'clear'>, arrival: Arrival): Promise<Taken> {
    const { blobs: _, ...draft } = packet.header;
    const copy = this.#network.carry('relay', 'provider', draft, packet.blobs);
    const kept = await this.#keep(copy as Packet, arrival);
    if (kept !== 'stored' && kept !== 'known') return { state: kept };
    // To hold a message back, it has to be scanned first.
    if (this.#holding && kept === 'stored') await this.#act(copy as Packet);
    const held = this.#hold({ packet: copy, arrival });
    if (held) return held;
    const state = await this.#pass({ packet: copy, arrival });
    if (!this.#holding && kept === 'stored') await this.#act(copy as Packet);
    return { state };
  }

  /** Puts a message into its recipient's mailbox, and produces it where an order in force covers it. */
  async #pass({ packet, arrival }: HeldMessage): Promise<Posted> {
    const state = await this.#relay.accept(packet, arrival);
    if (state === 'stored' && this.#compliance.produce(packet, arrival.arrived)) await this.#settle();
    return state;
  }

  /** Holds a message back if the services know by now that it matches; the reply says so to its sender's device. */
  #hold(message: HeldMessage): Taken | undefined {
    if (!this.#holding) return undefined;
    const { header } = message.packet;
    const { side, provider } = this.#installations.of(header.sender);
    for (const name of side?.settle?.(header.sender) ?? []) this.#note(name, { scanned: 'match' });
    const found = provider.suspicion(header);
    const reply = found && this.#holding.hold(message, found);
    if (reply !== 'full') return reply && { state: 'passed', reply };
    this.#rejected.push(
      `${header.message}: beyond what can be held back; it is not delivered, and its sender may try again`,
    );
    return { state: 'full' };
  }

  async #goOn({ header }: Packet<'go-on'>): Promise<Taken> {
    const held = this.#holding?.goOn(header);
    if (held) return { state: await this.#pass(held) };
    this.#rejected.push(`${header.message}: no message of this name waits for its sender`);
    return { state: 'refused' };
  }

  /** After a review: delivers what was held and not confirmed. */
  async #release(): Promise<void> {
    if (!this.#holding) return;
    const cleared = this.#installations.all.flatMap(({ provider }) => [...provider.dismissed, ...provider.unconfirmed]);
    for (const message of this.#holding.release(cleared)) await this.#pass(message);
  }

  async #overhear(packet: Packet<'ghost-copy'>): Promise<Taken> {
    const { blobs: _, ...draft } = packet.header;
    const copy = this.#network.carry('relay', 'court', draft, packet.blobs);
    const key = await this.#store.accounts.sealingKey(sendingDevice(draft));
    try {
      this.#court.overhear(copy, key === undefined ? new Uint8Array(0) : fromHex(key));
    } catch (error) {
      if (!(error instanceof InvalidKeyError)) throw error;
      this.#rejected.push(`${draft.message}: the directory has no valid key of its sender`);
    }
    await this.#settle();
    return { state: 'passed' };
  }

  /** Stores the reports that the curator received, one by one. If storing fails, they wait for the next attempt. */
  #settle(): Promise<void> {
    const next = async (): Promise<void> => {
      for (let tip = this.#curator.unsettled; tip; tip = this.#curator.unsettled) {
        const { state } = await this.#store.reports.add({ tip, received: this.#now?.() ?? tip.incident.sentAt });
        if (state === 'full') throw new StoreFull('The store of reports is full');
        if (state === 'taken') this.#rejected.push(`${tip.reportId}: another report has that name`);
        this.#curator.settle();
      }
    };
    // One run at a time; the previous caller already received its failure.
    const settled = this.#settling.then(next, next);
    this.#settling = settled.catch(() => undefined);
    return settled;
  }
}
