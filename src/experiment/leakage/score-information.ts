/** Mutual information of small alphabets, from samples: whether a message matched and what crossed; the topic and a coarse look at the rest. */

import { estimateInformation, type GroupedSample } from '../../metric/information-estimate.ts';
import { sample } from '../../role/bucket.ts';
import { prefixOf } from '../../role/prefix.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { countsOf } from '../../util/counts.ts';
import { firstOfEach } from '../../util/group-by.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { Information } from './metrics.ts';
import type { Adversary, Column, LeakMessageRow, LeakViewRow, Moment, Secret } from './rows.ts';
import type { LeakRows } from './score-rows.ts';

/** Samples that a table asks for, by cell. */
const samplesPerCell = 20;

/** What is looked at, and how. */
interface Question {
  readonly view: LeakViewRow;
  readonly secret: Secret;
  readonly observable: string;
  readonly samples: readonly GroupedSample[];
}

/** One line for each view that can be looked at in a small alphabet. */
export function informations(rows: LeakRows): Information[] {
  const questions = rows.views.flatMap((view) => {
    // Places in the view of one message of every group.
    const places = firstOfEach([...view.messages.keys()], (i) => groupOf(rows, view, i));
    const traffic = view.when === 'end' && ['network', 'relay', 'provider'].includes(view.adversary);
    return [...(traffic ? [byPackets(rows, view, places)] : []), byLook(rows, view, places)];
  });
  // Many views are alike, such as a relay's under all strategies: the same samples give the same figure.
  const known = new Map<string, ReturnType<typeof estimateInformation>>();
  const estimate = (samples: readonly GroupedSample[]): ReturnType<typeof estimateInformation> => {
    const key = JSON.stringify(samples);
    const found = known.get(key) ?? estimateInformation(samples, seededRng(rows.experiment.seed, 'leak/information'));
    known.set(key, found);
    return found;
  };
  return questions.flatMap(({ view, secret, observable, samples }): Information[] => {
    const { strategy, adversary, when } = view;
    const found = estimate(samples);
    if (!found) return [];
    const { low, high, plugInBits, permutation, chiSquare, standing, views, n } = found;
    const cells = views * new Set(samples.map((each) => each.secret)).size;
    return [
      {
        strategy,
        adversary,
        when,
        secret,
        observable,
        standing,
        cells,
        n,
        asked: samplesPerCell * cells,
        applies: n >= samplesPerCell * cells,
        plugInBits,
        bits: { estimate: found.estimate, low, high, method: `${found.correction}; ${found.method}` },
        permutation,
        chiSquare,
        // Shuffles cannot show a probability as small as many tests ask for: they confirm what the asymptotic test says.
        aboveZero: permutation < 0.05 && chiSquare < 0.05 / questions.length,
      },
    ];
  });
}

const groupOf = ({ messages }: LeakRows, view: LeakViewRow, i: number): string => messages[view.messages[i]!]!.group;

function byPackets(rows: LeakRows, view: LeakViewRow, places: readonly number[]): Question {
  const matched = rows.outcomes(view.strategy)?.matched ?? [];
  const shapes = valuesOf(view.shape, view.messages.length);
  return {
    view,
    secret: 'traffic',
    observable: 'packets',
    samples: places.map((i) => ({
      secret: String(matched[view.messages[i]!]),
      view: shapes[i]!,
      group: groupOf(rows, view, i),
    })),
  };
}

/** The first bits of the hash where some were seen, else the size: as many classes as the number of messages bears. */
function byLook(rows: LeakRows, view: LeakViewRow, places: readonly number[]): Question {
  const topicOf = (i: number): string => rows.messages[view.messages[i]!]!.topic;
  const topics = new Set(places.map(topicOf)).size;
  const most = Math.max(2, Math.floor(places.length / (samplesPerCell * Math.max(1, topics))));
  const bits = valuesOf(view.bits, view.messages.length);
  const seen = places.some((i) => bits[i] !== '');
  const count = 2 ** Math.floor(Math.log2(Math.min(16, most)));
  const sizes = valuesOf(view.sizes, view.messages.length).map(total);
  const sorted = places.map((i) => sizes[i]!).sort((a, b) => a - b);
  const cuts = Array.from({ length: count - 1 }, (_, j) => sorted[Math.floor(((j + 1) * sorted.length) / count)]!);
  const look = (i: number): string =>
    seen
      ? bits[i] === ''
        ? 'none'
        : String(Number.parseInt(bits[i]!.slice(0, 1), 16) >> (4 - Math.log2(count)))
      : String(cuts.filter((cut) => sizes[i]! >= cut).length);
  return {
    view,
    secret: 'topic',
    observable: seen
      ? `first ${count === 2 ? 'bit' : `${Math.log2(count)} bits`} of the hash`
      : `size, in up to ${count} classes`,
    samples: places.map((i) => ({ secret: topicOf(i), view: look(i), group: groupOf(rows, view, i) })),
  };
}

/** Sum of the sizes in a list such as 'sender>relay envelope 16400, relay>provider clear 5'. */
const total = (sizes: string): number =>
  sizes === '' ? 0 : sizes.split(', ').reduce((sum, each) => sum + Number(each.slice(each.lastIndexOf(' '))), 0);

// What a view shows of a picture by construction: the deterministic part as one name, the bits on which there is noise beside it. Made from
// what is true of the picture and from what the strategy declares, never from views: those are held against it afterwards.

/** A message that was sent as it is, with what decides what others see of it. */
export interface Shown {
  /** Place among the run's messages. */
  readonly index: number;
  readonly message: LeakMessageRow;
  readonly matched: boolean;
  /** It was handed over to somebody: no longer a silent message. */
  readonly handed: boolean;
}

/** What a view shows of a message by construction. */
export interface Appearance {
  /** Equal names, equal views but for the noise. */
  readonly name: string;
  /** Bits of the hash that the view shows with noise, as a number. */
  readonly noisy?: number;
  /** Whether the match bit is shown with noise. */
  readonly noisyMatch?: boolean;
}

/** How views of an adversary are made of pictures. */
export interface KnownView {
  /** What it shows, in words. */
  readonly shows: string;
  /** Upper bound: the adversary's view is a function of the one described. */
  readonly standing: 'exact' | 'upper bound';
  symbol(shown: Shown): Appearance;
}

/** Messages that were sent as they are; left out are those that a warned sender did not send. */
export function shownMessages(rows: LeakRows, strategy: string): Shown[] {
  const outcomes = rows.outcomes(strategy);
  const joined = rows.view(strategy, 'joined');
  if (!outcomes || !joined) return [];
  return joined.messages.flatMap((index, i): Shown[] =>
    outcomes.aborted[index] === 1
      ? []
      : [
          {
            index,
            message: rows.messages[index]!,
            matched: outcomes.matched[index] === 1,
            handed: joined.handed[i] === 1,
          },
        ],
  );
}

/** Bytes of the padded plaintext: what a sealed message's length tells. */
const paddedBytes = (bytes: number, block: number): number => (block > 0 ? Math.ceil(bytes / block) * block : bytes);

/** Name of the lengths that a strategy's sealed messages show: of the message, and of the voucher's copy where there is one. */
export function lengthClass({ experiment }: LeakRows, strategy: Strategy): (shown: Shown) => string {
  const { paddingBytes } = experiment.messages;
  // A length field, the length of a franking key, and the key where there is one.
  const beside = 4 + 1 + (strategy.design.franking ? 32 : 0);
  return ({ message: { pictureBytes } }) => {
    const sealed = `length ${paddedBytes(pictureBytes + beside, paddingBytes)}`;
    return strategy.threshold ? `${sealed}, copy ${paddedBytes(pictureBytes + 4, paddingBytes)}` : sealed;
  };
}

/** The view of an adversary, where its channel is known; undefined where it is not. */
export function knownView(rows: LeakRows, name: string, adversary: Adversary, when: Moment): KnownView | undefined {
  const strategy = strategyByName(name);
  const clear = strategy.declares.relay?.content === 'all';
  const envelope = lengthClass(rows, strategy);
  const file = ({ message }: Shown): Appearance => ({ name: `file ${message.file}` });
  if (adversary === 'court') {
    const all = when === 'key-used-on-all';
    const shows = all ? 'the picture' : 'what it was handed';
    return known(shows, (each) => (all || each.handed ? file(each) : { name: 'nothing' }));
  }
  if (adversary === 'curator')
    return known('what it was handed', (each) => (each.handed ? file(each) : { name: 'nothing' }));
  if (adversary === 'relay') {
    if (clear) return known('the picture', file);
    return known('the padded length', (each) => ({ name: envelope(each) }));
  }
  const provider = providerView(rows, strategy, envelope);
  if (adversary === 'network') return networkView(rows, strategy, clear, envelope, provider);
  // All logs in one hand: what a court opened is in them.
  if (adversary === 'joined' && strategy.declares.court?.content !== undefined)
    return known(`${provider.shows}; the picture where it was opened`, (each) =>
      each.handed ? file(each) : provider.symbol(each),
    );
  return provider;
}

const known = (shows: string, symbol: KnownView['symbol']): KnownView => ({ shows, standing: 'exact', symbol });

/** The provider reads the relay's view too, and so does whoever has all logs: of silent messages the others add nothing. */
function providerView(rows: LeakRows, strategy: Strategy, envelope: (shown: Shown) => string): KnownView {
  const { messages } = rows.experiment;
  const declares = strategy.declares.provider ?? {};
  const sampled = rows.outcomes(strategy.name)?.sampled ?? [];
  const hashOf = ({ message }: Shown): Uint8Array | undefined =>
    message.hash === null ? undefined : fromHex(message.hash);
  const bits =
    declares.hash === 'all'
      ? 'hash'
      : declares.prefix === 'all'
        ? `${messages.prefixBits} bits of prefix`
        : declares.bucket === 'all'
          ? `${sampled.length} bits, each flipped with probability ${messages.protocols.bucketNoise}`
          : undefined;
  const outcome = strategy.synthetic ? 'a noisy outcome' : declares.match === 'all' ? 'the outcome' : undefined;
  if (declares.content === 'all') return known('the picture', ({ message }) => ({ name: `file ${message.file}` }));
  const parts = ['padded length', bits, outcome].filter((each) => each !== undefined);
  return known(parts.join(', '), (shown) => {
    const { message, matched, handed } = shown;
    if (handed && declares.content !== undefined) return { name: `file ${message.file}` };
    const hash = hashOf(shown);
    const name = [
      envelope(shown),
      declares.hash === 'all' ? message.hash : '',
      declares.prefix === 'all' && hash ? toHex(prefixOf(hash, messages.prefixBits)) : '',
      declares.match === 'all' ? String(matched) : '',
    ].join(' ');
    return {
      name,
      ...(declares.bucket === 'all' && hash ? { noisy: numberOf(sample(hash, sampled), sampled.length) } : {}),
      ...(strategy.synthetic ? { noisyMatch: matched } : {}),
    };
  });
}

/** Directions and sizes: the length of what is sent, of what is answered, and of a report with its picture, which is not padded. */
function networkView(
  rows: LeakRows,
  strategy: Strategy,
  clear: boolean,
  envelope: (shown: Shown) => string,
  provider: KnownView,
): KnownView {
  if (clear) return known('the length of the picture', ({ message }) => ({ name: `${message.pictureBytes} bytes` }));
  const declares = strategy.declares.provider ?? {};
  // The size of an answer depends on noisy bits, which the provider knows: the observer cannot know more than it does.
  if (declares.bucket !== undefined) return { ...provider, standing: 'upper bound' };
  const answered = declares.prefix === 'all' ? answerSizes(rows) : undefined;
  const reports = declares.content !== undefined && !strategy.threshold;
  const parts = ['padded length', answered && 'size of the answer', reports && 'length of what is reported'];
  return known(parts.filter((each) => each).join(', '), (shown) => {
    const { message, handed } = shown;
    const name = [
      envelope(shown),
      answered?.(message) ?? '',
      reports && handed ? `reported ${message.pictureBytes}` : '',
    ].join(' ');
    return { name };
  });
}

/** How many list entries a prefix look-up is answered with. A picture without a hash asks at random. */
function answerSizes({ entries, experiment }: LeakRows): (message: LeakMessageRow) => string {
  const { prefixBits } = experiment.messages;
  const prefix = (hash: string): string => toHex(prefixOf(fromHex(hash), prefixBits));
  const counts = countsOf(entries.map(prefix));
  return ({ hash }) => (hash === null ? 'random' : `${counts.get(prefix(hash)) ?? 0} entries`);
}

/** Packed bits, most significant first, as a number; the filling zeros of the last byte are left out. */
const numberOf = (packed: Uint8Array, bits: number): number =>
  packed.reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** (packed.length * 8 - bits);

// Columns of names in raw rows: each name is written once.

/** The column of these values. */
export function columnOf(values: readonly string[]): Column {
  const names = [...new Set(values)];
  const places = new Map(names.map((name, i) => [name, i]));
  return { names, at: names.length > 1 ? values.map((value) => places.get(value)!) : [] };
}

/** The `n` values of a column. */
export const valuesOf = ({ names, at }: Column, n: number): string[] =>
  Array.from({ length: n }, (_, i) => names[at[i] ?? 0] ?? '');
