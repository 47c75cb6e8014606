/**
 * Private set intersection by Diffie–Hellman, in which the client learns the result. Points H(x) under the client's blind and the server's
 * key are equal if and only if the entries are equal. Meadows (IEEE S&P 1986); Huberman, Franklin & Hogg (EC 1999). Secure if server and
 * client follow the protocol. A client can query any entry, as often as the server allows.
 */
import { byteKey } from '../util/bytes.ts';
import { buildFilter, type FingerprintBits, type FuseFilter, filterHas } from './fuse-filter.ts';
import {
  elementBytes,
  invert,
  multiply,
  multiplyEncoded,
  type Point,
  pointOf,
  randomScalar,
  type Scalar,
} from './group.ts';
import type { RandomBytes } from './sodium.ts';

/** What a client stores about a batch until the answer arrives. */
export interface PsiQuery {
  /** One per entry, so that the server cannot see equal entries. */
  readonly blinds: readonly Scalar[];
  /** The blinded points to send. */
  readonly points: readonly Point[];
}

/** Points computed from the other side's message, or why it was refused. */
export type PsiPoints =
  | { readonly ok: true; readonly points: readonly Point[] }
  | { readonly ok: false; readonly reason: string };

/** For each queried entry, in order, whether the server has it; or why the answer was refused. */
export type PsiResult =
  | { readonly ok: true; readonly found: readonly boolean[] }
  | { readonly ok: false; readonly reason: string };

/** Largest batch that a server answers. */
export const psiBatchLimit = 1024;

/** The point of an entry; nobody knows its logarithm. */
export const psiPoint = (entry: Uint8Array): Point => pointOf('psi', entry);

/** A server's key. */
export const psiKey = (random: RandomBytes): Scalar => randomScalar(random);

/**
 * The server's entries under its key, 32 bytes each. They are sorted, so the order reveals nothing about the list's order. Equal entries
 * count once.
 */
export function psiServerSet(key: Scalar, entries: readonly Uint8Array[]): Uint8Array {
  const points = distinct(entries)
    .map((entry) => multiply(key, psiPoint(entry)))
    .sort(inByteOrder);
  const out = new Uint8Array(points.length * elementBytes);
  for (const [i, point] of points.entries()) out.set(point, i * elementBytes);
  return out;
}

const distinct = (entries: readonly Uint8Array[]): Uint8Array[] => [
  ...new Map(entries.map((entry) => [byteKey(entry), entry])).values(),
];

function inByteOrder(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < elementBytes; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/**
 * The same set as a filter: smaller by the factor 256 / (1.13 · bits). An entry that is not in the set tests positive with probability
 * 2^-bits.
 */
export const psiServerFilter = (
  key: Scalar,
  entries: readonly Uint8Array[],
  bits: FingerprintBits,
  filterKey: Uint8Array,
): FuseFilter =>
  buildFilter(
    entries.map((entry) => multiply(key, psiPoint(entry))),
    bits,
    filterKey,
  );

/** The client's query for a batch of entries. */
export function psiAsk(entries: readonly Uint8Array[], random: RandomBytes): PsiQuery {
  const blinds = entries.map(() => randomScalar(random));
  return { blinds, points: entries.map((entry, i) => multiply(blinds[i]!, psiPoint(entry))) };
}

/** The server's answer: every point times its key, in order. One invalid point makes it refuse the whole batch. */
export function psiAnswer(key: Scalar, points: readonly Uint8Array[]): PsiPoints {
  if (points.length > psiBatchLimit)
    return { ok: false, reason: `a batch has at most ${psiBatchLimit} elements, not ${points.length}` };
  return multiplied(points, () => key);
}

/** The points of the client's entries under the server's key alone, from the answer. */
export function psiUnblind({ blinds }: PsiQuery, answer: readonly Uint8Array[]): PsiPoints {
  if (answer.length !== blinds.length)
    return { ok: false, reason: `${blinds.length} elements were asked for, ${answer.length} came` };
  return multiplied(answer, (i) => invert(blinds[i]!));
}

function multiplied(batch: readonly Uint8Array[], scalarOf: (i: number) => Scalar): PsiPoints {
  const points: Point[] = [];
  for (const [i, bytes] of batch.entries()) {
    const product = multiplyEncoded(scalarOf(i), bytes);
    if (!product.ok) return { ok: false, reason: `element ${i} is no point: ${product.reason}` };
    points.push(product.point);
  }
  return { ok: true, points };
}

/** Which entries of its batch the client finds in the server's set or filter. */
export function psiFind(query: PsiQuery, answer: readonly Uint8Array[], set: Uint8Array | FuseFilter): PsiResult {
  if (set instanceof Uint8Array && set.length % elementBytes !== 0)
    return { ok: false, reason: `a set has ${elementBytes} bytes an element, not ${set.length} in all` };
  const unblinded = psiUnblind(query, answer);
  if (!unblinded.ok) return unblinded;
  const has = set instanceof Uint8Array ? membersOf(set) : (point: Point): boolean => filterHas(set, point);
  return { ok: true, found: unblinded.points.map(has) };
}

function membersOf(set: Uint8Array): (point: Point) => boolean {
  const members = new Set<string>();
  for (let at = 0; at < set.length; at += elementBytes) members.add(byteKey(set.subarray(at, at + elementBytes)));
  return (point) => members.has(byteKey(point));
}
