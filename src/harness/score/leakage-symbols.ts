/**
 * What a view shows of a picture by construction: the deterministic part as one name, the bits on which there is noise beside it. Made from
 * what is true of the picture and from what the strategy declares, never from views: those are held against it afterwards.
 */
import { sample } from '../../role/bucket.ts';
import { prefixOf } from '../../role/prefix.ts';
import type { Adversary, LeakMessageRow, Moment } from '../../schema/leakage-rows.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { countsOf } from '../../util/counts.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import type { LeakRows } from './leakage-rows.ts';

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
  const fates = rows.fates(strategy);
  const joined = rows.view(strategy, 'joined');
  if (!fates || !joined) return [];
  return joined.messages.flatMap((index, i): Shown[] =>
    fates.aborted[index] === 1
      ? []
      : [
          {
            index,
            message: rows.messages[index]!,
            matched: fates.matched[index] === 1,
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
  const beside = 4 + 1 + (strategy.name === 'user-report' ? 32 : 0);
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
  const sampled = rows.fates(strategy.name)?.sampled ?? [];
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
