/**
 * What the length of a ciphertext gives away, and what padding leaves of it. Padmé: Nikitin et al., "Reducing metadata leakage from
 * encrypted files and communication with PURBs" (PoPETs 2019): O(log log M) bits for messages up to M bytes, at most 12 % longer. A padded
 * length is a function of the message, so the channel is deterministic and all is exact for the sizes given.
 */

/** Length after padding, in bytes, at least the length before; both are whole. */
export type Padding = (bytes: number) => number;

/** The paddings that are compared. */
export const paddings = {
  none: (bytes) => bytes,
  '1 KiB blocks': (bytes) => Math.ceil(bytes / 1024) * 1024,
  'power of two': (bytes) => (bytes <= 1 ? bytes : 2 ** Math.ceil(Math.log2(bytes))),
  Padmé: padme,
} as const satisfies Record<string, Padding>;
export type PaddingName = keyof typeof paddings;

/** Leaves as many leading bits of a length free as its exponent has bits, and rounds up the rest. */
function padme(bytes: number): number {
  if (bytes < 2) return bytes;
  const exponent = Math.floor(Math.log2(bytes));
  const free = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - free);
  return Math.ceil(bytes / step) * step;
}

/** What the padded lengths of some messages, one of them sent, all equally likely, say of which it is. */
export interface LengthLeakage {
  readonly messages: number;
  /** Distinct padded lengths: with a uniform secret V'/V, and the capacity. */
  readonly classes: number;
  /** One-guess success. */
  readonly posterior: number;
  /** Entropy of the padded length: the mutual information, in bits. */
  readonly shannonBits: number;
  /** Messages that share their padded length with no other: the observer knows them. */
  readonly unique: number;
  /** Padded bytes of all messages over their bytes, less 1, and the largest of one message. */
  readonly overhead: number;
  readonly mostOverhead: number;
}

/** The leakage of messages of these sizes, in bytes. RangeError where there are none, or a size is not a whole number from 1. */
export function lengthLeakage(sizes: readonly number[], padding: Padding): LengthLeakage {
  const wrong = sizes.find((size) => !(Number.isSafeInteger(size) && size >= 1));
  if (wrong !== undefined || sizes.length === 0)
    throw new RangeError(`Expected sizes in whole bytes from 1 but received ${wrong ?? 'none'}.`);
  const counts = new Map<number, number>();
  let [bytes, padded, mostOverhead] = [0, 0, 0];
  for (const size of sizes) {
    const length = padding(size);
    counts.set(length, (counts.get(length) ?? 0) + 1);
    bytes += size;
    padded += length;
    mostOverhead = Math.max(mostOverhead, length / size - 1);
  }
  const n = sizes.length;
  const inOrder = [...counts.values()].sort((a, b) => a - b);
  return {
    messages: n,
    classes: counts.size,
    posterior: counts.size / n,
    shannonBits: inOrder.reduce((sum, count) => sum + (count / n) * Math.log2(n / count), 0),
    unique: inOrder.filter((count) => count === 1).length,
    overhead: padded / bytes - 1,
    mostOverhead,
  };
}
