/**
 * The double ratchet: every message has a key of its own, and every answer renews the keys with a fresh X25519 key pair. Whoever steals a device cannot open what it
 * opened or sent before (forward secrecy), and loses the conversation with the device's next fresh key (post-compromise security).
 * Perrin & Marlinspike, "The Double Ratchet Algorithm", revision 1 (2016), https://signal.org/docs/specifications/doubleratchet/: KDF_RK is HKDF-SHA-256 with the root
 * key as salt, KDF_CK is HMAC-SHA-256 of 1 (message key) and of 2 (next chain key).
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, readU32, u32, utf8 } from '../util/bytes.ts';
import { toHex } from '../util/hex.ts';
import { hmacSha256 } from './hmac.ts';
import { type DeviceKeys, deviceKeys, InvalidKeyError, sharedPoint } from './session.ts';
import { type Opened, type RandomBytes, sodium } from './sodium.ts';

/** Largest number of messages of one chain that may be missing before a message that arrives. */
export const mostSkipped = 1000;
/** Largest number of keys of missing messages that are kept; the oldest are deleted first. */
export const mostKept = 2000;

/** Bytes of a message's header: the sender's ratchet key, the length of its previous chain, and the number in this one. */
export const headerBytes = 40;

/** A chain of message keys: the key that derives the next one, and its number. */
export interface Chain {
  readonly key: Uint8Array;
  readonly next: number;
}

/** All secrets of one end. What is not in here can no longer be computed from the device. */
export interface RatchetState {
  readonly root: Uint8Array;
  /** The current ratchet key pair. */
  readonly own: DeviceKeys;
  /** The other end's latest ratchet key; undefined at the responder before the first message. */
  readonly peer: Uint8Array | undefined;
  readonly sending: Chain | undefined;
  readonly receiving: Chain | undefined;
  /** Length of the previous sending chain. */
  readonly previous: number;
  /** Keys of messages that have not arrived, by ratchet key and number, oldest first. */
  readonly skipped: ReadonlyMap<string, Uint8Array>;
}

/** Fields of a header. */
export interface RatchetHeader {
  readonly key: Uint8Array;
  readonly previous: number;
  readonly number: number;
}

/** The fields of a header; undefined if it has another length. */
export function parseHeader(header: Uint8Array): RatchetHeader | undefined {
  if (header.length !== headerBytes) return undefined;
  return { key: header.slice(0, 32), previous: readU32(header, 32), number: readU32(header, 36) };
}

/** One step of a chain: the key of a message, and the chain after it. */
export function chainStep({ key, next }: Chain): { readonly message: Uint8Array; readonly chain: Chain } {
  return {
    message: hmacSha256(Uint8Array.of(1), key),
    chain: { key: hmacSha256(Uint8Array.of(2), key), next: next + 1 },
  };
}

/** Steps along a chain to a number: the keys on the way, by number, and the chain there. The chain given is not changed. */
export function chainTo(
  chain: Chain,
  number: number,
): { readonly passed: readonly (readonly [number: number, key: Uint8Array])[]; readonly chain: Chain } {
  const passed: (readonly [number, Uint8Array])[] = [];
  let at = chain;
  while (at.next < number) {
    const { message, chain: after } = chainStep(at);
    passed.push([at.next, message]);
    if (at !== chain) sodium.memzero(at.key);
    at = after;
  }
  return { passed, chain: at };
}

const rootInfo = utf8('presend double ratchet root');

/** Mixes a shared point into the root key: the next root key, and a new chain. */
function rootStep(root: Uint8Array, shared: Uint8Array): { readonly root: Uint8Array; readonly chain: Chain } {
  const out = hkdf(sha256, shared, root, rootInfo, 64);
  sodium.memzero(shared);
  const step = { root: out.slice(0, 32), chain: { key: out.slice(32), next: 0 } };
  sodium.memzero(out);
  return step;
}

const skippedName = (key: Uint8Array, number: number): string => `${toHex(key)} ${number}`;

/** Why a message cannot be opened, in a sentence. */
class Refusal extends Error {}

/** One end of a conversation. */
export class Ratchet {
  #state: RatchetState;
  readonly #random: RandomBytes;

  private constructor(state: RatchetState, random: RandomBytes) {
    this.#state = state;
    this.#random = random;
  }

  /** The end that sends first. `secret`: 32 bytes that both ends share; `peer`: the responder's first ratchet key. Throws an InvalidKeyError on an invalid key. */
  static initiator(secret: Uint8Array, peer: Uint8Array, random: RandomBytes): Ratchet {
    const own = deviceKeys(random);
    const { root, chain } = rootStep(secret, sharedPoint(own, peer));
    const none = { receiving: undefined, previous: 0, skipped: new Map() };
    return new Ratchet({ root, own, peer, sending: chain, ...none }, random);
  }

  /** The end that receives first, with the key pair whose public key the initiator was given. */
  static responder(secret: Uint8Array, own: DeviceKeys, random: RandomBytes): Ratchet {
    const none = { peer: undefined, sending: undefined, receiving: undefined, previous: 0, skipped: new Map() };
    return new Ratchet({ root: secret.slice(), own, ...none }, random);
  }

  /** An end with these secrets: what a thief of them has. */
  static restored(state: RatchetState, random: RandomBytes): Ratchet {
    return new Ratchet(copyOf(state), random);
  }

  /** A copy of all secrets, for experiments on stolen devices. */
  get state(): RatchetState {
    return copyOf(this.#state);
  }

  /** Whether this end can send: the responder has to receive first. */
  get canSend(): boolean {
    return this.#state.sending !== undefined;
  }

  /** Header and key of the next message. The key is used once, and the caller wipes it. Throws if the responder has received nothing yet. */
  send(): { readonly header: Uint8Array; readonly key: Uint8Array } {
    const { sending, own, previous } = this.#state;
    if (!sending) throw new Error('The responder of a session sends only after it has received');
    const { message, chain } = chainStep(sending);
    sodium.memzero(sending.key);
    this.#state = { ...this.#state, sending: chain };
    return { header: concatBytes(own.publicKey, u32(previous), u32(sending.next)), key: message };
  }

  /**
   * Opens a message with the key that belongs to its header. `open` gets the key and has to check the header too, as associated data. Nothing changes unless it succeeds;
   * then the key is deleted. Returns why a message is refused; throws what `open` throws.
   */
  receive(header: Uint8Array, open: (key: Uint8Array) => Opened): Opened {
    const parsed = parseHeader(header);
    if (!parsed) return { ok: false, reason: `a ratchet header has ${headerBytes} bytes, not ${header.length}` };
    const name = skippedName(parsed.key, parsed.number);
    const kept = this.#state.skipped.get(name);
    if (kept) return this.#openKept(name, kept, open);
    try {
      return this.#openNext(parsed, open);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ok: false, reason: error.message };
    }
  }

  /** Overwrites all secrets; the end cannot be used afterwards. Node's own copy of the key pair is freed with it, not overwritten. */
  wipe(): void {
    const { root, own, sending, receiving, skipped } = this.#state;
    const chains = [sending, receiving].flatMap((chain) => (chain ? [chain.key] : []));
    for (const secret of [root, own.secretKey, ...chains, ...skipped.values()]) sodium.memzero(secret);
  }

  #openKept(name: string, key: Uint8Array, open: (key: Uint8Array) => Opened): Opened {
    const opened = open(key);
    if (!opened.ok) return opened;
    const skipped = new Map(this.#state.skipped);
    skipped.delete(name);
    this.#state = { ...this.#state, skipped };
    sodium.memzero(key);
    return opened;
  }

  #openNext({ key: peer, previous, number }: RatchetHeader, open: (key: Uint8Array) => Opened): Opened {
    const before = this.#state;
    const isKnown = before.peer !== undefined && equalBytes(peer, before.peer);
    if (isKnown && (!before.receiving || number < before.receiving.next))
      throw new Refusal(`message ${number} of this chain was opened before, or its key was deleted`);
    // The rest of the other end's last chain, if this message starts a new one.
    const rest = before.receiving && !isKnown ? skip(before.receiving, previous) : undefined;
    const stepped = isKnown ? undefined : rootStep(before.root, shared(before.own, peer));
    const receiving = stepped ? stepped.chain : before.receiving!;
    const missing = skip(receiving, number);
    const { message, chain } = chainStep(missing.chain);
    const opened = open(message);
    const spent = [rest?.chain, stepped?.chain, missing.chain].filter((each) => each && each !== before.receiving);
    for (const secret of [message, ...spent.map((each) => each!.key)]) sodium.memzero(secret);
    if (!opened.ok) {
      const passed = [...(rest?.passed ?? []), ...missing.passed].map(([, secret]) => secret);
      for (const secret of [...passed, chain.key, ...(stepped ? [stepped.root] : [])]) sodium.memzero(secret);
      return opened;
    }
    const skipped = kept(before.skipped, [
      ...(rest && before.peer ? rest.passed.map(([n, secret]) => [skippedName(before.peer!, n), secret] as const) : []),
      ...missing.passed.map(([n, secret]) => [skippedName(peer, n), secret] as const),
    ]);
    this.#state = { ...before, receiving: chain, skipped };
    if (before.receiving) sodium.memzero(before.receiving.key);
    if (stepped) this.#renew(stepped.root, peer);
    return opened;
  }

  /** Makes a fresh key pair for what this end sends next: from here on, a thief of the old one is locked out. */
  #renew(root: Uint8Array, peer: Uint8Array): void {
    const { own: old, sending, root: oldRoot } = this.#state;
    const own = deviceKeys(this.#random);
    const next = rootStep(root, sharedPoint(own, peer));
    this.#state = { ...this.#state, root: next.root, own, peer, sending: next.chain, previous: sending?.next ?? 0 };
    for (const secret of [root, oldRoot, sending?.key]) if (secret) sodium.memzero(secret);
    // The responder's first key pair is its prekey, which other sessions may use too; all later ones are its own.
    if (sending) sodium.memzero(old.secretKey);
  }
}

/** Steps over the missing messages of a chain, as far as that is allowed. */
function skip(chain: Chain, number: number): ReturnType<typeof chainTo> {
  const count = number - chain.next;
  if (count > mostSkipped)
    throw new Refusal(`${count} messages of the chain are missing before this one, and at most ${mostSkipped} may be`);
  return chainTo(chain, number);
}

function shared(own: DeviceKeys, peer: Uint8Array): Uint8Array {
  try {
    return sharedPoint(own, peer);
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error;
    throw new Refusal('the ratchet key of the message is invalid');
  }
}

/** The kept keys with new ones; those beyond `mostKept` are overwritten, oldest first. */
function kept(
  old: ReadonlyMap<string, Uint8Array>,
  more: readonly (readonly [name: string, key: Uint8Array])[],
): ReadonlyMap<string, Uint8Array> {
  if (more.length === 0) return old;
  const all = new Map([...old, ...more]);
  for (const [name, key] of all) {
    if (all.size <= mostKept) break;
    all.delete(name);
    sodium.memzero(key);
  }
  return all;
}

const copyOf = (state: RatchetState): RatchetState => ({
  ...state,
  root: state.root.slice(),
  own: { publicKey: state.own.publicKey, secretKey: state.own.secretKey.slice() },
  sending: state.sending && { ...state.sending, key: state.sending.key.slice() },
  receiving: state.receiving && { ...state.receiving, key: state.receiving.key.slice() },
  skipped: new Map([...state.skipped].map(([name, key]) => [name, key.slice()])),
});
