/** One page on several detectors: what each finds, what its hashes leak, what attacks achieve, and what roles learn if messages are matched with it. */
import { liftCell } from '../experiment/hash-leakage/report-words.ts';
import { measureGroups } from '../experiment/tradeoff/report-measures.ts';
import type { Cell } from '../report/format.ts';
import { plain, type ReportTable } from '../report/table.ts';
import { pairsCell, recallCell, thresholdCell, unmeasured } from './cells.ts';
import { type DetectorResult, headlineOf } from './detectors.ts';
import type { FinishedRun } from './open-run.ts';
import { attackCell, hiddenCell, largestCell, shareCell, type TradeoffRun, tradeoffsOf } from './tables.ts';
import type { ThreatResult } from './threats.ts';

/** What the runs measured. */
interface Measures {
  readonly runs: readonly FinishedRun[];
  readonly detectors: readonly DetectorResult[];
  readonly threats: readonly ThreatResult[];
}

/** The tables of the page; none where fewer than two kinds of run are compared, or fewer than two detectors. */
export function matrixTables({ runs, detectors, threats }: Measures): ReportTable[] {
  const names = [
    ...new Set([...detectors.filter(({ kind }) => kind !== 'tradeoff'), ...threats].map(({ detector }) => detector)),
  ];
  if (names.length < 2 || new Set(runs.map(({ kind }) => kind)).size < 2) return [];
  return [perDetector(names, detectors, threats), ...perStrategy(names, runs)];
}

type Figure = readonly [title: string, cell: (detector: string) => Cell];

function perDetector(
  names: readonly string[],
  detectors: readonly DetectorResult[],
  threats: readonly ThreatResult[],
): ReportTable {
  const result = (detector: string, holds: (point: NonNullable<ReturnType<typeof headlineOf>>) => boolean) =>
    detectors.find((each) => {
      const point = headlineOf(each);
      return each.kind !== 'tradeoff' && each.detector === detector && point !== undefined && holds(point);
    });
  const copies = (detector: string) => result(detector, ({ recall }) => recall !== null);
  const lists = (detector: string) => result(detector, (point) => point.lists.length > 0);
  const threat = (detector: string, holds: (each: ThreatResult) => boolean) =>
    threats.find((each) => each.detector === detector && holds(each));
  const figures: readonly Figure[] = [
    [
      'threshold, bits',
      (detector) => {
        const found = copies(detector) ?? lists(detector);
        const point = found && headlineOf(found);
        return found && point ? thresholdCell(point, found) : unmeasured();
      },
    ],
    [
      'recall under edits',
      (detector) => {
        const found = copies(detector);
        return recallCell(found && headlineOf(found)?.recall);
      },
    ],
    [
      'unrelated pairs',
      (detector) => {
        const found = copies(detector);
        return pairsCell((found && headlineOf(found)?.pairs) ?? null);
      },
    ],
    [
      'innocent pictures that match the largest list',
      (detector) => {
        const found = lists(detector);
        return largestCell((found && headlineOf(found)?.lists) ?? []);
      },
    ],
    [
      'topic from the hash, times chance',
      (detector) => {
        const [topic] = threat(detector, (each) => each.topic.length > 0)?.topic ?? [];
        return topic
          ? { ...liftCell(topic.lift), ...(topic.aboveChance ? { tone: 'warn' as const } : {}) }
          : unmeasured();
      },
    ],
    [
      'picture recovered from the hash',
      (detector) => {
        const [inversion] = threat(detector, (each) => each.inversion.length > 0)?.inversion ?? [];
        return inversion ? shareCell(inversion.explained.ridge) : unmeasured();
      },
    ],
    [
      'evaded',
      (detector) =>
        attackCell(
          threat(detector, (each) => each.evasion.length > 0),
          'evasion',
        ),
    ],
    [
      'other photographs of a listed place that match',
      (detector) => {
        const hidden = threat(detector, (each) => each.hidden.length > 0)?.hidden ?? [];
        const found = hidden.find(({ reasons }) => reasons.includes('operator')) ?? hidden[0];
        return found ? hiddenCell(found) : unmeasured();
      },
    ],
  ];
  return {
    title: 'One line for each detector',
    explains:
      'Each figure is that of the first run that measured it. Recall, pairs and lists: at the threshold that the detector comes with. Topic and picture: of an attacker who has the hash. Evaded: the best black-box attack on each picture, within the quoted change. Place: at the operator’s threshold where the run chose one. 95 % intervals.',
    head: ['detector', ...figures.map(([title]) => title)],
    lines: names.map((name) => ({ name, cells: figures.map(([, cell]) => cell(name)) })),
  };
}

/** Measures of a strategy that depend on the detector, by the titles of the trade-off's own table. */
const byStrategy = ['listed, edited', 'false positives', 'provider: identity', 'provider: topic'] as const;

/** The detector that messages of a run are matched with. */
const matchedWith = ({ record }: FinishedRun): string | undefined =>
  (record.experimentResolved as { messages?: { hash?: string } } | null)?.messages?.hash;

function perStrategy(names: readonly string[], runs: readonly FinishedRun[]): ReportTable[] {
  const all = names.flatMap((detector): { detector: string; run: TradeoffRun }[] => {
    const run = tradeoffsOf(runs).find((each) => matchedWith(each) === detector);
    return run ? [{ detector, run }] : [];
  });
  if (all.length < 2) return [];
  const strategies = [...new Set(all.flatMap(({ run }) => run.metrics.strategies.map(({ name }) => name)))];
  return byStrategy.flatMap((title): ReportTable[] => {
    const measures = all.map(({ run }) =>
      measureGroups(run.metrics)
        .flatMap((group) => group.measures)
        .find((each) => each.title === title),
    );
    const [known] = measures.filter((each) => each !== undefined);
    if (!known) return [];
    return [
      {
        title: `Messages matched with each detector: ${title}`,
        explains: `${known.explains} A column for each detector, which is also the hash of the protocols that test for equality.`,
        head: ['strategy', ...all.map(({ detector }) => detector)],
        lines: strategies.map((name) => ({
          name,
          cells: all.map(({ run }, i) => {
            const strategy = run.metrics.strategies.find((each) => each.name === name);
            const measure = measures[i];
            return strategy && measure ? measure.cell(strategy) : plain('–', 'the run does not have this strategy');
          }),
        })),
      },
    ];
  });
}
