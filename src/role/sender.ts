/** The sender's side of a scan: what a strategy can do on the device before a message is sealed. */
import { binary } from '../match/format/binary.ts';
import { hashList } from '../match/hash-list.ts';
import { type Hit, type Searcher, searcher } from '../match/search.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import { equalBytes } from '../util/bytes.ts';
import { askProvider, type Link } from './link.ts';
import { prefixOf } from './prefix.ts';
import { blob, type Packet } from './wire.ts';
import type { DeviceWorld, HashUse, Message, Scanner } from './world.ts';

/** What matching a picture on the device gave. */
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

/** What one update of the app changes. */
export interface AppUpdate {
  /** Other code that looks at pictures: another network, say. */
  readonly scanner?: Scanner;
  /** What only warned reports. */
  readonly reports?: true;
}

/** What a sender's side is given: the app's world, what came to the device, and the link. */
interface SenderSetting {
  readonly link: Link;
  readonly world: DeviceWorld;
  readonly parameters: PublicParameters;
  readonly strategy: string;
  /** The list, where the strategy puts it on the device. */
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
  /** Bytes of the list file that this device holds; 0 when it holds none. */
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

  /** Perceptual hash of the picture for a use, computed on the device; undefined when it is refused. */
  async hash(message: Message, use: HashUse = 'near'): Promise<Uint8Array | undefined> {
    const outcome = await this.#scanner.hash(message.picture, use);
    return outcome.state === 'hashed' ? outcome.hash : undefined;
  }

  /** The classifier's score, computed on the device; undefined when the picture cannot be read. */
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

  /** An update of the app: other code looks at pictures, or what it finds is reported from now on. */
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

  /** Asks the provider for the entries that share the first bits of the hash, and compares with those. */
  async matchByPrefix(message: Message): Promise<Matched> {
    const hash = await this.hash(message);
    const { prefixBits: bits } = this.#world;
    const width = this.#facts.bits / 8;
    // A picture without a hash asks too, at random: a missing query would reveal that it did not match.
    const prefix = prefixOf(hash ?? this.#world.random(width), bits);
    const draft = { type: 'prefix-query', ...this.#about(message), bits } as const;
    const answer = await askProvider(this.#link, draft, { prefix }, 'prefix-answer');
    if (!hash) return { state: 'refused' };
    const hashes = blob(answer, 'hashes');
    // An entry that was not asked for would make this device report a picture that the query does not cover: it is passed over.
    const entries = (answer?.header.ids ?? [])
      .map((id, i) => ({ id, hash: hashes.slice(i * width, (i + 1) * width) }))
      .filter((entry) => entry.hash.length === width && equalBytes(prefixOf(entry.hash, bits), prefix));
    return this.#decide(hash, searcher(hashList(this.#facts, entries)).nearest(hash));
  }

  /** Sends the hash to the provider, which matches it and says nothing. */
  async uploadHash(message: Message): Promise<'clear' | 'refused'> {
    const hash = await this.hash(message);
    if (!hash) return 'refused';
    const { algorithm } = this.#facts;
    const draft = { type: 'hash-upload', ...this.#about(message), algorithm } as const;
    await this.#link.ask('provider', draft, { hash });
    return 'clear';
  }

  /** Reports this message to the provider, picture included; under warn-only nothing leaves the device. */
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

/** The part of a header that says whose message a packet is about. */
export function endpoints({ id, sender, recipient, sequence, sentAt }: Message, strategy: string) {
  return { message: id, strategy, sender, recipient, sequence, sentAt };
}
