/**
 * A log of device keys: the directory may show only devices that stand in an append-only Merkle tree with a signed head (RFC 9162), so that a device that was added to somebody's
 * account without a word (a ghost) is there for its owner and for auditors to see, or the log has to show two histories (Melara et al., "CONIKS", USENIX Security 2015).
 * Not hidden: everybody who reads the log sees all accounts and their devices. CONIKS and its successors hide them behind a VRF.
 */
import { concatBytes, equalBytes, u32, utf8 } from '../util/bytes.ts';
import { leafHash, merkleRoot, verifyInclusion } from '../util/merkle.ts';
import {
  type Comparison,
  compareHeads,
  type LogKeys,
  type SignedLog,
  signedLog,
  type TreeHead,
  verifyHead,
} from './merkle-log.ts';

/** A device of an account, with its identity keys. */
export interface LoggedDevice {
  readonly account: string;
  readonly device: string;
  /** X25519 and Ed25519 public keys, 32 bytes each. */
  readonly key: Uint8Array;
  readonly signing: Uint8Array;
}

/** Leaf hash of an entry. Lengths come before names, so that no two entries have one encoding. */
export function deviceLeaf({ account, device, key, signing }: LoggedDevice): Uint8Array {
  const [owner, name] = [utf8(account), utf8(device)];
  const head = utf8('presend device key\n');
  return leafHash(concatBytes(head, u32(owner.length), owner, u32(name.length), name, key, signing));
}

export type KeyLog = SignedLog<LoggedDevice>;

/** Creates an empty log of device keys. */
export const keyLog = (keys: LogKeys): KeyLog => signedLog(keys, deviceLeaf);

/** Where an entry stands in a log, as its directory proves it. */
export interface Inclusion {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
}

/** One who follows a log: an app, an owner, or an auditor. It keeps the newest head that it was shown. */
export class LogFollower {
  readonly #publicKey: Uint8Array;
  #head: TreeHead | undefined;

  /** `publicKey`: that of the log, which comes with the app. */
  constructor(publicKey: Uint8Array) {
    this.#publicKey = publicKey;
  }

  /** The newest head that it accepted. */
  get head(): TreeHead | undefined {
    return this.#head;
  }

  /** Accepts a newer head if it is proved to extend the one that is kept; anything else is a finding, and the old head stays. */
  follow(head: TreeHead, proof: readonly Uint8Array[]): Comparison {
    if (!verifyHead(head, this.#publicKey)) return 'unsigned';
    if (this.#head) {
      if (head.size < this.#head.size) return 'unproven';
      const found = compareHeads(this.#head, head, this.#publicKey, proof);
      if (found !== 'consistent') return found;
    }
    this.#head = head;
    return 'consistent';
  }

  /** Compares the own head with that of somebody else. `proof`: from the log of whoever has the larger one. */
  compare(other: TreeHead, proof: readonly Uint8Array[]): Comparison {
    return this.#head ? compareHeads(this.#head, other, this.#publicKey, proof) : 'unproven';
  }

  /** Whether a device stands in the log under the head that is kept: only then an app encrypts to it. */
  includes(device: LoggedDevice, { index, proof }: Inclusion): boolean {
    const head = this.#head;
    return head !== undefined && verifyInclusion(deviceLeaf(device), index, head.size, proof, head.root);
  }

  /** Whether these are all entries under the head that is kept, in their order: what an owner or an auditor reads. */
  holds(entries: readonly LoggedDevice[]): boolean {
    const head = this.#head;
    return (
      head !== undefined && entries.length === head.size && equalBytes(merkleRoot(entries.map(deviceLeaf)), head.root)
    );
  }
}

/** Devices on an account, of a log's entries, that its owner did not add: ghosts. */
export const foreignDevices = (
  entries: readonly LoggedDevice[],
  account: string,
  own: readonly Pick<LoggedDevice, 'key'>[],
): LoggedDevice[] =>
  entries.filter((each) => each.account === account && !own.some(({ key }) => equalBytes(key, each.key)));
