/** Capacity of a view by a formula that knows the design and how many classes there are, and nothing of single pictures. */
import { type Design, predictedCapacity } from '../../metric/predicted-capacity.ts';
import { prefixOf } from '../../role/prefix.ts';
import type { KnownLeak } from '../../schema/leakage-metrics.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import type { LeakRows } from './leakage-rows.ts';
import { lengthClass, type Shown } from './leakage-symbols.ts';

/**
 * The table of predicted capacities (private-matching reference, 2.9): the secret is which picture, one message. N pictures, L length
 * classes, M pictures that are handed over. null for the network, for which the table says nothing.
 */
export function predictedLeak(
  rows: LeakRows,
  { strategy: name, adversary, when, scope }: Pick<KnownLeak, 'strategy' | 'adversary' | 'when' | 'scope'>,
  shown: readonly Shown[],
): KnownLeak['predicted'] {
  const strategy = strategyByName(name);
  const { messages } = rows.experiment;
  const declares = strategy.declares.provider ?? {};
  const N = shown.length;
  const L = distinct(shown.map(lengthClass(rows, strategy)));
  const M = scope === 'silent' ? 0 : shown.filter(({ handed }) => handed).length;
  if (adversary === 'network') return null;
  if (adversary === 'court' && when === 'key-used-on-all') return { formula: 'N', value: N };
  if (adversary === 'court' || adversary === 'curator') return { formula: '1 + M', value: 1 + M };
  if (strategy.declares.relay?.content === 'all') return { formula: 'N', value: N };
  if (adversary === 'relay') return { formula: 'L', value: L };
  const { bucketNoise, syntheticShare } = messages.protocols;
  const bits = rows.fates(name)?.sampled.length ?? 0;
  const prefixes = (): number =>
    distinct(shown.map(({ message }) => toHex(prefixOf(fromHex(message.hash!), messages.prefixBits))));
  const hashes = distinct(shown.map(({ message }) => message.hash ?? ''));
  // What is seen side by side multiplies at most.
  const parts: readonly (readonly [formula: string, design: Design | false])[] = [
    ['L', M === 0 && declares.hash !== 'all' && { design: 'end-to-end encryption', lengths: L }],
    ['L · (1 + M)', M > 0 && { design: 'client list', lengths: L, matchedItems: M }],
    ['L · different hashes', declares.hash === 'all' && { design: 'hash upload', lengths: L, hashes }],
    [
      'prefixes in use',
      declares.prefix === 'all' && { design: 'prefix lookup', buckets: prefixes(), bits: messages.prefixBits },
    ],
    ['(2 (1 − γ))^d', declares.bucket === 'all' && { design: 'similarity bucket', bits, noise: bucketNoise }],
    [
      strategy.synthetic ? '(2 − p)' : '2',
      tellsOutcome(strategy) && { design: 'threshold PSI', synthetic: strategy.synthetic ? syntheticShare : 0 },
    ],
  ];
  const used = parts.flatMap(([formula, design]) => (design ? [{ formula, value: predictedCapacity(design) }] : []));
  return {
    formula: used.map(({ formula }) => formula).join(' · '),
    value: used.reduce((product, { value }) => product * value, 1),
  };
}

/** Whether the provider learns the outcome of messages that nobody reports. */
const tellsOutcome = ({ threshold, declares }: Strategy): boolean => {
  const { bucket, content, match } = declares.provider ?? {};
  return threshold === true || (bucket === 'all' && content === undefined && match === 'all');
};

const distinct = (names: readonly string[]): number => new Set(names).size;
