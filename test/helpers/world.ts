/**
 * A small world: four accounts and 25 messages whose "pictures" are random bytes. A fake scanner knows hash and score of each; 8 are on
 * a list of 12, 6 of them as they are and 2 after an edit of 20 bits, of which one changes the prefix.
 */

import { type HashList, hashList } from '../../src/match/hash-list.ts';
import type { Message, People, World } from '../../src/role/world.ts';
import type { ProtocolSettings } from '../../src/schema/protocol-settings.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { toHex } from '../../src/util/hex.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';

/** What is true of a picture. */
export interface Truth {
  /** same: the listed file · edited: 20 bits away · moved: 20 bits away, prefix included · odd: no usable hash. */
  readonly kind: 'same' | 'edited' | 'moved' | 'new' | 'innocent' | 'odd';
  /** Undefined where the picture has no usable hash. */
  readonly hash: Uint8Array | undefined;
  readonly score: number | undefined;
}

export interface SmallWorld extends World {
  readonly messages: readonly Message[];
  truth(message: Message): Truth;
  /** Messages whose recipients report them, when they get them. */
  readonly reporting: ReadonlySet<string>;
}

export const accounts = ['ann', 'ben', 'eve', 'dan'] as const;
const bits = 256;
const kinds: readonly Truth['kind'][] = [
  ...new Array<'same'>(6).fill('same'),
  'edited',
  'moved',
  ...new Array<'new'>(4).fill('new'),
  ...new Array<'innocent'>(12).fill('innocent'),
  'odd',
];

/** Numbers of the protocols, small. */
export const protocolSettings: ProtocolSettings = {
  matchThreshold: 2,
  syntheticShare: 0.1,
  syntheticBudget: 4,
  filterBits: 16,
  bucketBits: 16,
  bucketNoise: 0.05,
  bucketRadius: 3,
  bucketMemo: true,
  escrowHolders: 3,
  escrowQuorum: 2,
};

export interface Options {
  readonly seed?: number;
  readonly paddingBytes?: number;
  readonly prefixBits?: number;
  readonly aborts?: boolean;
  readonly settings?: Partial<ProtocolSettings>;
}

const halfOf = (hash: Uint8Array): Uint8Array => hash.slice(hash.length / 2);
const complementOf = (hash: Uint8Array): Uint8Array => hash.map((byte) => ~byte);

export function smallWorld(options: Options = {}): SmallWorld {
  const { seed = 1, paddingBytes = 8192, prefixBits = 8, aborts = false } = options;
  const [rng, keys] = [seededRng(seed, 'world'), seededRng(seed, 'keys')];
  const truths = new Map<string, Truth>();
  const listed: Uint8Array[] = [];
  const order = rng.shuffle(kinds);
  const sequences = new Map<string, number>();
  const messages = order.map((kind, i): Message => {
    const picture = rng.bytes(2000 + rng.int(3000));
    truths.set(sha256Hex(picture), truthOf(kind, rng, listed));
    const sender = accounts[i % 4]!;
    const recipient = rng.pick(accounts.filter((account) => account !== sender));
    const sequence = sequences.get(`${sender} ${recipient}`) ?? 0;
    sequences.set(`${sender} ${recipient}`, sequence + 1);
    // From 10, so that all headers are equally long.
    return { id: `m${10 + i}`, sender, recipient, sequence, sentAt: 10 + i, picture };
  });
  while (listed.length < 12) listed.push(rng.bytes(bits / 8));
  const known = (picture: Uint8Array): Truth => truths.get(sha256Hex(picture))!;
  const of = (kind: Truth['kind']): Message[] => messages.filter(({ picture }) => known(picture).kind === kind);
  const reporting = new Set([...of('same').slice(0, 2), ...of('innocent').slice(0, 1)].map(({ id }) => id));
  const people: People = {
    confirms: (picture) => ['same', 'edited', 'moved', 'new'].includes(truths.get(sha256Hex(picture))?.kind ?? ''),
    reports: ({ id }) => reporting.has(id),
    aborts: () => aborts,
  };
  const list = listOf(rng.shuffle(listed));
  return {
    accounts,
    list,
    // The equality hash of a picture is the first half of its hash, and the second hash is its complement: an edit changes both.
    equality: { list: derived(list, 'half', halfOf), thresholdBits: 0 },
    second: { list: derived(list, 'complement', complementOf), thresholdBits: 31 },
    settings: { ...protocolSettings, ...options.settings },
    scanner: {
      async hash(picture, use = 'near') {
        const hash = truths.get(sha256Hex(picture))?.hash;
        const derive = { near: (each: Uint8Array) => each, equality: halfOf, second: complementOf }[use];
        return hash ? { state: 'hashed', hash: derive(hash) } : { state: 'refused', reason: 'too flat' };
      },
      score: async (picture) => truths.get(sha256Hex(picture))?.score,
    },
    people,
    random: (length) => keys.bytes(length),
    thresholdBits: 31,
    thresholdScore: 0.5,
    paddingBytes,
    prefixBits,
    messages,
    truth: ({ picture }) => known(picture),
    reporting,
  };
}

/** A picture's truth; what is listed of it is put on the list. */
function truthOf(kind: Truth['kind'], rng: Rng, listed: Uint8Array[]): Truth {
  if (kind === 'odd') return { kind, hash: undefined, score: undefined };
  const hash = rng.bytes(bits / 8);
  if (kind === 'same') listed.push(hash);
  // 20 bits away: from bit 64 on, or from the first.
  if (kind === 'edited' || kind === 'moved')
    listed.push(
      hash.map((byte, i) => (i >= (kind === 'moved' ? 0 : 8) && i < (kind === 'moved' ? 20 : 28) ? byte ^ 128 : byte)),
    );
  return {
    kind,
    hash,
    score: kind === 'innocent' ? 0.4 * rng.next() : kind === 'edited' ? 0.3 : 0.6 + 0.4 * rng.next(),
  };
}

const listOf = (hashes: readonly Uint8Array[]): HashList =>
  hashList(
    { name: 'small', algorithm: 'pdq', bits },
    hashes.map((hash, i) => ({ id: `entry-${i}`, hash })),
  );

/** A list of what another hash says of the same pictures. */
const derived = (list: HashList, algorithm: string, derive: (hash: Uint8Array) => Uint8Array): HashList =>
  hashList(
    { name: 'small', algorithm, bits: derive(list.entries.at(0)!.hash).length * 8 },
    list.entries.map(({ id, hash }) => ({ id, hash: derive(hash) })),
  );

/** Hash of a message's picture as hex, where it has one. */
export const hexOf = (world: SmallWorld, message: Message): string | undefined => {
  const { hash } = world.truth(message);
  return hash && toHex(hash);
};

/** Its equality hash as hex. */
export const equalityHexOf = (world: SmallWorld, message: Message): string | undefined => {
  const { hash } = world.truth(message);
  return hash && toHex(halfOf(hash));
};
