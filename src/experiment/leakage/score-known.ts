/** Channels from pictures to views that are known by construction: their leakage exactly, and whether the views of the run agree. */
import { distanceBits } from '../../hash/hamming.ts';
import { advantage, exactLeakage, knownChannel } from '../../metric/channel.ts';
import { type NoisyBitsLeakage, noisyBitsLeakage } from '../../metric/noisy-bits.ts';
import { type Design, predictedCapacity } from '../../metric/predicted-capacity.ts';
import { proportion } from '../../metric/proportion.ts';
import { sample } from '../../role/bucket.ts';
import { prefixOf } from '../../role/prefix.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import type { KnownLeak, KnownMatch } from './metrics.ts';
import type { LeakViewRow } from './rows.ts';
import {
  type Appearance,
  type KnownView,
  knownView,
  lengthClass,
  type Shown,
  shownMessages,
  valuesOf,
} from './score-information.ts';
import type { LeakRows } from './score-rows.ts';

/** Every known channel of the run; attacks are held against them elsewhere. */
export function knownLeaks(rows: LeakRows): Omit<KnownLeak, 'ceiling'>[] {
  // Provider, network and whoever has all logs share a channel of noisy bits, which takes 2^bits steps.
  const done = new Map<string, NoisyBitsLeakage>();
  const noisy: typeof noisyBitsLeakage = (classes, ...rest) => {
    const key = JSON.stringify([classes, ...rest]);
    const found = done.get(key) ?? noisyBitsLeakage(classes, ...rest);
    done.set(key, found);
    return found;
  };
  return rows.views.flatMap(({ strategy, adversary, when }) => {
    const view = knownView(rows, strategy, adversary, when);
    if (!view) return [];
    return (['silent', 'all'] as const).flatMap((scope) => {
      const leak = leakOf({ rows, strategy, adversary, when, scope, view, noisy });
      return leak ? [leak] : [];
    });
  });
}

interface Place extends Pick<KnownLeak, 'strategy' | 'adversary' | 'when' | 'scope'> {
  readonly rows: LeakRows;
  readonly view: KnownView;
  readonly noisy: typeof noisyBitsLeakage;
}

function leakOf({
  rows,
  strategy,
  adversary,
  when,
  scope,
  view,
  noisy,
}: Place): Omit<KnownLeak, 'ceiling'> | undefined {
  const shown = shownMessages(rows, strategy).filter(({ handed }) => scope === 'all' || !handed);
  // A picture without a usable hash is asked about at random, which no name stands for.
  const usable = shown.filter(({ message }) => message.hash !== null);
  if (usable.length === 0) return undefined;
  const symbols = usable.map(view.symbol);
  const { messages } = rows.experiment;
  const { syntheticShare, bucketNoise } = messages.protocols;
  const sampled = rows.outcomes(strategy)?.sampled ?? [];
  const leak = symbolLeakage(symbols, syntheticShare, (words) => noisy(words, sampled.length, bucketNoise));
  const predicted = predictedLeak(rows, { strategy, adversary, when, scope }, usable);
  const observed = rows.view(strategy, adversary, when);
  return {
    strategy,
    adversary,
    when,
    scope,
    standing: view.standing,
    view: view.shows,
    pictures: usable.length,
    capacity: leak.capacity,
    posterior: leak.capacity / usable.length,
    shannonBits: leak.shannonBits,
    minEntropyBits: Math.log2(leak.capacity),
    predicted,
    within: predicted === null || leak.capacity <= predicted.value * (1 + 1e-9),
    observed: observed && view.standing === 'exact' ? compared(usable, symbols, observed) : null,
    ...flippedBits(rows, strategy, usable, observed),
  };
}

/** Leakage of a view that is a name, with noisy bits or a noisy match beside it, when all pictures are equally likely. */
function symbolLeakage(
  symbols: readonly Appearance[],
  synthetic: number,
  noisy: (words: number[][]) => NoisyBitsLeakage,
): { capacity: number; shannonBits: number } {
  const classes = new Map<string, Appearance[]>();
  for (const each of symbols) classes.set(each.name, [...(classes.get(each.name) ?? []), each]);
  if (symbols.some((each) => each.noisy !== undefined)) {
    const words = [...classes.values()].map((each) => each.map((one) => one.noisy ?? 0));
    // A message that was handed over shows the picture: it has a class of its own, in which noise tells nothing more.
    return noisy(words);
  }
  const n = symbols.length;
  let [capacity, entropy] = [0, 0];
  for (const each of classes.values()) {
    const matched = each.filter(({ noisyMatch }) => noisyMatch === true).length;
    const others = each.length - matched;
    if (!each.some(({ noisyMatch }) => noisyMatch !== undefined)) {
      capacity += 1;
      entropy -= (each.length / n) * Math.log2(each.length / n);
      continue;
    }
    // Of a match the voucher opens; of another picture only if it is a synthetic one.
    const opened = matched + others * synthetic;
    const closed = others * (1 - synthetic);
    capacity += (matched > 0 ? 1 : synthetic) + (others > 0 ? 1 - synthetic : 0);
    for (const mass of [opened, closed]) if (mass > 0) entropy -= (mass / n) * Math.log2(mass / n);
    entropy -= (others / n) * binaryEntropy(synthetic);
  }
  return { capacity, shannonBits: Math.max(0, entropy) };
}

const binaryEntropy = (p: number): number => (p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p));

/** Whether the names found in the views divide the pictures as the names by construction do. */
function compared(usable: readonly Shown[], symbols: readonly Appearance[], view: LeakViewRow): KnownLeak['observed'] {
  const n = view.messages.length;
  const columns = [view.sizes, view.bits, view.content, view.outcome].map((column) => valuesOf(column, n));
  const noisy = symbols.some(({ noisy: bits }) => bits !== undefined);
  const places = new Map(view.messages.map((place, i) => [place, i]));
  const [found, expected] = [[] as string[], [] as string[]];
  usable.forEach(({ index, handed }, i) => {
    const place = places.get(index);
    // What is handed over comes with an order, a report and a tip, at times of their own.
    if (place === undefined || handed) return;
    const [sizes, bits, content, outcome] = columns.map((column) => column[place]!);
    // The size of an encrypted bucket is a function of noisy bits, which are counted by themselves.
    const steady = noisy
      ? sizes!
          .split(', ')
          .filter((each) => !each.includes('blinded-distances'))
          .join(', ')
      : sizes!;
    found.push([steady, noisy ? '' : bits, content, outcome].join(' | '));
    expected.push(symbols[i]!.name);
  });
  if (found.length === 0) return null;
  const pairs = new Set(found.map((name, i) => `${name} => ${expected[i]}`));
  const [distinct, due] = [new Set(found).size, new Set(expected).size];
  return { messages: found.length, distinct, expected: due, same: pairs.size === distinct && pairs.size === due };
}

/** How many of the sampled bits in the views differ from the true ones. */
function flippedBits(
  rows: LeakRows,
  strategy: string,
  usable: readonly Shown[],
  view: LeakViewRow | undefined,
): Pick<KnownLeak, 'flipped'> {
  const sampled = rows.outcomes(strategy)?.sampled ?? [];
  if (sampled.length === 0 || view?.adversary !== 'provider') return {};
  const bits = valuesOf(view.bits, view.messages.length);
  const places = new Map(view.messages.map((place, i) => [place, i]));
  let [k, n] = [0, 0];
  for (const { index, message, handed } of usable) {
    const seen = bits[places.get(index) ?? -1];
    if (handed || !seen || message.hash === null) continue;
    k += distanceBits(fromHex(seen), sample(fromHex(message.hash), sampled));
    n += sampled.length;
  }
  return n === 0
    ? {}
    : { flipped: { rate: proportion(k, n), expected: rows.experiment.messages.protocols.bucketNoise } };
}

/** Whether messages matched, as the provider's view shows it by construction. */
export function knownMatches(rows: LeakRows): KnownMatch[] {
  return rows.experiment.strategies.flatMap((name) => {
    const strategy = strategyByName(name);
    const shown = shownMessages(rows, name);
    const view = rows.view(name, 'provider');
    const matches = shown.filter(({ matched }) => matched).length;
    if (!view || matches === 0 || matches === shown.length || strategy.detector === 'people') return [];
    const { match, content } = strategy.declares.provider ?? {};
    const channel = strategy.synthetic ? 'noisy' : match === 'all' ? 'bit' : 'none';
    const noise = { none: 1, bit: 0, noisy: rows.experiment.messages.protocols.syntheticShare }[channel];
    const prior = matches / shown.length;
    // Rows: another picture, a match. Views: nothing to see, a match seen.
    const seen = channel === 'none' ? 0 : 1;
    const known = knownChannel(
      [1 - prior, prior],
      [
        [1 - noise * seen, noise * seen],
        [1 - seen, seen],
      ],
    );
    const { shannonBits, capacity, maxLiftBits } = exactLeakage(known);
    const outcomes = valuesOf(view.outcome, view.messages.length);
    const places = new Map(view.messages.map((place, i) => [place, i]));
    const told = ({ index }: Shown): boolean | undefined => {
      const place = places.get(index)!;
      if (outcomes[place] !== '') return outcomes[place]!.includes('match');
      // Of a device that reports, a report says that it matched, and silence that it did not.
      return content === 'flagged' && !strategy.threshold ? view.handed[place] === 1 : undefined;
    };
    const right = shown.filter((each) => told(each) === each.matched).length;
    const shows = channel === 'bit' && shown.every((each) => told(each) !== undefined);
    return [
      {
        strategy: name,
        channel,
        prior,
        shannonBits,
        advantage: advantage(known),
        capacity,
        maxLiftBits,
        observed: shows ? proportion(right, shown.length) : null,
      },
    ];
  });
}

// Capacity of a view by a formula that knows the design and how many classes there are, and nothing of single pictures.

/**
 * The table of predicted capacities (private-matching reference, 2.9): the secret is which picture, one message. N pictures, L length
 * classes, M pictures that are handed over. null for the network, for which the table says nothing.
 */
function predictedLeak(
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
  const bits = rows.outcomes(name)?.sampled.length ?? 0;
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
  return threshold !== undefined || (bucket === 'all' && content === undefined && match === 'all');
};

const distinct = (names: readonly string[]): number => new Set(names).size;
