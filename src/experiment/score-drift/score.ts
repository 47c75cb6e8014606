/** From score rows to how far scores move: each rendering against the picture that it was made from. */

import { meanInterval, quantileInterval } from '../../metric/paired-shift.ts';
import { upperBound, wilson } from '../../metric/proportion.ts';
import type { SetFacts } from '../../schema/edit-preset.ts';
import { ofType } from '../../schema/row.ts';
import type { ScoredRow, ScoreRow, ScorerRow } from '../../schema/scored.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { ScoreDrift } from './experiment.ts';
import type { AlarmDrift, Drift, ScoreDriftMetrics } from './metrics.ts';

/** What is not in the rows. */
interface ScoreDriftFacts {
  readonly experiment: ScoreDrift;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
  /** Labels and titles of the edits; presets are read. */
  readonly sets: readonly SetFacts[];
}

/** Scores of one picture before and after. */
interface Pair {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Metrics of a score-drift run: a pure function of its rows and its experiment, whose presets must have been read. */
export function scoreDriftMetrics(
  rows: readonly ScoreRow[],
  { experiment, dataset, notes, sets: facts }: ScoreDriftFacts,
): ScoreDriftMetrics {
  const scorer = ofType(rows, 'scorer')[0];
  if (!scorer) throw new UserError(`The run of '${experiment.name}' does not say which network scored`);
  const scored = ofType(rows, 'scored');
  const refused = ofType(rows, 'refused');
  const stored = scored.filter(({ set, transform }) => set === decodeSet && transform === 'none');
  const sets = [
    ...facts.map(({ name, edits }, i) => {
      const set = experiment.sets[i]!;
      return { set: name, source: ('source' in set && set.source) || 'the experiment', edits };
    }),
    { set: decodeSet, source: 'this project', edits: waysOf(scored) },
  ];
  const metrics: Omit<ScoreDriftMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'score-drift',
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: {
      ...dataset,
      pictures: stored.length,
      refused: refused.map(({ picture, reason }) => ({ picture, reason })),
    },
    scorer,
    alarms: experiment.alarms.map((alarm) => {
      const scores = stored.flatMap(({ outcome }) => (outcome.state === 'scored' ? [outcome.scores] : []));
      const raised = scores.filter((each) => scoreOf(each, alarm.labels, scorer.labels) >= alarm.threshold).length;
      return { ...alarm, raised: wilson(raised, scores.length) };
    }),
    sets: sets.map(({ set, source, edits }) => ({
      set,
      source,
      drifts: edits.map((edit) => driftOf(scored, set, edit, experiment, scorer)),
    })),
  };
  return rounded({ ...metrics, limits: [...notes, ...limitsOf(metrics)] });
}

/** The ways to decode and scale that were tried, in the order of the rows. */
const waysOf = (rows: readonly ScoredRow[]): { label: string; title: string }[] =>
  [
    ...new Set(rows.flatMap(({ set, transform }) => (set === decodeSet && transform !== 'none' ? [transform] : []))),
  ].map((name) => ({ label: name, title: name }));

const scoreOf = (scores: readonly number[], labels: readonly string[], known: readonly string[]): number =>
  Math.min(
    1,
    labels.reduce((sum, label) => sum + scores[known.indexOf(label)]!, 0),
  );

function driftOf(
  rows: readonly ScoredRow[],
  set: string,
  { label, title }: { readonly label: string; readonly title: string },
  { alarms, seed }: ScoreDrift,
  { labels: known }: ScorerRow,
): Drift {
  // The fast decoder is compared with the exact one on the same file, all else with the picture as it is stored or prepared.
  const from = set === decodeSet && label === largeFast ? largeExact : 'none';
  const of = (transform: string): ScoredRow[] => rows.filter((row) => row.set === set && row.transform === transform);
  const before = new Map(
    of(from).flatMap(({ picture, outcome }) =>
      outcome.state === 'scored' ? [[picture, outcome.scores] as const] : [],
    ),
  );
  const edited = of(label);
  const pairs = edited.flatMap(({ picture, outcome }): Pair[] => {
    const start = before.get(picture);
    return start && outcome.state === 'scored' ? [{ before: start, after: outcome.scores }] : [];
  });
  const distances = pairs.map(
    ({ before: x, after: y }) => x.reduce((sum, each, i) => sum + Math.abs(each - y[i]!), 0) / 2,
  );
  const rng = (what: string) => seededRng(seed, `bootstrap/${set}/${label}/${what}`);
  return {
    edit: label,
    title,
    pictures: pairs.length,
    failed: edited.length - pairs.length,
    distance: { mean: meanInterval(distances, rng('distance')), p95: quantileInterval(distances, 0.95) },
    alarms: alarms.map(({ name, labels, threshold }): AlarmDrift => {
      const scores = pairs.map(
        ({ before: x, after: y }) => [scoreOf(x, labels, known), scoreOf(y, labels, known)] as const,
      );
      const shifts = scores.map(([x, y]) => y - x);
      const flipped = scores.filter(([x, y]) => x >= threshold !== y >= threshold);
      const mean = meanInterval(shifts, rng(name));
      return {
        alarm: name,
        mean,
        sd:
          mean && shifts.length > 1
            ? Math.sqrt(shifts.reduce((sum, each) => sum + (each - mean.estimate) ** 2, 0) / (shifts.length - 1))
            : null,
        p95: quantileInterval(shifts.map(Math.abs), 0.95),
        flips: wilson(flipped.length, scores.length),
        raised: flipped.filter(([, y]) => y >= threshold).length,
        atRisk: scores.filter(([x, y]) => Math.max(x, y) >= threshold).length,
      };
    }),
  };
}

function limitsOf({ dataset, scorer, alarms }: Omit<ScoreDriftMetrics, 'limits'>): string[] {
  const rare = alarms.filter(({ raised }) => raised.k < 5).map(({ name }) => `“${name}”`);
  return [
    `${dataset.pictures} pictures, one a group: where none of them flips the rate of flips can still be ${(100 * upperBound(0, dataset.pictures)).toFixed(2)} % (one-sided 95 %).`,
    ...(rare.length > 0
      ? [
          `Fewer than 5 of the pictures as stored raise ${rare.join(', ')}, so that nearly all flips counted for them are from no alarm to alarm.`,
        ]
      : []),
    `Every score was made by ${scorer.network} on ${scorer.backend}, from ${scorer.decoder}, through ${scorer.kernel}. With another decoder or kernel scores are others: the last set says by how much.`,
    'Edits are made on decoded pixels; only those that compress do so, and the result is not saved again unless its set says so.',
    'Drift of this network says little about that of another.',
  ];
}

/** The set of other ways to decode and scale, in every run. */
export const decodeSet = 'decoding and scaling';

/** Shorter side of the large JPEG that the fast decoder is tried on, in pixels: it decodes smaller ones as the exact one does. */
export const largeSide = 1200;

/** The way that all other numbers come by, of a large JPEG. */
export const largeExact = `JPEG of ${largeSide} px, decoded exactly`;
/** The same file through the decoder of --fast. */
export const largeFast = `JPEG of ${largeSide} px, decoded fast: luma alone, at a quarter of the size`;
