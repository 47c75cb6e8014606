/** The tables of a detector's card. */
import { sizeText } from '../experiment/false-positive-tail/tables.ts';
import { liftCell } from '../experiment/hash-leakage/report-words.ts';
import { type Cell, integer, pairCell, percent, rateCell } from '../report/format.ts';
import { plain, type ReportTable } from '../report/table.ts';
import type { Card } from './card.ts';
import { listCell, pairsCell, recallCell, thresholdCell, unmeasured } from './cells.ts';
import { type DetectorResult, headlineOf, type OperatingPoint, quotedSizes } from './detectors.ts';
import { hiddenCell, shareCell } from './tables.ts';

const placeOf = ({ run, set }: DetectorResult): string => (set === null ? run : `${run}, ${set}`);

/** One line for each point of each result that `holds`. */
const pointsOf = (
  { results }: Card,
  holds: (point: OperatingPoint) => boolean,
): { readonly result: DetectorResult; readonly point: OperatingPoint }[] =>
  results.flatMap((result) => result.points.filter(holds).map((point) => ({ result, point })));

/** What it is. */
export function factsTable({ identity, results }: Card): ReportTable {
  const thresholds = [
    ...new Set(
      results.flatMap((each) => each.points.filter(({ own }) => own).map((point) => thresholdCell(point, each).plain)),
    ),
  ];
  const said = (text: string | null): Cell => plain(text ?? 'not stated');
  const facts: readonly (readonly [string, Cell])[] = [
    ['what it is', plain(identity.what)],
    ...(identity.summary === null ? [] : [['what it computes', plain(identity.summary)] as const]),
    ['bits', identity.bits === null ? plain('none: it gave no hashes') : plain(String(identity.bits))],
    ['distance', plain(identity.distance)],
    ['its own threshold', thresholds.length === 0 ? plain('none in these runs') : plain(thresholds.join(', '))],
    ['reference', said(identity.reference)],
    ['source', said(identity.source)],
    ['licence', said(identity.licence)],
    [`sha256 of ${identity.sha256Of}`, said(identity.sha256)],
  ];
  return {
    title: 'What it is',
    explains: 'As run records, detector files and model cards state it.',
    head: ['', ''],
    lines: facts.map(([name, cell]) => ({ name, cells: [cell] })),
  };
}

/** Copies found, over all edits, at every threshold. */
export function recallTable(card: Card): ReportTable | undefined {
  const points = pointsOf(card, ({ recall }) => recall !== null);
  if (points.length === 0) return undefined;
  return {
    title: 'Copies found, all edits together',
    explains:
      'Edited copies of evaluation pictures that match their own original. Intervals by picture. Unrelated pairs: pairs of other pictures that match, with the interval by picture.',
    head: ['run, edits', 'threshold, bits', 'where it comes from', 'copies found', 'unrelated pairs'],
    lines: points.map(({ result, point }) => ({
      name: placeOf(result),
      cells: [thresholdCell(point, result), plain(point.rule), recallCell(point.recall), pairsCell(point.pairs)],
    })),
  };
}

/** Copies found after each edit, at the threshold of the headline. */
export function cardEditTable(card: Card): ReportTable | undefined {
  const shown = card.results.filter((each) => (headlineOf(each)?.edits ?? []).length > 0);
  if (shown.length === 0) return undefined;
  const sets = new Set(shown.map(({ set }) => set));
  const keys = [
    ...new Map(
      shown.flatMap((each) =>
        headlineOf(each)!.edits.map(({ title }) => [`${each.set}\n${title}`, { set: each.set, title }] as const),
      ),
    ).values(),
  ];
  const runs = [...new Set(shown.map(({ run }) => run))];
  return {
    title: 'Copies found after each edit',
    explains: `At ${[...new Set(shown.map((each) => `${thresholdCell(headlineOf(each)!, each).plain} (${headlineOf(each)!.rule})`))].join(', ')}. All edits share a threshold, because nobody knows which edit a picture went through.`,
    head: ['edit', ...runs],
    lines: keys.map(({ set, title }) => ({
      name: sets.size > 1 ? `${set}: ${title}` : title,
      cells: runs.map((run) => {
        const at = shown.find((each) => each.run === run && each.set === set);
        return recallCell(at && headlineOf(at)!.edits.find((edit) => edit.title === title)?.recall);
      }),
    })),
  };
}

/** Innocent pictures that match something on a list, by its size. */
export function listsTable(card: Card): ReportTable | undefined {
  const points = pointsOf(card, ({ lists }) => lists.length > 0);
  if (points.length === 0) return undefined;
  const own = [
    ...new Set(
      points.flatMap(({ point: { lists } }) =>
        lists.filter(({ status }) => status === 'measured').map(({ size }) => size),
      ),
    ),
  ];
  const largest = points.map(({ point: { lists } }) =>
    Math.max(0, ...lists.filter(({ status }) => status === 'measured').map(({ size }) => size)),
  );
  const sizes = [...new Set([...quotedSizes, ...largest.filter((size) => own.includes(size))])].sort((a, b) => a - b);
  return {
    title: 'Innocent pictures that match, by size of the list',
    explains:
      'Share of innocent pictures that match at least one entry. “Extrapolated” was not measured: two methods, fitted to smaller lists, by effective bits and by extreme values, at most two decades beyond the largest list measured; where they disagree, neither is known to be right. “Not known”: beyond what the run can say anything of.',
    head: [
      'entries',
      ...points.map(({ result, point }) => `${placeOf(result)}, ${thresholdCell(point, result).plain}`),
    ],
    lines: sizes.map((size) => ({
      name: sizeText(size),
      cells: points.map(({ point }) => listCell(point.lists.find((each) => each.size === size))),
    })),
  };
}

/** Pictures that resemble each other by nature. */
export function hardNegatives(card: Card): ReportTable | undefined {
  const points = pointsOf(card, ({ hard, own }) => own && hard.length > 0);
  if (points.length === 0) return undefined;
  return {
    title: 'Hard negatives',
    explains:
      'Pictures that naturally resemble each other, such as series and templates. First: those that match the list, which has none of them. Second: pairs among themselves, one picture a group.',
    head: ['what is shown', 'run', 'threshold, bits', 'match the list', 'pairs among themselves'],
    lines: points.flatMap(({ result, point }) =>
      point.hard.map(({ topic, againstList, amongThemselves }) => ({
        name: topic,
        cells: [plain(placeOf(result)), thresholdCell(point, result), rateCell(againstList), pairCell(amongThemselves)],
      })),
    ),
  };
}

/** What its hashes tell. */
export function leaksTable({ threats }: Card): ReportTable | undefined {
  const lines = threats.flatMap((each) =>
    [...new Set([...each.topic, ...each.inversion].map(({ source }) => source))].map((source) => {
      const topic = each.topic.find((one) => one.source === source);
      const inversion = each.inversion.find((one) => one.source === source);
      return {
        name: `${each.run}, ${source === 'dataset' ? each.dataset.name : source}`,
        cells: [
          topic
            ? { ...rateCell(topic.first.success), ...(topic.aboveChance ? { tone: 'warn' as const } : {}) }
            : unmeasured(),
          topic ? plain(percent(topic.first.chance.commonest)) : unmeasured(),
          topic ? liftCell(topic.lift) : unmeasured(),
          inversion ? shareCell(inversion.explained.ridge) : unmeasured(),
          inversion?.self ? rateCell(inversion.self) : unmeasured(),
          inversion ? rateCell(inversion.topic.ridge) : unmeasured(),
        ],
      };
    }),
  );
  return lines.length === 0
    ? undefined
    : {
        title: 'What its hashes tell',
        explains:
          'Of whoever has a hash and not the picture. Topic: guesses of what the picture shows, beside the best guess without the hash. Picture recovered: share of the squared error of the mean picture that a decoder removes. Found again: recovered pictures whose hash matches. An attacker who is better may learn more.',
        head: [
          'run, pictures',
          'topic guessed',
          'without the hash',
          'times better',
          'picture recovered',
          'found again',
          'topic of recovered picture',
        ],
        lines,
      };
}

/** What it costs to defeat. */
export function evasionTable({ threats, identity }: Card): ReportTable | undefined {
  const lines = threats.flatMap(({ run, evasion }) =>
    evasion.map((each) => ({
      name: `${each.goal}, ${run}`,
      cells: [
        plain(identity.bits === null ? String(each.threshold) : `${each.threshold} of ${identity.bits}`),
        plain(integer(each.queries)),
        plain(percent(each.l2)),
        rateCell(each.success),
        rateCell(each.afterMessenger),
        each.medianL2 === null ? unmeasured('fewer than half succeeded') : plain(percent(each.medianL2)),
        each.medianQueries === null ? unmeasured('fewer than half succeeded') : plain(integer(each.medianQueries)),
      ],
    })),
  );
  return lines.length === 0
    ? undefined
    : {
        title: 'What it costs to evade',
        explains:
          'Black-box attacks with so many queries each, the best of them on each picture. Evasion: a listed picture no longer matches its entry. Collision: a picture matches the entry of another. The change is the root mean square of a pixel, as a share of the range. A better attack needs less.',
        head: [
          'goal',
          'threshold, bits',
          'queries',
          'change',
          'pictures',
          'after a messenger',
          'median least change',
          'median queries',
        ],
        lines,
      };
}

/** What it sees of a place. */
export function placesTable({ threats }: Card): ReportTable | undefined {
  const lines = threats.flatMap(({ run, hidden }) =>
    hidden.map((each) => ({
      name: `${run}, ${each.reasons.join(' and ')}`,
      cells: [hiddenCell(each), plain(integer(each.inserted)), rateCell(each.honest), rateCell(each.bystanders)],
    })),
  );
  return lines.length === 0
    ? undefined
    : {
        title: 'What it recognises of a place that somebody puts on the list',
        explains:
          'Photographs of a place are inserted into the list; other photographs of the same place then match. A detector that recognises a scene, and not a copy, can be used to see who was there.',
        head: [
          'run, threshold',
          'photographs of the place that match',
          'inserted',
          'with an honest list',
          'other pictures that match the inserted',
        ],
        lines,
      };
}
