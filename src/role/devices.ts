/** The users' devices of a deployment. They scan, encrypt, send, and open received messages. They reach the services only through a link. */
import { InvalidKeyError } from '../crypto/session.ts';
import type { Prevention } from '../schema/vocabulary.ts';
import { equalBytes } from '../util/bytes.ts';
import { deviceAddress, deviceAddresses, sendingDevice } from './address.ts';
import { type App, openApp } from './app.ts';
import { ghostAccount } from './court.ts';
import type { Design } from './design.ts';
import { type Composed, Device, type Peer } from './device.ts';
import type { EscrowSeal } from './escrow-agent.ts';
import type { Link } from './link.ts';
import { partName } from './message-name.ts';
import type { Network } from './network.ts';
import { PerAccount } from './per-account.ts';
import { PrekeyClient } from './prekey-client.ts';
import type { Mail } from './relay.ts';
import type { Secrets } from './secrets.ts';
import { type AppUpdate, endpoints } from './sender.ts';
import { type Blobs, blob, isOf, type Packet } from './wire.ts';
import type { DeviceWorld, Message, Scan } from './world.ts';

/** What the devices know about a message that one of them sent. */
export interface Sent extends Scan {
  /** The recipient decrypted exactly the bytes that were sent. */
  readonly delivered: boolean;
  /** The sender was warned and did not send it. */
  readonly aborted: boolean;
  /** Its device did not send it, or the services said that they hold it back. */
  readonly held?: Prevention;
  /** Copies for further devices that were opened there as they were sent; only where accounts have several. */
  readonly copies?: number;
  /** How each of its parts was scanned, where it has several, in their order. */
  readonly parts?: readonly Scan['scanned'][];
}

/** What is known of a message from its parts, at least one: it matches if any does, and is refused if no part can be scanned. */
export const ofParts = (parts: readonly Scan['scanned'][]): Scan['scanned'] =>
  (['match', 'clear', 'refused'] as const).find((scanned) => parts.includes(scanned)) ?? 'none';

export class Devices {
  readonly #network: Network;
  readonly #world: DeviceWorld;
  readonly #design: Design;
  /** By address. */
  readonly #devices: ReadonlyMap<string, Device>;
  readonly #sent = new Map<string, Sent>();
  /** Pictures on their way, and the devices that still wait for them. */
  readonly #pictures = new Map<string, { readonly picture: Uint8Array; readonly waiting: Set<string> }>();
  /** How many messages each account sent: its devices take turns. */
  readonly #turns = new Map<string, number>();
  readonly #rejected: string[] = [];
  #warnOnly: boolean;
  /** Set if devices use the key service. */
  #prekeys: PrekeyClient | undefined;
  #connected: { readonly link: Link; readonly apps: PerAccount<App> } | undefined;

  /** Creates the devices of every account; none is connected yet. */
  constructor(network: Network, world: DeviceWorld, design: Design) {
    this.#network = network;
    this.#world = world;
    this.#design = design;
    this.#warnOnly = design.warnOnly ?? false;
    const devices = world.accounts.flatMap((account) =>
      deviceAddresses(account, world.devices).map((_, i) => new Device(account, world, i + 1)),
    );
    this.#devices = new Map(devices.map((device) => [device.address, device]));
  }

  /** Registers all public keys in the directory, publishes prekeys if there is a key service, and fetches the set-up. */
  async connect(link: Link): Promise<void> {
    for (const [account, { keys }] of this.#devices) await link.register(account, keys.publicKey);
    const { prekeys } = this.#world;
    const reject = (reason: string): void => void this.#rejected.push(reason);
    this.#prekeys = prekeys && new PrekeyClient(prekeys, [...this.#devices.values()], { link, reject });
    await this.#prekeys?.publish();
    this.#connected = { link, apps: new PerAccount(await this.#fetch(link)) };
  }

  /** Fetches a new set-up for the devices of these accounts, or for all. */
  async renew(accounts?: readonly string[]): Promise<void> {
    this.#apps.give(await this.#fetch(this.#link, accounts?.[0]), accounts);
  }

  /** Size in bytes of the hash list, or of its representation, on a sender's device. */
  get listBytes(): number {
    const { sender, side } = this.#apps.of();
    return sender.listBytes + (side?.deviceBytes ?? 0);
  }

  /** Reasons for every rejection. */
  get rejected(): readonly string[] {
    return this.#rejected;
  }

  get secrets(): Pick<Secrets, 'devices' | 'sessions'> {
    const sessions = [...this.#devices].flatMap(([account, { secrets }]) =>
      secrets ? [[account, secrets] as const] : [],
    );
    return {
      devices: new Map([...this.#devices].map(([account, { keys }]) => [account, keys])),
      sessions: new Map(sessions),
    };
  }

  /** The outcome of a message, as far as the devices know it. */
  sent(message: string): Sent | undefined {
    return this.#sent.get(message);
  }

  /** Updates the app on all devices. */
  update(update: AppUpdate): void {
    if (update.reports) this.#warnOnly = false;
    for (const { sender } of this.#apps.all) sender.update(update);
  }

  /** Sends one message: scans it once, encrypts it to every device that it is for, and posts it to the relay. */
  async send(planned: Message): Promise<void> {
    await this.#prekeys?.at(planned.sentAt);
    const message = { ...planned, device: planned.device ?? this.#turn(planned.sender) };
    const scan = await this.#scan(message);
    const aborted = scan.warned === true && this.#world.people.aborts(message);
    const isBlocked = scan.scanned === 'match' && this.#world.prevention === 'block';
    this.#sent.set(message.id, { ...scan, delivered: false, aborted, ...(isBlocked ? { held: 'block' } : {}) });
    if (aborted || isBlocked) return;
    const { picture } = message;
    this.#pictures.set(message.id, { picture, waiting: new Set([message.recipient]) });
    if (this.#design.clear) {
      const draft = { type: 'clear', ...endpoints(message, this.#design.name) } as const;
      await this.#goesOn(message, await this.#link.ask('relay', draft, { picture }));
      return;
    }
    const composed = this.#device(deviceAddress(message.sender, message.device)).compose(
      picture,
      this.#design.franking,
    );
    const sent = await this.#sendSealed(message, composed);
    if (!sent) {
      this.#pictures.delete(message.id);
      return;
    }
    // Copies follow: if the message is held back, they are not sent around it.
    if (await this.#goesOn(message, sent.reply)) await this.#sendCopies(message, composed);
  }

  /** Recipients fetch their waiting messages, open them, and report some. */
  async deliver(): Promise<void> {
    for await (const packet of this.#link.deliver()) {
      const { message } = packet.header;
      const isSealed = isOf(packet, 'envelope') || isOf(packet, 'device-copy');
      const picture = isSealed ? await this.#open(packet) : blob(packet, 'picture');
      if (!picture) continue;
      const sent = this.#pictures.get(message);
      // A relay can forge cleartext messages, or deliver them twice.
      if (!sent) this.#rejected.push(`${message}: nothing under this name is on its way`);
      else if (equalBytes(picture, sent.picture)) {
        this.#arrived(packet);
        sent.waiting.delete(packet.header.recipient);
        if (sent.waiting.size === 0) this.#pictures.delete(message);
      }
    }
  }

  /** Notes that a device has a message, or a copy of it, as it was sent. */
  #arrived({ header }: Packet<Mail>): void {
    const sent = this.#sent.get(header.message)!;
    const { copies = 0 } = sent;
    const isCopy = header.type === 'device-copy';
    this.#sent.set(header.message, { ...sent, ...(isCopy ? { copies: copies + 1 } : { delivered: true }) });
  }

  /** The device of an account whose turn it is to send: each writes as often as the others. */
  #turn(account: string): number {
    const turn = this.#turns.get(account) ?? 0;
    this.#turns.set(account, turn + 1);
    return 1 + (turn % (this.#world.devices ?? 1));
  }

  get #link(): Link {
    if (!this.#connected) throw new Error('The devices are not connected');
    return this.#connected.link;
  }

  get #apps(): PerAccount<App> {
    if (!this.#connected) throw new Error('The devices are not connected');
    return this.#connected.apps;
  }

  async #fetch(link: Link, account?: string): Promise<App> {
    const reject = (reason: string): void => void this.#rejected.push(reason);
    const trusted = this.#connected?.apps.all[0]?.authoriser;
    const arrived = await link.setUp(account);
    const { world, design, warnOnly } = { world: this.#world, design: this.#design, warnOnly: this.#warnOnly };
    return openApp({ link, world, design, warnOnly, reject, trusted }, arrived);
  }

  /**
   * Scans a message, or each of its parts: all of them, whatever comes of the first ones, because a query that is not made would reveal it.
   */
  async #scan(message: Message): Promise<Scan & Pick<Sent, 'parts'>> {
    const { sender, side } = this.#apps.of(message.sender);
    if (!side && !this.#design.scan) return { scanned: 'none' };
    const pictures = await sender.parts(message);
    if (pictures.length === 1) return this.#scanPart({ ...message, picture: pictures[0]! });
    const scans: Scan[] = [];
    for (const [i, picture] of pictures.entries())
      scans.push(await this.#scanPart({ ...message, id: partName(message.id, i), picture }));
    const parts = scans.map(({ scanned }) => scanned);
    const warned = scans.some((scan) => scan.warned);
    return { scanned: ofParts(parts), parts, ...(warned ? { warned } : {}) };
  }

  async #scanPart(message: Message): Promise<Scan> {
    const { side, sender } = this.#apps.of(message.sender);
    const scan = await (side?.scan(message) ?? this.#design.scan?.(sender, message));
    if (!scan) return { scanned: 'none' };
    const warns = sender.warnOnly || this.#world.prevention === 'warn';
    return warns ? { ...scan, warned: scan.scanned === 'match' } : scan;
  }

  /** Whether a message goes on to its recipient after the services' reply, as far as its sender's device decides it. */
  async #goesOn(message: Message, reply: Packet | undefined): Promise<boolean> {
    return reply && isOf(reply, 'held') ? await this.#heldBack(message, reply.header.reason) : true;
  }

  /** The services hold a message back, and asked its sender whether to go on, or decided without. Returns whether it goes on. */
  async #heldBack(message: Message, held: Prevention): Promise<boolean> {
    const isWarned = held === 'warn';
    const aborted = isWarned && this.#world.people.aborts(message);
    const { warned, ...sent } = this.#sent.get(message.id)!;
    this.#sent.set(message.id, { ...sent, ...(isWarned || warned ? { warned: true } : {}), aborted, held });
    if (!isWarned || aborted) return false;
    await this.#link.ask('relay', { type: 'go-on', ...endpoints(message, this.#design.name) }, {});
    return true;
  }

  /** Encrypts a message again to the recipient's further devices and to the sender's own, and posts each copy. */
  async #sendCopies(message: Message, composed: Composed): Promise<void> {
    const { devices } = this.#world;
    const from = deviceAddress(message.sender, message.device);
    const further = deviceAddresses(message.recipient, devices).slice(1);
    const own = deviceAddresses(message.sender, devices).filter((address) => address !== from);
    for (const address of [...further, ...own]) {
      // What an own device receives is of several conversations, so the time of sending numbers it.
      const sequence = own.includes(address) ? message.sentAt : message.sequence;
      const copy = { ...message, recipient: address, sequence };
      const blobs = this.#sealedTo(copy, await this.#peer(from, address), { composed });
      if (!blobs) continue;
      this.#pictures.get(message.id)?.waiting.add(address);
      await this.#link.ask('relay', { type: 'device-copy', ...endpoints(copy, this.#design.name) }, blobs);
    }
  }

  /**
   * A device as another one knows it. Its identity keys are those that it has, as a log of device keys proves them; its prekeys come from the key service if there is one, and are
   * checked against these.
   */
  async #peer(from: string, address: string): Promise<Peer> {
    const [asker, device] = [this.#device(from), this.#device(address)];
    const { publicKey } = device.keys;
    if (!this.#prekeys) return { publicKey, bundle: () => device.bundle() };
    const bundle = asker.knows(address) ? new Uint8Array(0) : await this.#prekeys.bundle(asker, address);
    return { publicKey, signing: device.signing, bundle: () => bundle };
  }

  /** Encrypts a message and posts it. Returns the services' reply; undefined if it could not be encrypted. */
  async #sendSealed(message: Message, composed: Composed): Promise<{ readonly reply: Packet | undefined } | undefined> {
    const { name } = this.#design;
    const { escrow } = this.#apps.of(message.sender);
    const from = deviceAddress(message.sender, message.device);
    const blobs = this.#sealedTo(message, await this.#peer(from, message.recipient), { escrow, composed });
    if (!blobs) return undefined;
    const draft = { type: 'envelope', ...endpoints(message, name) } as const;
    const reply = await this.#link.ask('relay', draft, blobs);
    if (reply && isOf(reply, 'device-key')) await this.#sendToAdded(message, reply);
    return { reply };
  }

  /** The directory listed an additional device for the recipient: the app encrypts to it as well, and displays nothing to its user. */
  async #sendToAdded(message: Message, added: Packet<'device-key'>): Promise<void> {
    // It receives from several conversations, so the time of sending numbers its messages.
    const copy = { ...message, recipient: ghostAccount, sequence: message.sentAt };
    const peer = { publicKey: blob(added, 'key'), bundle: () => blob(added, 'bundle') };
    const blobs = this.#sealedTo(copy, peer);
    if (!blobs) return;
    const draft = { type: 'ghost-copy', ...endpoints(copy, this.#design.name) } as const;
    await this.#link.ask('relay', draft, blobs);
  }

  /** Encrypts a message to a device. Returns undefined, and records why, if what the directory or the key service says of it is invalid. */
  #sealedTo(
    message: Message,
    peer: Peer,
    { escrow, composed }: { readonly escrow?: EscrowSeal | undefined; readonly composed?: Composed } = {},
  ): Blobs | undefined {
    const { name: strategy } = this.#design;
    try {
      return this.#device(deviceAddress(message.sender, message.device)).seal(
        message,
        peer,
        { strategy, escrow },
        composed,
      );
    } catch (error) {
      if (!(error instanceof InvalidKeyError)) throw error;
      const whose = message.recipient === ghostAccount ? 'the added device' : message.recipient;
      this.#rejected.push(`${message.id}: the key of ${whose} is invalid`);
      return undefined;
    }
  }

  async #open(packet: Packet<'envelope'> | Packet<'device-copy'>): Promise<Uint8Array | undefined> {
    const { header } = packet;
    const [device, peer] = [this.#devices.get(header.recipient), this.#devices.get(sendingDevice(header))];
    const result =
      device && peer
        ? device.open(packet, peer.keys.publicKey, this.#design.franking)
        : { rejected: 'there is no such sender or recipient' };
    if ('rejected' in result) {
      this.#rejected.push(`${header.message}: ${result.rejected}`);
      return undefined;
    }
    const { picture, frankingKey } = result.content;
    this.#network.opened('recipient', header.message, picture);
    // The recipient reports a message once, from its first device.
    if (
      isOf(packet, 'envelope') &&
      frankingKey.length > 0 &&
      this.#world.people.reports({ id: header.message }, picture)
    ) {
      const { blobs: _, type: __, ...facts } = packet.header;
      const proof = { plaintext: picture, frankingKey, tag: blob(packet, 'tag'), stamp: blob(packet, 'stamp') };
      await this.#link.ask('provider', { type: 'user-report', ...facts }, proof);
    }
    return picture;
  }

  #device(account: string): Device {
    const device = this.#devices.get(account);
    if (!device) throw new Error(`No device of account ${account}`);
    return device;
  }
}
