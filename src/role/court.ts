/** The court with its escrow agent. It serves orders, and opens the produced messages with the escrow key. */
import type { DeviceSecrets } from '../crypto/ratchet-sessions.ts';
import type { DeviceKeys } from '../crypto/session.ts';
import type { Demand } from '../schema/packet.ts';
import type { Curator } from './curator.ts';
import { contentOf, Device, openPacket, type Peer } from './device.ts';
import type { EscrowAgent } from './escrow-agent.ts';
import type { Network } from './network.ts';
import type { Relay } from './relay.ts';
import { sendTip } from './tip.ts';
import type { Blobs, Outgoing, Packet } from './wire.ts';
import type { Message, ServiceWorld } from './world.ts';

/**
 * A court order: covers every message that one account sent in one period of logical time, both ends included. Without a demand it is served as the design
 * provides for: stored messages, or under a ghost those from then on.
 */
export interface Order {
  readonly id: string;
  readonly account: string;
  readonly from: number;
  readonly to: number;
  readonly demand?: Demand | undefined;
}

/** Whether an order covers this message. */
export const covers = ({ account, from, to }: Order, { sender, sentAt }: Pick<Message, 'sender' | 'sentAt'>): boolean =>
  sender === account && sentAt >= from && sentAt <= to;

/** Account name under which the court intercepts messages. */
export const ghostAccount = 'ghost';

export class Court {
  readonly #network: Network;
  readonly #world: ServiceWorld;
  readonly #curator: Curator;
  readonly #agent: EscrowAgent | undefined;
  readonly #ghost: Device;
  #rejected: string[] = [];

  /** `agent` opens messages that were encrypted to escrow, if the strategy uses escrow. */
  constructor(network: Network, world: ServiceWorld, curator: Curator, agent?: EscrowAgent) {
    this.#network = network;
    this.#world = world;
    this.#curator = curator;
    this.#agent = agent;
    // It only receives, so it needs no padding.
    this.#ghost = new Device(ghostAccount, { random: world.random, session: world.session, paddingBytes: 0 });
  }

  /** Keys of the device with which the court intercepts. */
  get ghostKeys(): DeviceKeys {
    return this.#ghost.keys;
  }

  /** The same device as the directory shows it. */
  get ghost(): Peer {
    const device = this.#ghost;
    return { publicKey: device.keys.publicKey, bundle: () => device.bundle() };
  }

  /** A copy of the secrets of its sessions; undefined where the channel is static. */
  get ghostSecrets(): DeviceSecrets | undefined {
    return this.#ghost.secrets;
  }

  get rejected(): readonly string[] {
    return this.#rejected;
  }

  /** Drops records that only experiments read. */
  forget(): void {
    this.#rejected = [];
    this.#agent?.forget();
  }

  /**
   * Serves an order: the provider passes it to the relay, and the relay produces the messages. The court reads those that it can open and
   * reports those that it confirms.
   */
  async serve({ id, account, from, to }: Order, relay: Relay): Promise<void> {
    const draft = { type: 'order', message: '', order: id, account, from, to } as const;
    this.#network.carry('court', 'provider', draft);
    const order = this.#network.carry('provider', 'relay', draft);
    for await (const { draft, blobs } of relay.surrender(order)) this.receive(draft, blobs);
  }

  /** Receives a message that the relay produces, and reads it if it can. */
  receive(draft: Outgoing<'returned'>['draft'], blobs: Blobs): void {
    this.#read(this.#network.carry('relay', 'court', draft, blobs));
  }

  /**
   * Makes the provider add the court's device to an account's conversations until the order ends. Returns the order as the provider
   * received it.
   */
  infiltrate({ id, account, from, to }: Order): Order {
    const draft = { type: 'order', message: '', order: id, account, from, to } as const;
    const { header } = this.#network.carry('court', 'provider', draft);
    return { id: header.order, account: header.account, from: header.from, to: header.to };
  }

  /** Opens a copy that a device encrypted to the ghost, as any recipient would. */
  overhear(packet: Packet<'ghost-copy'>, peer: Uint8Array): void {
    this.#take(packet, this.#ghost.open(packet, peer));
  }

  #read(packet: Packet<'returned'>): void {
    const { picture } = packet.blobs;
    if (picture) {
      this.#confirm(packet, picture);
      return;
    }
    const key = this.#agent?.open(packet) ?? { ok: false, reason: 'nothing is in escrow' };
    this.#take(packet, contentOf(key.ok ? openPacket(key.plaintext, packet) : key));
  }

  /** Reads an opened message, and reports it if it is confirmed. */
  #take(packet: Packet<'returned'> | Packet<'ghost-copy'>, result: ReturnType<typeof contentOf>): void {
    const { message } = packet.header;
    if ('rejected' in result) {
      this.#rejected.push(`${message}: ${result.rejected}`);
      return;
    }
    this.#confirm(packet, result.content.picture);
  }

  /** Looks at a picture, and reports it if it is confirmed. */
  #confirm(packet: Packet<'returned'> | Packet<'ghost-copy'>, picture: Uint8Array): void {
    this.#network.opened('court', packet.header.message, picture);
    if (!this.#world.people.confirms(picture)) return;
    const { algorithm } = this.#world.list;
    const finding = { detectedBy: 'court-order', header: packet.header, algorithm, picture } as const;
    this.#curator.receive(sendTip(this.#network, 'court', finding));
  }
}
