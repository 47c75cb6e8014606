/** The provider: scans what it can read, answers look-ups, verifies reports, and maintains the review queue. */
import { verifyFranking } from '../crypto/franking.ts';
import type { Entries } from '../match/entries.ts';
import { binary } from '../match/format/binary.ts';
import { type HashList, packed } from '../match/hash-list.ts';
import { type Searcher, searcher } from '../match/search.ts';
import type { Curator } from './curator.ts';
import type { MessageName } from './message-name.ts';
import type { Network } from './network.ts';
import { prefixOf } from './prefix.ts';
import { type Finding, sendTip } from './tip.ts';
import { blob, type Outgoing, type Packet } from './wire.ts';
import { partsOf, type ServiceWorld } from './world.ts';

export class Provider {
  readonly #network: Network;
  readonly #world: ServiceWorld;
  readonly #curator: Curator;
  readonly #frankingKey: Uint8Array;
  readonly #list: HashList;
  readonly #searcher: Searcher;
  /** The list under the second hash, if flagged pictures need a second opinion. */
  #second: Searcher | undefined;
  #dismissed: MessageName[] = [];
  #unconfirmed: MessageName[] = [];
  #rejected: string[] = [];
  #queue: Finding[] = [];

  /** With `secondOpinion`, a reported picture reaches a reviewer only if an independent hash matches too. */
  constructor(network: Network, world: ServiceWorld, curator: Curator, frankingKey: Uint8Array, secondOpinion = false) {
    this.#network = network;
    this.#world = world;
    this.#curator = curator;
    this.#frankingKey = frankingKey;
    this.#list = binary.read(blob(curator.publish(world.list), 'list'), world.list).list;
    this.#searcher = searcher(this.#list);
    const { list } = world.second;
    if (secondOpinion) this.#second = searcher(this.obtain(list));
  }

  /** Reasons for every rejection. */
  get rejected(): readonly string[] {
    return this.#rejected;
  }

  /** The entries of the list that the curator published. */
  get entries(): Entries {
    return this.#list.entries;
  }

  /** The list packet for senders' devices. */
  distribute(): Outgoing<'list'> {
    const { version, root } = this.#list;
    return { draft: { type: 'list', message: '', version, root }, blobs: { list: binary.write(this.#list) } };
  }

  /** Scans a readable message, part by part up to the first match: one is enough for a reviewer to look. */
  async scan(packet: Packet<'clear'>): Promise<'match' | 'clear' | 'refused'> {
    const { scanner } = this.#world;
    let found: 'clear' | 'refused' = 'refused';
    for (const picture of await partsOf(scanner, blob(packet, 'picture'))) {
      const outcome = await scanner.hash(picture);
      if (outcome.state === 'refused') continue;
      if (this.#match('provider-scan', packet.header, outcome.hash, picture) === 'match') return 'match';
      found = 'clear';
    }
    return found;
  }

  /** Matches a hash that a device uploaded. */
  matchUpload(packet: Packet<'hash-upload'>): 'match' | 'clear' {
    return this.#match('hash-upload', packet.header, blob(packet, 'hash'), undefined);
  }

  /** Answers a prefix look-up with every entry that starts with those bits. */
  lookUp(packet: Packet<'prefix-query'>): Outgoing<'prefix-answer'> {
    const wanted = blob(packet, 'prefix').join();
    const found = this.#list.entries.filter(({ hash }) => prefixOf(hash, packet.header.bits).join() === wanted);
    const draft = { type: 'prefix-answer', message: packet.header.message, ids: found.map(({ id }) => id) } as const;
    return { draft, blobs: { hashes: packed(found) } };
  }

  /** Receives a report that a sender's device made about its own message. */
  takeFlag(packet: Packet<'flag'>): void {
    const { header } = packet;
    const { hash } = packet.blobs;
    if (hash && !this.#fits(header, hash)) return;
    this.#queue.push({
      detectedBy: header.reason === 'hash' ? 'device-hash' : 'device-classifier',
      header,
      algorithm: this.#list.algorithm,
      picture: blob(packet, 'picture'),
      hash,
      entry: header.entry,
      distanceBits: header.distanceBits,
      score: header.score,
    });
  }

  /** Receives a match that a protocol found; there is neither picture nor hash. */
  takeMatch(header: Finding['header']): void {
    this.#queue.push({ detectedBy: 'private-match', header, algorithm: this.#list.algorithm });
  }

  /** Receives a picture that a protocol opened. */
  takeOpened(header: Finding['header'], picture: Uint8Array): void {
    this.#queue.push({ detectedBy: 'private-match', header, algorithm: this.#list.algorithm, picture });
  }

  /** Receives the same pictures under another hash from the curator. */
  obtain(list: HashList): HashList {
    return binary.read(blob(this.#curator.publish(list), 'list'), list).list;
  }

  /** Receives a recipient's report, if its franking proof is valid. */
  takeUserReport(packet: Packet<'user-report'>): boolean {
    const picture = blob(packet, 'plaintext');
    const proof = {
      plaintext: picture,
      frankingKey: blob(packet, 'frankingKey'),
      tag: blob(packet, 'tag'),
      stamp: blob(packet, 'stamp'),
    };
    if (!verifyFranking(proof, packet.header, this.#frankingKey)) {
      this.#rejected.push(`user report of ${packet.header.message}: the franking proof does not hold`);
      return false;
    }
    this.#queue.push({ detectedBy: 'user-report', header: packet.header, algorithm: this.#list.algorithm, picture });
    return true;
  }

  /**
   * Processes the queue. A reviewer who sees the picture reports confirmed matches. If there is only a hash, nobody can confirm, and the
   * provider reports the match unreviewed.
   */
  async review(): Promise<void> {
    const queue = this.#queue;
    this.#queue = [];
    for (const finding of queue)
      if (!(await this.#seconded(finding))) this.#dismissed.push(finding.header);
      else if (!finding.picture || this.#world.people.confirms(finding.picture))
        this.#curator.receive(sendTip(this.#network, 'provider', finding));
      else this.#unconfirmed.push(finding.header);
  }

  /** What waits for a reviewer about a message; undefined if nothing does. */
  suspicion({ sender, message }: MessageName): Finding | undefined {
    return this.#queue.find(({ header }) => header.message === message && header.sender === sender);
  }

  /** Drops records that only experiments read: rejection reasons, and cleared messages. */
  forget(): void {
    this.#dismissed = [];
    this.#unconfirmed = [];
    this.#rejected = [];
  }

  /** From now on, reviewers see every reported picture. */
  dropSecondOpinion(): void {
    this.#second = undefined;
  }

  /** Messages that the second opinion cleared before a reviewer looked at them. */
  get dismissed(): readonly MessageName[] {
    return this.#dismissed;
  }

  /** Messages whose picture a reviewer saw and did not confirm. */
  get unconfirmed(): readonly MessageName[] {
    return this.#unconfirmed;
  }

  /** Whether the second hash of a picture also matches; true if no second opinion is required. */
  async #seconded({ picture }: Finding): Promise<boolean> {
    if (!this.#second || !picture) return true;
    const outcome = await this.#world.scanner.hash(picture, 'second');
    const hit = outcome.state === 'hashed' ? this.#second.nearest(outcome.hash) : undefined;
    return hit !== undefined && hit.distanceBits <= this.#world.second.thresholdBits;
  }

  #match(
    detectedBy: Finding['detectedBy'],
    header: Finding['header'],
    hash: Uint8Array,
    picture: Uint8Array | undefined,
  ): 'match' | 'clear' {
    if (!this.#fits(header, hash)) return 'clear';
    const hit = this.#searcher.nearest(hash);
    if (!hit || hit.distanceBits > this.#world.thresholdBits) return 'clear';
    this.#queue.push({
      detectedBy,
      header,
      algorithm: this.#list.algorithm,
      picture,
      hash,
      entry: hit.entry.id,
      distanceBits: hit.distanceBits,
    });
    return 'match';
  }

  /** Whether a hash has the list's length; otherwise rejects its packet. */
  #fits({ message }: Finding['header'], hash: Uint8Array): boolean {
    if (hash.length * 8 === this.#list.bits) return true;
    this.#rejected.push(`${message}: a hash of ${hash.length * 8} bits where ${this.#list.bits} are due`);
    return false;
  }
}
