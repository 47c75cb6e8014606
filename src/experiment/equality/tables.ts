/** The tables of an equality run. */
import {
  absent,
  type Cell,
  integer,
  pairCell,
  percent,
  percentRange,
  powerText,
  rare,
  rateCell,
} from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { Accidents, AtSize, DesignMetrics, Drowns, EqualityMetrics, SecondCheck } from './metrics.ts';

/** The size of a list as text: powers of ten as such, others with a suffix. */
export function sizeText(size: number): string {
  if (size >= 1000 && Number.isInteger(Math.log10(size))) return powerText(size);
  return size < 1e5 ? integer(size) : `${Number((size / 1e6).toPrecision(2))} M`;
}

/** What is known of one list, in one word. */
type Verdict = 'drowns' | 'survives' | 'open';

/** Whether false positives reach the rate at which innocents outnumber what is found. */
export function verdictAt(at: AtSize, drowns: Drowns | null): Verdict {
  if (!drowns) return 'open';
  const { low, high } = at.state === 'measured' ? at.rate : at;
  if (low >= drowns.rate) return 'drowns';
  return high < drowns.rate ? 'survives' : 'open';
}

/** False positives at one size, marked where innocents drown what is found. */
function sizeCell(at: AtSize | undefined, drowns: Drowns | null): Cell {
  if (!at) return absent('not computed');
  const verdict = verdictAt(at, drowns);
  const tone = verdict === 'drowns' ? { tone: 'warn' as const } : {};
  const independent = at.independent === null ? '' : `as if independent ${rare(at.independent)}`;
  if (at.state === 'measured') {
    const cell = rateCell(at.rate);
    const small = [...cell.small, verdict];
    return { ...cell, ...tone, small, plain: `${cell.plain}, ${verdict}`, hover: `${cell.hover}; ${independent}` };
  }
  const range = at.state === 'not known' ? `≥ ${rare(at.low)}` : `${rare(at.low)} to ${rare(at.high)}`;
  const main = at.state === 'not known' && at.low === 0 ? 'not known' : range;
  return {
    main,
    small: [
      ...(at.state === 'not known' && at.low > 0 ? ['else not known'] : []),
      ...(independent ? [independent] : []),
      verdict,
    ],
    plain: [main, independent, verdict].filter(Boolean).join(', '),
    hover: 'beyond the lists that were measured: bounds that need no independence',
    ...tone,
    ...(at.state === 'not known' && at.low === 0 ? { tone: 'muted' as const } : {}),
  };
}

/** The pairs of one source that agree, with what was left out. */
const accidentCell = ({ pairs, copies }: Accidents): Cell => {
  const cell = pairCell(pairs);
  return { ...cell, hover: `${cell.hover}; ${copies} more pairs match and were left out as copies` };
};

/** From which size on: 'from 1,200 (4 M if independent; at the latest 5,000)'. */
function drownCell(drowns: Drowns | null): Cell {
  if (!drowns) return absent('nothing is found, or it cannot happen');
  const { earliest, independent, latest, rate } = drowns;
  const main = earliest === null ? 'no list up to 10¹²' : `not before ${integer(earliest)}`;
  const small = [
    ...(independent === null ? [] : [`if independent ${integer(independent)}`]),
    latest === null ? 'at the latest: not known' : `at the latest ${integer(latest)}`,
  ];
  return {
    main,
    small,
    plain: [main, ...small].join('; '),
    hover: `where the false-positive rate reaches ${rare(rate)}`,
  };
}

/** Accidents without a second check, of one source. */
export const accidentsIn = (
  { accidents }: DesignMetrics,
  source: string,
  check: string | null = null,
): Accidents | undefined => accidents.find((each) => each.source === source && each.check === check);

/** The source that knows most pairs of a design. */
export const largest = ({ accidents }: DesignMetrics): Accidents | undefined =>
  accidents
    .filter(({ check }) => check === null)
    .reduce<Accidents | undefined>((most, each) => (most && most.pairs.n >= each.pairs.n ? most : each), undefined);

const mixedCell = ({ mixed }: DesignMetrics, check: string | null): Cell => {
  const all = mixed.filter((each) => each.check === check);
  const [first] = all;
  if (!first) return absent('not measured');
  const { estimate, low, high, method } = first.recall;
  const range = percentRange(low, high);
  const others = all.slice(1).map(({ share, recall }) => `${percent(recall.estimate)} at ${percent(share)} unedited`);
  return {
    main: percent(estimate),
    small: [range, ...others],
    plain: [`${percent(estimate)} ${range}`, ...others].join('; '),
    hover: method,
  };
};

/** Recall beside accidents: the headline. */
export function frontierTable(metrics: EqualityMetrics): ReportTable {
  const { mix, sources, designs, drowning } = metrics;
  return {
    title: 'What each design keeps, and how often unrelated pictures agree',
    explains: `Recall: the hash of the sent picture is that of its original. Mixed: ${percent(mix.unedited[0]!.share)} sent unedited, the rest after one of the edits, each as often. Accidents: pairs of unrelated pictures with the same hash, interval by picture. Last: the list at which wrong matches are as many as right ones, where one picture in ${integer(1 / drowning.prevalence.value)} is listed, on the source with the most pairs.`,
    head: [
      'design',
      mix.asSent,
      mix.edited,
      'mixed',
      ...sources.map(({ name }) => `accidents, ${name}`),
      'outnumbered from',
    ],
    lines: designs.map((design) => ({
      name: design.name,
      cells: [
        ...[mix.asSent, mix.edited].map((set) => {
          const all = design.sets.find((each) => each.set === set)?.all;
          return all ? rateCell(all) : absent('not measured');
        }),
        mixedCell(design, null),
        ...sources.map(({ name }) => {
          const accidents = accidentsIn(design, name);
          return accidents ? accidentCell(accidents) : absent('not computed');
        }),
        drownCell(largest(design)?.outnumber ?? null),
      ],
    })),
  };
}

/** List sizes that the answer is given for: 10,000, a million, NCMEC's list of 2019 and Thorn's. */
const answered: readonly number[] = [1e4, 1e6, 3.5e6, 5.7e7];

/** The answer in one table: recall beside false positives at some list sizes, on the source that knows most pairs of a design. */
export function answerTable({ mix, designs, drowning }: EqualityMetrics): ReportTable {
  const known = designs.flatMap((design) => {
    const accidents = largest(design);
    return accidents ? [{ design, accidents }] : [];
  });
  const sizes = answered.filter((size) =>
    known.every(({ accidents }) => accidents.sizes.some((at) => at.size === size)),
  );
  return {
    title: 'Recall under edits against accidental equality',
    explains: `Recall: k of n sent pictures whose hash is that of the original, 95 % interval; over all edits, edits and pictures are both taken as a sample. Pairs: unrelated pictures with the same hash, interval by picture, of the source that knows most pairs of the design. Lists: queries that match some entry; counts where a list of that size was measured, bounds that need no independence beyond. “As if independent” is what is usually quoted, and decides nothing. Drowns: wrong matches outnumber right ones at 95 % confidence, where one picture in ${integer(1 / drowning.prevalence.value)} is listed. Open: not known.`,
    head: [
      'design',
      mix.asSent,
      mix.edited,
      'pairs that agree',
      ...sizes.map((size) => `${sizeText(size)} entries`),
      'innocents drown it from',
    ],
    lines: known.map(({ design, accidents }) => {
      const pairs = accidentCell(accidents);
      return {
        name: design.name,
        cells: [
          ...[mix.asSent, mix.edited].map((set) => {
            const all = design.sets.find((each) => each.set === set)?.all;
            return all ? rateCell(all) : absent('not measured');
          }),
          { ...pairs, small: [...pairs.small, accidents.source], plain: `${pairs.plain}, ${accidents.source}` },
          ...sizes.map((size) =>
            sizeCell(
              accidents.sizes.find((at) => at.size === size),
              accidents.outnumber,
            ),
          ),
          drownCell(accidents.outnumber),
        ],
      };
    }),
  };
}

/** False positives by list size in one source, without or with a second check. */
export function sizesTable(metrics: EqualityMetrics, source: string, check: string | null = null): ReportTable {
  const facts = metrics.sources.find(({ name }) => name === source)!;
  const known = metrics.designs.flatMap((design) => {
    const accidents = accidentsIn(design, source, check);
    return accidents ? [{ design, accidents }] : [];
  });
  const sizes = known[0]?.accidents.sizes.map(({ size }) => size) ?? [];
  const all = [...new Set([...known.flatMap(({ accidents }) => accidents.sizes.map(({ size }) => size)), ...sizes])]
    .filter((size) => known.every(({ accidents }) => accidents.sizes.some((at) => at.size === size)))
    .sort((a, b) => a - b);
  return {
    title: `False positives by list size: ${source}${check === null ? '' : `, second check ${check}`}`,
    explains: `Queries that match some entry, of ${integer(Math.floor(facts.pictures / 2))} at most. Counts where a list of that size was measured; of 0 the one-sided 95 % bound. Beyond: bounds that need no independence; “as if independent” is no answer, but what is usually quoted. Drowns: wrong matches outnumber right ones, at 95 % confidence; survives: they do not, at 95 % confidence; open: not known.`,
    head: ['design', ...all.map((size) => `${sizeText(size)} entries`)],
    lines: known.map(({ design, accidents }) => ({
      name: design.name,
      cells: all.map((size) =>
        sizeCell(
          accidents.sizes.find((at) => at.size === size),
          accidents.outnumber,
        ),
      ),
    })),
  };
}

/** From which size on innocents drown what is found. */
export function drownTable(metrics: EqualityMetrics): ReportTable {
  const { account, prevalence } = metrics.drowning;
  return {
    title: 'From which list on innocents drown what is found',
    explains: `First: wrong matches are as many as right ones at a prevalence of ${rare(prevalence.value)} (${prevalence.source}), at the mixed recall. Second: the mean innocent account of ${integer(account.pictures)} pictures has ${account.threshold} accidental matches, the threshold (${account.source}). Not before: by the upper bound of what was measured. At the latest: by the lower.`,
    head: ['design, source', 'second check', 'wrong matches outnumber right ones', 'every account passes'],
    lines: metrics.designs.flatMap((design) =>
      design.accidents.map(({ source, check, outnumber, everybody }) => ({
        name: `${design.name}, ${source}`,
        cells: [plain(check ?? 'none'), drownCell(outnumber), drownCell(everybody)],
      })),
    ),
  };
}

/** How much more often a second check errs where the first did; where it never did, the most that its interval allows. */
function ratioCell(
  { k, clusterHigh }: SecondCheck['conditional'],
  alone: SecondCheck['alone'],
  ratio: number | null,
): Cell {
  if (ratio === null || !alone?.estimate) return absent('not known');
  const value = k > 0 ? ratio : clusterHigh / alone.estimate;
  return plain(`${k > 0 ? '' : 'at most '}${value >= 100 ? integer(value) : Number(value.toPrecision(2))}×`);
}

/** Whether a second check errs where the first did. */
export function secondTable({ designs }: EqualityMetrics): ReportTable {
  return {
    title: 'The second check on accidental matches',
    explains:
      'Conditional: of the accidents of the design those that the second check passes as well, interval by cluster of accidents that share pictures. Alone: its rate among all unrelated pairs. Ratio: 1 if the two erred independently; above, the second check errs where the first did. A network is asked of accidents alone.',
    head: ['design, source', 'second check', 'conditional', 'alone', 'ratio'],
    lines: designs.flatMap((design) =>
      design.second
        .filter(({ conditional }) => conditional.n > 0)
        .map(({ source, check, conditional, alone, ratio }) => ({
          name: `${design.name}, ${source}`,
          cells: [
            plain(check),
            rateCell(conditional),
            alone
              ? { ...rateCell(alone), main: alone.k === 0 ? `0/${integer(alone.n)}` : rare(alone.estimate ?? 0) }
              : absent('not asked of all pairs'),
            ratioCell(conditional, alone, ratio),
          ],
        })),
    ),
  };
}

/** What a second check costs in recall, and what it leaves of the accidents. */
export function checkedTable(metrics: EqualityMetrics): ReportTable {
  const checks = [
    null,
    ...metrics.checks.filter((check) =>
      metrics.designs.some(({ mixed }) => mixed.some((each) => each.check === check)),
    ),
  ];
  return {
    title: 'Recall with a second check',
    explains: 'Mixed recall where the visual derivative must pass the second check too.',
    head: ['design', ...checks.map((check) => check ?? 'none')],
    lines: metrics.designs.map((design) => ({
      name: design.name,
      cells: checks.map((check) => mixedCell(design, check)),
    })),
  };
}

/** Recall of each edit. */
export function editTable({ designs }: EqualityMetrics, set: string): ReportTable {
  const edits = designs[0]?.sets.find((each) => each.set === set)?.edits ?? [];
  return {
    title: `Recall by edit: ${set}`,
    explains: 'Share of the edited pictures whose hash is that of the original; 95 % interval by group.',
    head: ['design', ...edits.map(({ title }) => title)],
    lines: designs.map(({ name, sets }) => ({
      name,
      cells: (sets.find((each) => each.set === set)?.edits ?? []).map(({ recall }) => ({
        ...rateCell(recall, true),
        ...(recall.estimate === null ? {} : { heat: recall.estimate }),
      })),
    })),
  };
}
