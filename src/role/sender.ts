/** The sender's side of a scan: what a strategy can do on the device before a message is encrypted. */
import { binary } from '../match/format/binary.ts';
import { hashList } from '../match/hash-list.ts';
import { type Hit, type Searcher, searcher } from '../match/search.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import { equalBytes } from '../util/bytes.ts';
import { askProvider, type Link } from './link.ts';
import { prefixOf } from './prefix.ts';
import { blob, type Packet } from './wire.ts';
import { type DeviceWorld, type HashUse, type Message, partsOf, type Scanner } from './world.ts';

/** Result of matching a picture on the device. */
type Matched =
  | { readonly state: 'match'; readonly hash: Uint8Array; readonly hit: Hit }
  | { readonly state: 'clear'; readonly hash: Uint8Array }
  | { readonly state: 'refused' };

/** Why a device reports its own message. */
export interface Evidence {
  readonly reason: 'hash' | 'classifier';
  readonly hash?: Uint8Array;
  readonly hit?: Hit;
  readonly score?: number;
}

/** Changes in one app update. */
export interface AppUpdate {
  /** Other code that scans pictures, such as another network. */
  readonly scanner?: Scanner;
  /** Matches that only caused a warning are now reported. */
  readonly reports?: true;
}

/** Inputs of the sender's side: the app's world, what the device received, and the link. */
interface SenderSetting {
  readonly link: Link;
  readonly world: DeviceWorld;
  readonly parameters: PublicParameters;
  readonly strategy: string;
  /** The list, if the strategy stores it on the device. */
  readonly list?: Packet<'list'> | undefined;
  /** Only the device's user is informed of a match. */
  readonly warnOnly?: boolean | undefined;
}

export class Sender {
  readonly #link: Link;
  readonly #world: DeviceWorld;
  readonly #facts: PublicParameters['list'];
  readonly #strategy: string;
  readonly #list: Searcher | undefined;
  #scanner: Scanner;
  #warnOnly: boolean;
  /** Size in bytes of the list file on this device; 0 if there is none. */
  readonly listBytes: number;

  constructor({ link, world, parameters, strategy, list, warnOnly = false }: SenderSetting) {
    this.#link = link;
    this.#world = world;
    this.#facts = parameters.list;
    this.#strategy = strategy;
    this.#scanner = world.scanner;
    this.#warnOnly = warnOnly;
    const file = list && blob(list, 'list');
    this.listBytes = file?.length ?? 0;
    this.#list = file && searcher(binary.read(file, parameters.list).list);
  }

  /** The pictures of a message that the device scans. */
  parts(message: Message): Promise<readonly Uint8Array[]> {
    return partsOf(this.#scanner, message.picture);
  }

  /** Computes the picture's perceptual hash for a use, on the device; undefined if the hash is refused. */
  async hash(message: Message, use: HashUse = 'near'): Promise<Uint8Array | undefined> {
    const outcome = await this.#scanner.hash(message.picture, use);
    return outcome.state === 'hashed' ? outcome.hash : undefined;
  }

  /** Computes the classifier's score on the device; undefined if the picture is unreadable. */
  score(message: Message): Promise<number | undefined> {
    return this.#scanner.score(message.picture);
  }

  /** Smallest score that is reported. */
  get thresholdScore(): number {
    return this.#world.thresholdScore;
  }

  /** Whether only this device's user is informed of a match. */
  get warnOnly(): boolean {
    return this.#warnOnly;
  }

  /** Updates the app: other code scans pictures, or matches are reported from now on. */
  update({ scanner, reports }: AppUpdate): void {
    if (scanner) this.#scanner = scanner;
    if (reports) this.#warnOnly = false;
  }

  /** Compares the picture with the list on this device. */
  async match(message: Message): Promise<Matched> {
    if (!this.#list) throw new Error(`${this.#strategy} matches on the device without having the list there`);
    const hash = await this.hash(message);
    return hash ? this.#decide(hash, this.#list.nearest(hash)) : { state: 'refused' };
  }

  /** Requests the entries that share the first bits of the hash from the provider, and compares with those. */
  async matchByPrefix(message: Message): Promise<Matched> {
    const hash = await this.hash(message);
    const { prefixBits: bits } = this.#world;
    const width = this.#facts.bits / 8;
    // A picture without a hash gets a random query too: a missing query would reveal that it did not match.
    const prefix = prefixOf(hash ?? this.#world.random(width), bits);
    const draft = { type: 'prefix-query', ...this.#about(message), bits } as const;
    const answer = await askProvider(this.#link, draft, { prefix }, 'prefix-answer');
    if (!hash) return { state: 'refused' };
    const hashes = blob(answer, 'hashes');
    // The device skips entries that do not fit its query. Otherwise they would make it report a picture that the query does not cover.
    const entries = (answer?.header.ids ?? [])
      .map((id, i) => ({ id, hash: hashes.slice(i * width, (i + 1) * width) }))
      .filter((entry) => entry.hash.length === width && equalBytes(prefixOf(entry.hash, bits), prefix));
    return this.#decide(hash, searcher(hashList(this.#facts, entries)).nearest(hash));
  }

  /** Uploads the hash to the provider, which matches it and returns nothing. */
  async uploadHash(message: Message): Promise<'clear' | 'refused'> {
    const hash = await this.hash(message);
    if (!hash) return 'refused';
    const { algorithm } = this.#facts;
    const draft = { type: 'hash-upload', ...this.#about(message), algorithm } as const;
    await this.#link.ask('provider', draft, { hash });
    return 'clear';
  }

  /** Reports this message to the provider with its picture. Under warn-only, nothing leaves the device. */
  async flag(message: Message, { reason, hash, hit, score }: Evidence): Promise<void> {
    if (this.#warnOnly) return;
    const draft = {
      type: 'flag',
      ...this.#about(message),
      reason,
      ...(hit ? { entry: hit.entry.id, distanceBits: hit.distanceBits } : {}),
      ...(score === undefined ? {} : { score }),
    } as const;
    await this.#link.ask('provider', draft, { picture: message.picture, ...(hash ? { hash } : {}) });
  }

  #decide(hash: Uint8Array, hit: Hit | undefined): Matched {
    return hit && hit.distanceBits <= this.#world.thresholdBits
      ? { state: 'match', hash, hit }
      : { state: 'clear', hash };
  }

  #about(message: Message) {
    return endpoints(message, this.#strategy);
  }
}

/** The header fields that say which message a packet is about. */
export function endpoints({ id, sender, recipient, sequence, sentAt, device = 1 }: Message, strategy: string) {
  return { message: id, strategy, sender, recipient, sequence, sentAt, ...(device > 1 ? { device } : {}) };
}
