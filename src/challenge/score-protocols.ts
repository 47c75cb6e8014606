/**
 * What private protocols could do with the hashes that answer a challenge. Protocols that compare in the clear, or near matches under encryption,
 * take them as they are. The others can only test for equality: of whole hashes, or of sampled bits in several tables (src/hash/banding.ts), of
 * which each table is one element of the protocol.
 */
import { elementBytes } from '../crypto/group.ts';
import { bandKeys, drawBanding } from '../hash/banding.ts';
import { clusteredProportion } from '../metric/bootstrap.ts';
import { type NodePair, pairRate } from '../metric/node-bootstrap.ts';
import { strategies } from '../strategy/index.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { byteKey } from '../util/bytes.ts';
import { groupBy } from '../util/group-by.ts';
import { seededRng } from '../util/rng.ts';
import type { ProtocolRow } from './metrics.ts';

/** What is scored. */
export interface ProtocolInput {
  readonly seed: number;
  readonly bits: number;
  /** Copies of the evaluation half: their own hash and that of their original; null where an answer is missing. */
  readonly copies: readonly {
    readonly group: string;
    readonly hash: Uint8Array | null;
    readonly original: Uint8Array | null;
  }[];
  /** Hashes of unrelated pictures, one a group. */
  readonly unrelated: readonly Uint8Array[];
}

/** Sizes of the tables of sampled bits: those of experiments/equality. */
const sizes = [
  { sampledBits: 24, tables: 64 },
  { sampledBits: 32, tables: 64 },
  { sampledBits: 48, tables: 128 },
] as const;

/** One way to make elements of a hash. */
interface Design {
  readonly name: string;
  readonly bits: number;
  readonly tables: number;
  keysOf(hash: Uint8Array): Uint8Array[];
}

/** Names of the strategies that decide in one way. */
const deciding = (detectors: readonly Strategy['detector'][]): string[] =>
  (Object.values(strategies) as Strategy[])
    .filter(({ detector, proactive }) => proactive && detectors.includes(detector))
    .map(({ name }) => name);

/** The equality designs that the hashes allow. */
export function protocolRows(input: ProtocolInput): ProtocolRow[] {
  const { seed, bits } = input;
  const whole: Design = { name: 'whole hash', bits, tables: 1, keysOf: (hash) => [hash] };
  const banded = sizes
    .filter(({ sampledBits }) => sampledBits < bits)
    .map(({ sampledBits, tables }): Design => {
      const name = `${sampledBits} bits × ${tables} tables`;
      const banding = drawBanding(bits, { sampledBits, tables }, seededRng(seed, `challenge/banding/${name}`));
      return { name, bits: sampledBits, tables, keysOf: (hash) => bandKeys(banding, hash) };
    });
  return [whole, ...banded].map((design) => rowOf(design, input));
}

function rowOf({ name, bits, tables, keysOf }: Design, { seed, copies, unrelated }: ProtocolInput): ProtocolRow {
  const agree = (a: Uint8Array, b: Uint8Array): boolean => {
    const [own, other] = [keysOf(a).map(byteKey), keysOf(b).map(byteKey)];
    return own.some((key, table) => key === other[table]);
  };
  const rng = (what: string) => seededRng(seed, `challenge/${what}/${name}`);
  return {
    design: name,
    equalBits: bits,
    elements: tables,
    bytesPerPicture: tables * elementBytes,
    bytesPerEntry: tables * elementBytes,
    protocols: deciding(['equality']),
    recall: clusteredProportion(
      copies.map(({ group, hash, original }) => ({
        cluster: group,
        success: hash !== null && original !== null && agree(hash, original),
      })),
      rng('equal copies'),
    ),
    falseMatches: pairRate(equalPairs(unrelated, keysOf), unrelated.length, rng('equal pairs')),
  };
}

/** Pairs that agree in a table, each once. */
function equalPairs(hashes: readonly Uint8Array[], keysOf: Design['keysOf']): NodePair[] {
  const keyed = hashes.flatMap((hash, i) => keysOf(hash).map((key, table) => ({ i, key: `${table} ${byteKey(key)}` })));
  const pairs = new Map<string, NodePair>();
  for (const same of groupBy(keyed, ({ key }) => key).values())
    for (const [place, { i: j }] of same.entries())
      for (const { i } of same.slice(0, place)) pairs.set(`${i} ${j}`, [i, j]);
  return [...pairs.values()];
}

/** Names of the strategies that compare distances, and so take the hashes as they are. */
export const nearProtocols = (): string[] => deciding(['hash']);
