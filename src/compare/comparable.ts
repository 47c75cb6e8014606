/** What of several runs can be compared, and in one sentence what cannot. */
import { listed } from '../report/format.ts';
import { type DetectorResult, headlineOf } from './detectors.ts';
import type { FinishedRun } from './open-run.ts';
import type { ThreatResult } from './threats.ts';

/** What the runs measured. */
interface Measures {
  readonly detectors: readonly DetectorResult[];
  readonly threats: readonly ThreatResult[];
}

/** One sentence on what is not compared; undefined where everything is. */
export function notCompared(runs: readonly FinishedRun[], { detectors, threats }: Measures): string | undefined {
  const having = (names: Iterable<string>): ReadonlySet<string> => new Set(names);
  const withPoint = (holds: (point: NonNullable<ReturnType<typeof headlineOf>>) => boolean): ReadonlySet<string> =>
    having(
      detectors.flatMap((each) => {
        const point = headlineOf(each);
        return point && holds(point) ? [each.run] : [];
      }),
    );
  const measures: readonly (readonly [what: string, runs: ReadonlySet<string>])[] = [
    ['recall under edits', withPoint(({ recall, edits }) => recall !== null || edits.length > 0)],
    ['rates against lists', withPoint(({ lists }) => lists.length > 0)],
    ['strategies', having(runs.filter(({ kind }) => kind === 'tradeoff').map(({ name }) => name))],
    [
      'what hashes leak',
      having(threats.filter(({ topic, inversion }) => topic.length + inversion.length > 0).map(({ run }) => run)),
    ],
    ['evasion', having(threats.filter(({ evasion }) => evasion.length > 0).map(({ run }) => run))],
    ['recognition of places', having(threats.filter(({ hidden }) => hidden.length > 0).map(({ run }) => run))],
  ];
  const lacking = measures.flatMap(([what, has]) => {
    const without = runs.filter(({ name }) => !has.has(name)).map(({ name }) => name);
    if (has.size === 0 || without.length === 0) return [];
    return [
      `${what} (${without.length <= has.size ? `not measured by ${listed(without)}` : `only by ${listed([...has])}`})`,
    ];
  });
  const pictures = new Set(runs.map(({ record }) => record.dataset.sha256));
  const seeds = new Set(runs.map(({ record }) => record.seed));
  const parts = [
    ...(lacking.length > 0 ? [`not every run measured ${listed(lacking)}`] : []),
    ...(pictures.size > 1
      ? ['the runs are on different pictures, so a difference between them is not one of detectors alone']
      : seeds.size > 1
        ? ['the seeds differ, and so do the choice of pictures and the random edits']
        : []),
  ];
  return parts.length === 0 ? undefined : `Not compared: ${parts.join('; ')}.`;
}
