/** `presend list estimate <list> --dataset <folder>`: how often innocent pictures match a list, counted on a folder of them. */
import { Command } from 'commander';
import type { BackendName } from '../classify/backend.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { openDataset } from '../dataset/open.ts';
import { decodeFile } from '../dataset/picture-file.ts';
import { isExact } from '../hash/exact-hashes.ts';
import type { HashList } from '../match/hash-list.ts';
import { indexScan } from '../match/index-scan.ts';
import type { IndexSearch } from '../match/index-search.ts';
import { plainScan } from '../match/search.ts';
import { canScan } from '../match/wasm/scan.ts';
import { estimatedRates, NearestCounts, type ThresholdRates } from '../metric/list-estimate.ts';
import { fraction, integer, percent, percentRange, rare, rateCell, si } from '../report/format.ts';
import { RefusedError, UserError, unexpected } from '../util/errors.ts';
import { printable } from '../util/printable.ts';
import { seededRng } from '../util/rng.ts';
import { backendOption, examples, wholeNumber } from './arguments.ts';
import { algorithmOption, distrust } from './hash-file.ts';
import { interruptible } from './interrupt.ts';
import { defaultSeed } from './known-datasets.ts';
import { formatOption, type ListOptions, mustBeOf, openList, remarks } from './list-file.ts';
import { facts, jsonText, note, say } from './output.ts';
import { openPictureHash, type PictureHash } from './picture-hash.ts';
import { progressLine } from './progress.ts';
import { table } from './table.ts';

interface Options extends ListOptions {
  dataset: string;
  threshold?: number;
  limit?: number;
  seed?: number;
  orient?: boolean;
  backend?: BackendName;
  json?: boolean;
}

export const estimateCommand = (): Command =>
  new Command('estimate')
    .description('count how often innocent pictures match a list, by threshold and by the size of the list')
    .argument('<file>', 'hash list in any format')
    .requiredOption(
      '--dataset <name>',
      'innocent pictures: generated, photographs, a folder, .csv manifest, .tar shards, .parquet files, or an s3:// address',
    )
    .option(
      '--threshold <bits>',
      'largest distance that is a match (default: the hash’s own)',
      wholeNumber('--threshold', 0),
    )
    .option('--limit <n>', 'use at most this many pictures, chosen by the seed', wholeNumber('--limit', 1))
    .option('--seed <n>', 'seed of the draws: pictures, and parts of the list', wholeNumber('--seed', 0))
    .option(algorithmOption[0], `${algorithmOption[1]} (default: the list’s, for text lists pdq)`)
    .option(...formatOption)
    .option('--orient', 'rotate and mirror pictures as their files say')
    .addOption(backendOption())
    .option('--json', 'print one JSON object, with every threshold')
    .addHelpText(
      'after',
      examples(
        'list estimate list.presend --dataset ./innocent',
        'list estimate hashes.txt --dataset photographs --threshold 20 --json',
      ),
    )
    .action(estimate);

async function estimate(file: string, options: Options): Promise<void> {
  const { list, ...opened } = await openList(file, options);
  for (const each of remarks({ list, ...opened })) note(each);
  const { algorithm, entries } = list;
  if (isExact(algorithm))
    throw new UserError(
      `${algorithm} matches only equal files, so that there is nothing to estimate; use presend match`,
    );
  if (list.detector?.dimensions !== undefined)
    throw new UserError(
      `${file} lists vectors; estimate counts distances in bits: read its bits with list import --bits`,
    );
  if (entries.length === 0) throw new UserError(`${file} is empty: nothing can match`);
  const hash = await openPictureHash(options.algorithm ?? algorithm, options.backend);
  try {
    if (list.detector) mustBeOf(hash.identity!, file, list);
    const threshold = options.threshold ?? hash.threshold;
    if (threshold > list.bits) throw unexpected('--threshold', `at most ${list.bits} bits`, threshold);
    const counted = await count(list, hash, threshold, options);
    say(options.json ? jsonText({ file, ...describe(list, threshold, counted) }, 2) : textOf(list, threshold, counted));
  } finally {
    await hash.close();
  }
}

/** Matches that are named; all are counted. */
const named = 10;

/** What was counted on a dataset. */
interface Counted {
  readonly dataset: Dataset;
  readonly nearest: NearestCounts;
  /** Sizes of parts of the list, growing; the last is the whole. */
  readonly sizes: readonly number[];
  readonly pictures: number;
  /** Pictures that could not be decoded or are too flat to be hashed, and the first reason. */
  readonly refused: { readonly count: number; readonly first: string | undefined };
  readonly matched: readonly { readonly picture: string; readonly entry: string; readonly distance: number }[];
}

/** Hashes every picture and looks for its nearest entry in parts of the list, one picture at a time. */
async function count(list: HashList, hash: PictureHash, threshold: number, options: Options): Promise<Counted> {
  const { seed = defaultSeed, limit, orient } = options;
  const progress = progressLine();
  return interruptible(progress, async (signal) => {
    const dataset = await openDataset(options.dataset, {
      seed,
      ...(limit === undefined ? {} : { limit }),
      orient,
      onWait: progress.say,
    });
    const parts = partsOf(list, seed);
    const nearest = new NearestCounts(
      parts.map(({ size }) => size),
      list.bits,
    );
    const matched: { picture: string; entry: string; distance: number }[] = [];
    let [pictures, refused, first] = [0, dataset.refused.length, dataset.refused[0] && reasonText(dataset.refused[0])];
    const refuse = (picture: string, reason: string): void => {
      refused++;
      first ??= reasonText({ picture, reason });
    };
    for (const [done, picture] of dataset.pictures.entries()) {
      signal.throwIfAborted();
      progress.update('pictures', done, dataset.pictures.length);
      try {
        const answer = await hash.ask(await decodeFile(picture));
        if ('refused' in answer) throw new RefusedError(answer.refused);
        const doubt = distrust(answer, hash.minQuality);
        if (doubt !== undefined) throw new RefusedError(doubt);
        pictures++;
        for (const { size, search, order } of parts) {
          const found = search.nearest(answer.hash)!;
          nearest.add(size, found.distanceBits);
          if (size === list.entries.length && found.distanceBits <= threshold && matched.length < named)
            matched.push({
              picture: picture.id,
              entry: list.entries.idAt(order[found.index]!),
              distance: found.distanceBits,
            });
        }
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        refuse(picture.id, error.message);
      }
    }
    if (pictures === 0) throw new UserError(`No picture of '${options.dataset}' has a hash; the first: ${first}`);
    return {
      dataset,
      nearest,
      sizes: parts.map(({ size }) => size),
      pictures,
      refused: { count: refused, first },
      matched,
    };
  });
}

const reasonText = ({ picture, reason }: { picture: string; reason: string }): string => `${picture}: ${reason}`;

/** A random part of the list, prepared for search; `order` gives the entry of each of its rows. */
interface Part {
  readonly size: number;
  readonly search: IndexSearch;
  readonly order: Uint32Array;
}

/** Entries from which a scan in WebAssembly pays off. */
const scanFrom = 512;

/** Parts of a tenth, a hundredth and so on down to ten entries, each within the next, and the whole. */
function partsOf({ entries, packed, bits }: HashList, seed: number): Part[] {
  const rng = seededRng(seed, 'list estimate');
  const order = Uint32Array.from({ length: entries.length }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const { width } = entries;
  const shuffled = new Uint8Array(packed.length);
  for (const [to, from] of order.entries()) shuffled.set(packed.subarray(from * width, (from + 1) * width), to * width);
  const sizes = [entries.length];
  for (let size = Math.floor(entries.length / 10); size >= 10; size = Math.floor(size / 10)) sizes.unshift(size);
  return sizes.map((size) => {
    const rows = shuffled.subarray(0, size * width);
    return { size, order, search: size < scanFrom || !canScan(bits) ? plainScan(rows, bits) : indexScan(rows, bits) };
  });
}

/** Longer lists that bounds are given for. */
const longer = [1e3, 1e4, 1e5, 1e6, 1e7];

const ratesOf = ({ nearest, sizes }: Counted, thresholds: readonly number[]): ThresholdRates[] =>
  estimatedRates(nearest.all, { thresholds, beyond: longer.filter((size) => size > sizes.at(-1)!) });

/** Everything that was counted, for programs. */
function describe(list: HashList, threshold: number, counted: Counted) {
  const { dataset, pictures, refused, matched } = counted;
  const most = Math.min(list.bits, Math.max(2 * threshold, threshold + 8));
  const [own] = ratesOf(counted, [threshold]);
  return {
    list: {
      name: list.name,
      algorithm: list.algorithm,
      bits: list.bits,
      entries: list.entries.length,
      root: list.root,
    },
    dataset: {
      name: dataset.name,
      sha256: dataset.sha256,
      pictures,
      groups: groupsOf(dataset),
      refused: refused.count,
    },
    threshold,
    falsePositives: own!.rates.find(({ size }) => size === list.entries.length)!.rate,
    matched,
    nearest: counted.nearest.all,
    curve: ratesOf(
      counted,
      Array.from({ length: most + 1 }, (_, i) => i),
    ),
  };
}

const groupsOf = ({ pictures }: Dataset): number => new Set(pictures.map(({ group }) => group)).size;

/** The answer, the histogram and the curve, for people. */
function textOf(list: HashList, threshold: number, counted: Counted): string {
  const { dataset, pictures, refused, matched } = counted;
  const whole = counted.nearest.all.at(-1)!;
  const [own] = ratesOf(counted, [threshold]);
  const rate = own!.rates.find(({ size }) => size === list.entries.length)!.rate!;
  const groups = groupsOf(dataset);
  const thresholds = [...new Set([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2].map((of) => Math.round(of * threshold)))].filter(
    (each) => each <= list.bits,
  );
  const curve = ratesOf(counted, thresholds);
  return [
    facts([
      ['list', `${list.name}: ${integer(list.entries.length)} ${list.algorithm} hashes`],
      ['pictures', `${integer(pictures)} of ${dataset.name} in ${integer(groups)} groups, sha256 ${dataset.sha256}`],
      ['refused', refused.first === undefined ? '0' : `${integer(refused.count)}, the first: ${refused.first}`],
      [
        'false positives',
        `${rateCell(rate).plain} of the pictures match, at a distance of at most ${threshold} of ${list.bits} bits`,
      ],
    ]),
    ...matched.map(({ picture, entry, distance }) =>
      printable(`  ${picture} matches ${entry || 'an entry without a name'}, distance ${distance}`),
    ),
    ...(rate.k > matched.length ? [`  and ${integer(rate.k - matched.length)} more`] : []),
    '',
    'Distance to the nearest entry, in bits:',
    ...histogramLines(whole.counts, threshold),
    '',
    'Share of the pictures that match, by threshold (lines) and entries on the list (columns):',
    table(
      ['bits', ...curve[0]!.rates.map(({ size }) => `${si(size)} entries`)],
      curve.map(({ threshold: bits, rates }) => [
        bits === threshold ? `${bits} *` : String(bits),
        ...rates.map(({ rate: counted, low, high }) =>
          counted === null
            ? high >= 1
              ? 'not known'
              : `${rare(low)} to ${rare(high)}`
            : `${fraction(counted)} ${percentRange(counted.low, counted.high, true)}`,
        ),
      ]),
    ),
    '',
    `* the threshold. k/n with the exact 95 % interval (Clopper-Pearson), pictures taken as independent${groups < pictures ? `, which those of one group are not` : ''}; smaller lists are random parts of this one; of longer lists only bounds are given, for entries like these. No target content may be among the pictures: look at those that match. With ${integer(pictures)} pictures no rate below ${percent(3 / pictures)} can be shown.`,
  ].join('\n');
}

/** Lines of the histogram: ranges of distances that the pictures fill, in at most sixteen steps. */
function histogramLines(counts: readonly number[], threshold: number): string[] {
  const [from, to] = [counts.findIndex((each) => each > 0), counts.findLastIndex((each) => each > 0)];
  const step = Math.max(1, Math.ceil((to - from + 1) / 16));
  const bins = Array.from({ length: Math.ceil((to - from + 1) / step) }, (_, i) => {
    const low = from + i * step;
    const high = Math.min(to, low + step - 1);
    return { low, high, count: counts.slice(low, high + 1).reduce((a, b) => a + b, 0) };
  });
  const most = Math.max(...bins.map(({ count }) => count));
  const width = String(to).length;
  return bins.map(({ low, high, count }) => {
    const [first, last] = [low, high].map((each) => String(each).padStart(width));
    const range = low === high ? first!.padEnd(2 * width + ' to '.length) : `${first} to ${last}`;
    const bar = '█'.repeat(Math.ceil((40 * count) / most));
    return `  ${range}  ${integer(count).padStart(integer(most).length)}  ${bar}${low <= threshold && count > 0 ? '  matches' : ''}`.trimEnd();
  });
}
