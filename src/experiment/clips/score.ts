/** From rows to what clips add: how many are found and wrongly flagged by the number of frames, and what every strategy costs a clip. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import type { ClipRow } from '../../schema/clip-rows.ts';
import type { Rate } from '../../schema/rate.ts';
import { ofType } from '../../schema/row.ts';
import { frameMatchers, framesLooked, itemRules, thresholdsOf } from '../../score/clip-frames.ts';
import { rounded } from '../../score/rounded.ts';
import { byClip, clipFactsOf, sentClips } from '../../score/sent-clips.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { ClipsExperiment } from './experiment.ts';
import type { ClipsMetrics, LookedMetrics } from './metrics.ts';
import type { AnyClipRow } from './rows.ts';

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
  const { near, flagged } = thresholdsOf(clips, experiment);
  const facts = clipFactsOf(clips, experiment, dataset);
  return rounded({
    schemaVersion: 1,
    kind: 'clips',
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: facts.dataset,
    list: facts.list,
    operatingPoint: { near, score: flagged },
    sameFile: facts.sameFile,
    sameFileInnocent: facts.sameFileInnocent,
    looked: [...experiment.frames]
      .sort((a, b) => a - b)
      .map((looked) => lookedMetrics(clips, looked, near.bits, experiment)),
    strategies: sentClips(sent, experiment, near.bits),
    limits: limitsOf(experiment, facts.dataset.clips.innocent),
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

const limitsOf = ({ corpus, protocols, paddingBytes }: ClipsExperiment, innocent: number): string[] => [
  'Generated clips of a few seconds stand in for everything: recall on them is a proxy, and an adversary chooses edits that are not here.',
  `${innocent} innocent clips were evaluated: a rate of which none was flagged can still be ${(100 * (1 - 0.05 ** (1 / Math.max(1, innocent)))).toFixed(1)} % (one-sided 95 %). The list has the frames of ${corpus.clips} clips at most; with a real one false matches grow.`,
  `A strategy with a threshold counts frames, not clips: ${protocols.matchThreshold} matching frames open an account, be they of one clip.`,
  `A frame is reported, and held by a voucher, as a JPEG, padded to a multiple of ${paddingBytes} bytes. Times are of this machine.`,
];
