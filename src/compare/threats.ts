/** What attacks on a detector achieved, from the runs that tried: leakage of its hashes, evasion, and use for other targets. */
import type { AttackMetrics } from '../experiment/evasion/metrics.ts';
import type { InversionLeak, TopicLeak } from '../experiment/hash-leakage/metrics.ts';
import type { PoisonedCell, ThresholdMetrics } from '../experiment/repurposing/metrics.ts';
import type { Rate } from '../schema/rate.ts';
import type { FinishedRun } from './open-run.ts';

/** What a hash tells of the topic of its picture. */
export type TopicFigure = Pick<TopicLeak, 'source' | 'first' | 'lift' | 'leakedBits' | 'aboveChance' | 'topics'>;

/** What a hash tells of the picture. */
export interface InversionFigure extends Pick<InversionLeak, 'source' | 'n' | 'explained' | 'self'> {
  /** Topic recognised in recovered pictures, and in pictures as they were. */
  readonly topic: Pick<InversionLeak['topic'], 'chance' | 'original' | 'ridge'>;
}

/** What an attack on the detector costs. */
export interface EvasionFigure {
  readonly goal: 'evasion' | 'collision';
  readonly threshold: number;
  /** Queries for each attack on each picture. */
  readonly queries: number;
  /** Root mean square of the change of a pixel, as a share of 255, up to which success is quoted. */
  readonly l2: number;
  readonly success: Rate;
  readonly afterMessenger: Rate;
  /** Median least L2 of the attempts that succeeded; null: fewer than half did. */
  readonly medianL2: number | null;
  readonly medianQueries: number | null;
}

/** What the detector sees of a place when a share of the list shows it. */
export interface HiddenFigure extends Pick<PoisonedCell, 'share' | 'inserted' | 'hit' | 'bystanders'> {
  readonly threshold: number;
  readonly reasons: ThresholdMetrics['reasons'];
  readonly honest: ThresholdMetrics['honest']['location'];
}

/** All that one run says of one detector. */
export interface ThreatResult {
  readonly run: string;
  readonly kind: string;
  readonly detector: string;
  readonly seed: number;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly topic: readonly TopicFigure[];
  readonly inversion: readonly InversionFigure[];
  readonly evasion: readonly EvasionFigure[];
  readonly hidden: readonly HiddenFigure[];
}

/** What a run says of each detector that it attacked; empty for kinds without attacks on detectors. */
export function threatsOf(run: FinishedRun): ThreatResult[] {
  const { metrics, record } = run;
  if (!('kind' in metrics)) return [];
  const none = { topic: [], inversion: [], evasion: [], hidden: [] };
  const about = (detector: string) => ({
    run: run.name,
    kind: run.kind,
    detector,
    seed: record.seed,
    dataset: { name: record.dataset.name, sha256: record.dataset.sha256 },
  });
  if (metrics.kind === 'hash-leakage') {
    const topics = metrics.topics.filter(({ control }) => control === 'none');
    const inversions = metrics.inversions.filter(({ control }) => control === 'none');
    return namesOf([...topics, ...inversions], ({ hash }) => hash).map((detector) => ({
      ...about(detector),
      ...none,
      topic: topics.filter(({ hash }) => hash === detector),
      inversion: inversions.filter(({ hash }) => hash === detector),
    }));
  }
  if (metrics.kind === 'evasion') {
    const { targets, quoted } = metrics;
    return namesOf(targets, ({ target }) => target).map((detector) => ({
      ...about(detector),
      ...none,
      evasion: targets
        .filter(({ target }) => target === detector)
        .flatMap(({ goal, threshold, queries, attacks }) => {
          const best = bestOf(attacks);
          const at = best?.byL2.find(({ l2 }) => l2 === quoted);
          if (!best || !at) return [];
          const { success, afterMessenger } = at;
          const { median } = best.least;
          return [
            {
              goal,
              threshold,
              queries,
              l2: quoted,
              success,
              afterMessenger,
              medianL2: median,
              medianQueries: best.medianQueries,
            },
          ];
        }),
    }));
  }
  if (metrics.kind !== 'repurposing') return [];
  const { reference } = metrics.list;
  return metrics.hashes.map(({ name, thresholds }) => ({
    ...about(name),
    ...none,
    hidden: thresholds
      .filter(({ reasons }) => reasons.includes('authors') || reasons.includes('operator'))
      .flatMap(({ bits, reasons, honest, cells }) =>
        cells
          .filter(({ share, choice }) => share === reference && choice === 'random')
          .map(({ share, inserted, hit, bystanders }) => ({
            threshold: bits,
            reasons,
            honest: honest.location,
            share,
            inserted,
            hit,
            bystanders,
          })),
      ),
  }));
}

/** The best of all attacks together, where there are several; else the only one. */
const bestOf = (attacks: readonly AttackMetrics[]): AttackMetrics | undefined =>
  attacks.find(({ attack }) => attack === 'any') ?? attacks[0];

const namesOf = <T>(of: readonly T[], nameOf: (each: T) => string): string[] => [...new Set(of.map(nameOf))];
