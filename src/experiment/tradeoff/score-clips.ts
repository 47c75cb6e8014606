/** The clips of a trade-off run: what every strategy did with them, and what the model takes of it as its arm of videos. */

import { baseline } from '../../metric/tradeoff/answer.ts';
import { foundAll } from '../../metric/tradeoff/evidence.ts';
import type { SentClipRow } from '../../schema/clip-rows.ts';
import type { Evidence } from '../../schema/tradeoff-inputs.ts';
import { againstServer, clipFactsOf, foundOf, sentClips } from '../../score/sent-clips.ts';
import { groupBy } from '../../util/group-by.ts';
import { clipSceneOf, type Experiment } from './experiment.ts';
import type { ClipArm } from './metrics.ts';
import type { TradeoffCounts } from './score-counts.ts';

/** What strategies did with the clips; undefined where the run has none. `sha256`: of the plan of the clips. */
export function clipArm(
  run: Pick<TradeoffCounts, 'clips' | 'sentClips'>,
  experiment: Experiment,
  { bits, sha256 }: { readonly bits: number; readonly sha256: string },
): ClipArm | undefined {
  const scene = clipSceneOf(experiment);
  if (!scene) return undefined;
  return {
    ...clipFactsOf(run.clips, scene, { name: 'generated clips', sha256 }),
    looked: scene.frames[0]!,
    strategies: sentClips(run.sentClips, scene, bits),
  };
}

/** What a strategy finds of the clips that server scanning finds. `near`: it makes the server's comparison. Undefined where the server found none. */
export type VideosOf = (strategy: string, near: boolean) => Evidence['videos'];

/** The findings of a run's own clips; undefined where it has none. */
export function ownVideos(sent: readonly SentClipRow[], experiment: Experiment): VideosOf | undefined {
  const scene = clipSceneOf(experiment);
  if (!scene) return undefined;
  const byStrategy = groupBy(sent, ({ strategy }) => strategy);
  const server = byStrategy.get(baseline) ?? [];
  return (strategy, near) => {
    const own = byStrategy.get(strategy) ?? [];
    const against = againstServer(own, server, scene.edits);
    if (!against) return undefined;
    return {
      against: near && foundAll(against) ? 'the same comparison' : against,
      newContent: foundOf(own, 'new'),
      innocent: foundOf(own, 'innocent'),
    };
  };
}
