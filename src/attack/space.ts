/**
 * Distances from one message to many, channel by channel. They are exact: that many messages lie at the very same distance is what a
 * channel without information looks like, so equal views must give equal numbers.
 */
import { type Channel, has, type MessageFeatures } from './features.ts';

/** Known messages in one channel. */
export interface Space {
  /** Indices of the known messages that have the channel. */
  readonly members: Int32Array;
  /** Distances from a message that has the channel to each member, in their order; overwritten by the next call. */
  distancesFrom(features: MessageFeatures): Float64Array;
}

/** The space of the known messages that have the channel. */
export function spaceOf(channel: Channel, known: readonly MessageFeatures[]): Space {
  const members = Int32Array.from(known.keys()).filter((i) => has(known[i]!, channel));
  const there = Array.from(members, (i) => known[i]!);
  const build = {
    sizes: sizeSpace,
    bits: bitSpace,
    embedding: embeddingSpace,
    symbol: symbolSpace,
    keyed: keyedSpace,
  }[channel];
  return { members, distancesFrom: build(there) };
}

type Distances = Space['distancesFrom'];

/** L1 on log sizes; a packet that is missing counts as one of 0 bytes, which sets it far apart from one that is there. */
function sizeSpace(known: readonly MessageFeatures[]): Distances {
  const kinds = [...new Set(known.flatMap((each) => [...each.sizes.keys()]))];
  const encode = (features: MessageFeatures): number[] =>
    kinds.map((kind) => Math.log1p(features.sizes.get(kind) ?? 0));
  const rows = known.map(encode);
  const out = new Float64Array(known.length);
  return (features) => {
    const query = encode(features);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      let sum = 0;
      for (let j = 0; j < query.length; j++) sum += Math.abs(row[j]! - query[j]!);
      out[i] = sum;
    }
    return out;
  };
}

/** Hamming distance, in bits; a bit that only one of the two messages shows counts one half, what guessing it would cost. */
function bitSpace(known: readonly MessageFeatures[]): Distances {
  const lengthOf = (features: MessageFeatures): number => features.bitsLength ?? features.bits!.length * 8;
  const rows = known.map((each) => ({ words: toWords(each.bits!), length: lengthOf(each) }));
  const out = new Float64Array(known.length);
  return (features) => {
    const query = toWords(features.bits!);
    const queryLength = lengthOf(features);
    for (let i = 0; i < rows.length; i++) {
      const { words, length } = rows[i]!;
      const shared = Math.min(length, queryLength);
      const whole = shared >>> 5;
      let differ = 0;
      for (let j = 0; j < whole; j++) differ += ones(words[j]! ^ query[j]!);
      // Of a word seen in part, only the leading bits count.
      if (shared & 31) differ += ones((words[whole]! ^ query[whole]!) >>> (32 - (shared & 31)));
      out[i] = differ + Math.abs(length - queryLength) / 2;
    }
    return out;
  };
}

/** 0 between messages of one symbol, 1 between others: the nearest are a row of the table of what was seen with which secret. */
function symbolSpace(known: readonly MessageFeatures[]): Distances {
  const out = new Float64Array(known.length);
  return ({ symbol }) => {
    for (let i = 0; i < known.length; i++) out[i] = known[i]!.symbol === symbol ? 0 : 1;
    return out;
  };
}

/** Hamming distance among messages of one symbol; all others lie farther off than any hash is long. */
function keyedSpace(known: readonly MessageFeatures[]): Distances {
  const bits = bitSpace(known);
  const apart = symbolSpace(known);
  return (features) => {
    const out = bits(features);
    const other = apart(features);
    for (let i = 0; i < known.length; i++) out[i]! += other[i]! * 1e6;
    return out;
  };
}

/** Bytes as big-endian 32-bit words, so that the first bits of a hash are the leading bits of the first word. */
function toWords(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  for (let i = 0; i < bytes.length; i++) words[i >>> 2]! |= bytes[i]! << (24 - 8 * (i & 3));
  return words;
}

function ones(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Cosine distance after the mean of the known embeddings is taken away, which all pictures share and which reveals nothing. */
function embeddingSpace(known: readonly MessageFeatures[]): Distances {
  const size = known[0]?.embedding?.length ?? 0;
  const mean = new Float64Array(size);
  for (const { embedding } of known) for (let j = 0; j < size; j++) mean[j]! += embedding![j]! / known.length;
  const encode = (embedding: Float32Array, into: Float32Array): void => {
    let squares = 0;
    for (let j = 0; j < size; j++) squares += (embedding[j]! - mean[j]!) ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let j = 0; j < size; j++) into[j] = (embedding[j]! - mean[j]!) * scale;
  };
  const matrix = new Float32Array(size * known.length);
  known.forEach((each, i) => {
    encode(each.embedding!, matrix.subarray(i * size, (i + 1) * size));
  });
  const query = new Float32Array(size);
  const out = new Float64Array(known.length);
  return (features) => {
    encode(features.embedding!, query);
    let i = 0;
    for (; i + 4 <= known.length; i += 4) fourDistances(query, matrix, i, out);
    for (; i < known.length; i++) out[i] = 1 - dot(query, matrix, i * size);
    return out;
  };
}

function dot(query: Float32Array, matrix: Float32Array, at: number): number {
  let sum = 0;
  for (let j = 0; j < query.length; j++) sum += query[j]! * matrix[at + j]!;
  return sum;
}

/** Cosine distances to four rows at a time: each number of the query is read once for the four. Sums as `dot` does, digit for digit. */
function fourDistances(query: Float32Array, matrix: Float32Array, row: number, out: Float64Array): void {
  const size = query.length;
  const [p, q, r, s] = [row * size, (row + 1) * size, (row + 2) * size, (row + 3) * size];
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let j = 0; j < size; j++) {
    const value = query[j]!;
    a += value * matrix[p + j]!;
    b += value * matrix[q + j]!;
    c += value * matrix[r + j]!;
    d += value * matrix[s + j]!;
  }
  out[row] = 1 - a;
  out[row + 1] = 1 - b;
  out[row + 2] = 1 - c;
  out[row + 3] = 1 - d;
}
