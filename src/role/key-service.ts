/**
 * The relay's part as a key service: it keeps the identity keys, the signed prekey and the one-time prekeys of every device, and gives each one-time prekey away once. Where none is left it
 * gives the signed prekey alone (X3DH, section 3.3). It is not trusted with keys: whoever asks checks identity and signature. What it learns is who asks for whose keys, which is in
 * its view. It keeps prekeys in memory: after a restart devices publish again, and a device opens only one first message for each one-time prekey, whoever gave it away twice.
 */
import { encodeBundle, isSignedPrekey, keyNumber, mostOnce, noOnce } from '../crypto/x3dh.ts';
import { equalBytes, piecesOf } from '../util/bytes.ts';
import { sendingDevice } from './address.ts';
import { blob, type Outgoing, type Packet } from './wire.ts';

/** Largest number of devices of an account. */
export const mostDevices = 5;

/**
 * Largest number of one-time prekeys of one device that one account gets until that device renews its signed prekey: one for each of its own devices. More would only empty the
 * shelf for others.
 */
export const mostPerAsker = mostDevices;

/** Largest number of accounts that are counted for it; all others get no one-time prekey until then. */
export const mostAskers = 1000;

/** How often the service gave something away, or refused to. */
export interface KeyServiceCounts {
  readonly bundles: number;
  /** Of these, without a one-time prekey: because none was left, or because the asker had got its share. */
  readonly exhausted: number;
  readonly limited: number;
  /** Questions for a device that published nothing. */
  readonly unknown: number;
  /** Uploads that were refused. */
  readonly refused: number;
}

/** What a device has published. */
interface Shelf {
  readonly identity: Uint8Array;
  prekey: Uint8Array;
  signature: Uint8Array;
  generation: number;
  /** One-time prekeys that wait, by number, oldest first. */
  readonly once: Map<number, Uint8Array>;
  /** Smallest number that a new one may have. */
  next: number;
  /** One-time prekeys that accounts got since the signed prekey was renewed. */
  readonly given: Map<string, number>;
}

/** Length of the two identity keys, of a prekey, and of a signature, in bytes. */
const [identityBytes, keyBytes] = [64, 32];

export class KeyService {
  /** By the device's address. */
  readonly #shelves = new Map<string, Shelf>();
  #counts: KeyServiceCounts = { bundles: 0, exhausted: 0, limited: 0, unknown: 0, refused: 0 };

  get counts(): KeyServiceCounts {
    return this.#counts;
  }

  /** A device publishes its signed prekey and more one-time prekeys. The answer says how many wait, and why it was refused, if so; then nothing changes. */
  upload(packet: Packet<'prekey-upload'>): Outgoing<'prekey-count'> {
    const address = sendingDevice(packet.header);
    const there = this.#shelves.get(address);
    const refusal = refusalOf(packet, there);
    const answer = { type: 'prekey-count', message: '' } as const;
    if (refusal !== undefined) {
      this.#count('refused');
      return { draft: { ...answer, waiting: there?.once.size ?? 0, refusal }, blobs: {} };
    }
    const { generation, first } = packet.header;
    const once = piecesOf(blob(packet, 'once'), keyBytes);
    const shelf: Shelf = there ?? {
      ...{ identity: blob(packet, 'identity').slice(), generation, next: 0, once: new Map(), given: new Map() },
      ...{ prekey: new Uint8Array(0), signature: new Uint8Array(0) },
    };
    this.#shelves.set(address, shelf);
    if (generation > shelf.generation) shelf.given.clear();
    shelf.generation = generation;
    shelf.prekey = blob(packet, 'prekey').slice();
    shelf.signature = blob(packet, 'signature').slice();
    for (const [i, key] of once.entries()) shelf.once.set(first + i, key.slice());
    if (once.length > 0) shelf.next = first + once.length;
    return { draft: { ...answer, waiting: shelf.once.size }, blobs: {} };
  }

  /** An account asks for the prekeys of a device. The answer has no blob if that device published nothing. */
  ask({ header: { sender, of } }: Packet<'prekey-query'>): Outgoing<'prekey-bundle'> {
    const draft = { type: 'prekey-bundle', message: '', of } as const;
    const shelf = this.#shelves.get(of);
    if (!shelf) {
      this.#count('unknown');
      return { draft, blobs: {} };
    }
    this.#count('bundles');
    const { identity, prekey, signature, generation } = shelf;
    const once = this.#oneTime(shelf, sender);
    const bundle = encodeBundle({
      identity: { key: identity.subarray(0, keyBytes), signing: identity.subarray(keyBytes) },
      ...{ prekey, signature, once: once?.key, number: keyNumber(generation, once?.number) },
    });
    return { draft, blobs: { bundle } };
  }

  /** Takes the oldest one-time prekey off the shelf, if there is one and the asker may have it. */
  #oneTime({ once, given }: Shelf, asker: string): { readonly number: number; readonly key: Uint8Array } | undefined {
    const count = given.get(asker) ?? (given.size < mostAskers ? 0 : mostPerAsker);
    if (count >= mostPerAsker) {
      this.#count('limited');
      return undefined;
    }
    const [oldest] = once;
    if (!oldest) {
      this.#count('exhausted');
      return undefined;
    }
    given.set(asker, count + 1);
    const [number, key] = oldest;
    once.delete(number);
    return { number, key };
  }

  #count(what: keyof KeyServiceCounts): void {
    this.#counts = { ...this.#counts, [what]: this.#counts[what] + 1 };
  }
}

/** Why an upload is refused, in a sentence; undefined if it is accepted. */
function refusalOf(packet: Packet<'prekey-upload'>, there: Shelf | undefined): string | undefined {
  const { device = 1, generation, first } = packet.header;
  const [identity, prekey, signature, once] = ['identity', 'prekey', 'signature', 'once'].map((name) =>
    blob(packet, name),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const count = once.length / keyBytes;
  const waiting = there?.once.size ?? 0;
  if (device > mostDevices) return `an account has at most ${mostDevices} devices, and this is number ${device}`;
  if (identity.length !== identityBytes || prekey.length !== keyBytes || !Number.isInteger(count))
    return 'a key has another length than 32 bytes';
  if (there && !equalBytes(there.identity, identity)) return 'the device published other identity keys before';
  if (!isSignedPrekey(prekey, signature, identity.subarray(keyBytes))) return 'the prekey is not signed by its device';
  if (there && generation < there.generation) return 'a later signed prekey was published before';
  if (there?.generation === generation && !equalBytes(there.prekey, prekey))
    return 'another signed prekey was published under this number';
  if (count > 0 && first < (there?.next ?? 0)) return 'a one-time prekey of that number was published before';
  if (first + count > noOnce) return 'one-time prekeys have smaller numbers';
  if (waiting + count > mostOnce) return `at most ${mostOnce} one-time prekeys wait for a device`;
  return undefined;
}
