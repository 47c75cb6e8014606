/** From rows to what clips add: how many are found and wrongly flagged by the number of frames, and what every strategy costs a clip. */
import { hashByName } from '../../hash/index.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import type { Counts } from '../../metric/interval.ts';
import { proportion } from '../../metric/proportion.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import { baseline } from '../../metric/tradeoff/answer.ts';
import type { ClusteredRate, Rate } from '../../schema/rate.ts';
import { ofType } from '../../schema/row.ts';
import type { MatchRule } from '../../schema/tradeoff-inputs.ts';
import { matchRule } from '../../score/match-rule.ts';
import { rounded } from '../../score/rounded.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { groupBy } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import type { ClipsExperiment } from './experiment.ts';
import type { ClipsMetrics, LookedMetrics, SentMetrics } from './metrics.ts';
import type { AnyClipRow, ClipRow, SentClipRow } from './rows.ts';
import { frameMatchers, framesLooked, itemRules, listEntries, thresholdsOf } from './score-frames.ts';

/** What is not in the rows. */
interface ClipsFacts {
  readonly experiment: ClipsExperiment;
  readonly dataset: { readonly name: string; readonly sha256: string };
}

/** Metrics of a run on clips: a pure function of its rows and its experiment. */
export function clipsMetrics(rows: readonly AnyClipRow[], { experiment, dataset }: ClipsFacts): ClipsMetrics {
  const clips = ofType(rows, 'clip');
  const sent = ofType(rows, 'sent-clip');
  if (clips.length === 0) throw new UserError(`The run of '${experiment.name}' has no rows of clips`);
  const asIs = clips.filter(({ edit }) => edit === 'none');
  const evaluated = asIs.filter(({ split }) => split === 'evaluation');
  const count = (content: ClipRow['content']): number => evaluated.filter((row) => row.content === content).length;
  const { near, flagged } = thresholdsOf(clips, experiment);
  const listed = clips.filter(({ content, split }) => content === 'listed' && split === 'evaluation');
  const exact = new Set(asIs.flatMap(({ content, sha256 }) => (content === 'listed' ? [sha256] : [])));
  const sameFile = (of: readonly ClipRow[]): Rate =>
    proportion(of.filter(({ sha256 }) => exact.has(sha256)).length, of.length);
  const files = new Map<string, readonly ClipRow[]>();
  for (const edit of ['none', ...experiment.edits])
    files.set(
      edit,
      listed.filter((row) => row.edit === edit),
    );
  return rounded({
    schemaVersion: 1,
    kind: 'clips',
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: {
      ...dataset,
      clips: {
        calibration: asIs.filter(({ split, content }) => split === 'calibration' && content === 'innocent').length,
        innocent: count('innocent'),
        listed: count('listed'),
        new: count('new'),
      },
      seconds: medianOrZero(asIs.map(({ seconds }) => seconds)),
      bytes: medianOrZero(asIs.map(({ bytes }) => bytes)),
    },
    list: {
      clips: asIs.filter(({ content }) => content === 'listed').length,
      near: listEntries(clips, 'near').length,
      equality: listEntries(clips, 'equality').length,
    },
    operatingPoint: { near, score: flagged },
    sameFile: [...files].map(([edit, of]) => ({ edit, recall: sameFile(of) })),
    sameFileInnocent: sameFile(evaluated.filter(({ content }) => content === 'innocent')),
    looked: [...experiment.frames]
      .sort((a, b) => a - b)
      .map((looked) => lookedMetrics(clips, looked, near.bits, experiment)),
    strategies: strategyMetrics(sent, experiment, near.bits),
    limits: limitsOf(experiment, count('innocent')),
  });
}

/** What frames alone decide where `looked` of them are looked at. */
function lookedMetrics(
  clips: readonly ClipRow[],
  looked: number,
  thresholdBits: number,
  experiment: ClipsExperiment,
): LookedMetrics {
  const { seed, edits } = experiment;
  const matchers = frameMatchers(clips, experiment, thresholdBits);
  const evaluated = clips.filter(({ split }) => split === 'evaluation');
  const innocent = evaluated.filter(({ content, edit }) => content === 'innocent' && edit === 'none');
  const listed = evaluated.filter(({ content }) => content === 'listed');
  /** A rate of frames, by clip. */
  const ofFrames = (of: readonly ClipRow[], use: string, is: (frame: ClipRow['frames'][number]) => boolean) =>
    clusteredProportion(
      of.flatMap((row) => framesLooked(row, looked).map((frame) => ({ cluster: row.clip, success: is(frame) }))),
      seededRng(seed, `bootstrap/${use}/${looked}`),
    );
  const frameFalse = ofFrames(innocent, 'frames', matchers.near);
  return {
    looked,
    flatFrames: ofFrames(evaluated, 'flat', ({ near }) => near.refused !== undefined),
    frameFalse,
    rules: (['near', 'flat', 'equality'] as const).flatMap((rule) =>
      (['any', 'half'] as const).map((item) => {
        const matches = (row: ClipRow): boolean =>
          itemRules[item](framesLooked(row, looked).filter(matchers[rule]).length, looked);
        const rate = (of: readonly ClipRow[]): Rate => proportion(of.filter(matches).length, of.length);
        const edited = listed.filter(({ edit }) => edit !== 'none');
        const chance = frameFalse.estimate;
        return {
          rule,
          item,
          falsePositive: rate(innocent),
          independent: rule === 'near' && item === 'any' && chance !== null ? 1 - (1 - chance) ** looked : null,
          edits: ['none', ...edits].map((edit) => ({ edit, recall: rate(listed.filter((row) => row.edit === edit)) })),
          edited: byClip(
            edited.map((row) => ({ clip: row.clip, found: matches(row) })),
            {
              seed,
              use: `${rule}/${item}/${looked}`,
            },
          ),
        };
      }),
    ),
  };
}

/** A rate over several sends of each clip. */
const byClip = (
  of: readonly { readonly clip: string; readonly found: boolean }[],
  { seed, use }: { readonly seed: number; readonly use: string },
): ClusteredRate =>
  clusteredProportion(
    of.map(({ clip, found }) => ({ cluster: clip, success: found })),
    seededRng(seed, `bootstrap/${use}`),
  );

/** Every strategy at every number of frames, in the order of the experiment. */
function strategyMetrics(
  sent: readonly SentClipRow[],
  experiment: ClipsExperiment,
  thresholdBits: number,
): SentMetrics[] {
  const { strategies, frames, seed, edits, secondHash } = experiment;
  const thresholds = { near: thresholdBits, second: hashByName(secondHash).threshold };
  return strategies.flatMap((strategy) =>
    [...frames]
      .sort((a, b) => a - b)
      .flatMap((looked): SentMetrics[] => {
        const own = sent.filter((row) => row.strategy === strategy && row.looked === looked);
        if (own.length === 0) return [];
        const rate = (of: readonly SentClipRow[]): Rate => proportion(of.filter(found).length, of.length);
        const clustered = (of: readonly SentClipRow[], use: string): ClusteredRate =>
          byClip(
            of.map((row) => ({ clip: row.clip, found: found(row) })),
            { seed, use: `${use}/${strategy}/${looked}` },
          );
        const listed = own.filter(({ content }) => content === 'listed');
        const hits = own.filter((row) => row.content !== 'innocent' && found(row));
        const median = (pick: (row: SentClipRow) => number): number => medianOrZero(own.map(pick));
        return [
          {
            ...{ strategy, looked, synthetic: strategyByName(strategy).synthetic ?? false },
            asSent: rate(listed.filter(({ edit }) => edit === 'none')),
            edited: clustered(
              listed.filter(({ edit }) => edit !== 'none'),
              'edited',
            ),
            newContent: clustered(
              own.filter(({ content }) => content === 'new'),
              'new',
            ),
            innocent: rate(own.filter(({ content }) => content === 'innocent')),
            findings: findingsOf(
              own,
              sent.filter((row) => row.strategy === baseline && row.looked === looked),
              matchRule(strategyByName(strategy), experiment, thresholds),
              edits,
            ),
            reportsPerFound:
              hits.length === 0 ? null : hits.reduce((sum, { reports }) => sum + reports, 0) / hits.length,
            packets: median(({ packets }) => packets),
            sentBytes: median(({ sentBytes }) => sentBytes),
            receivedBytes: median(({ receivedBytes }) => receivedBytes),
            clipBytes: median(({ clipBytes }) => clipBytes),
          },
        ];
      }),
  );
}

const found = ({ scanned }: SentClipRow): boolean => scanned === 'match';

/** Of the listed clips that server scanning found, those that the strategy found. */
function findingsOf(
  own: readonly SentClipRow[],
  server: readonly SentClipRow[],
  rule: MatchRule | null,
  edits: readonly string[],
): SentMetrics['findings'] {
  if (rule === null) return null;
  const key = ({ clip, edit }: SentClipRow): string => JSON.stringify([clip, edit]);
  const mine = new Map(own.map((row) => [key(row), found(row)]));
  const both = server.filter((row) => row.content === 'listed' && found(row) && mine.has(key(row)));
  if (both.length === 0) return null;
  const counts = (of: readonly SentClipRow[]): Counts => ({
    k: of.filter((row) => mine.get(key(row))).length,
    n: of.length,
  });
  const fresh = own.filter(({ content, edit }) => content === 'new' && edit === 'none');
  return {
    rule,
    against: {
      asSent: counts(both.filter(({ edit }) => edit === 'none')),
      edits: edits.map((edit) => ({ edit, ...counts(both.filter((row) => row.edit === edit)) })),
      pictures: [
        ...groupBy(
          both.filter(({ edit }) => edit !== 'none'),
          ({ clip }) => clip,
        ).values(),
      ].map((of) => {
        const { k, n } = counts(of);
        return [k, n];
      }),
    },
    newContent: { k: fresh.filter(found).length, n: fresh.length },
  };
}

const limitsOf = ({ corpus, protocols, paddingBytes }: ClipsExperiment, innocent: number): string[] => [
  'Generated clips of a few seconds stand in for everything: recall on them is a proxy, and an adversary chooses edits that are not here.',
  `${innocent} innocent clips were evaluated: a rate of which none was flagged can still be ${(100 * (1 - 0.05 ** (1 / Math.max(1, innocent)))).toFixed(1)} % (one-sided 95 %). The list has the frames of ${corpus.clips} clips at most; with a real one false matches grow.`,
  `A strategy with a threshold counts frames, not clips: ${protocols.matchThreshold} matching frames open an account, be they of one clip.`,
  `A frame is reported, and held by a voucher, as a JPEG, padded to a multiple of ${paddingBytes} bytes. Times are of this machine.`,
];
