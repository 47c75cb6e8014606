/** The phases of a run on messages in which every strategy is given clips, too: a deployment of its own, so that what pictures do stays as it is. */
import type { ClipRow } from '../../schema/clip-rows.ts';
import type { ClipScene } from '../../schema/clip-scene.ts';
import { everyRow, type RowSource } from '../../schema/row.ts';
import type { Scenario } from '../../schema/scenario.ts';
import { strategyByName } from '../../strategy/index.ts';
import { clipStep, clipTasks, sendSteps } from '../clips/plan.ts';
import type { Phase } from '../step-run.ts';
import type { StrategyTask } from './run-deployment.ts';
import type { ScenarioMemo } from './timings.ts';

/** What strategies decide by: one device scans pictures and frames by the same thresholds. */
type OperatingPoint = Pick<StrategyTask, 'thresholdBits' | 'deciding' | 'untrained'>;

/** Clips are made and hashed, then sent under every strategy; none where no message is a clip. `point` gives the operating point of the pictures. */
export function clipPhases(
  scene: ClipScene | undefined,
  { messages: { head, session, devices, prekeys } }: Scenario,
  { scratch, point }: { readonly scratch: string; readonly point: (rows: RowSource) => Promise<OperatingPoint> },
): Phase<ScenarioMemo>[] {
  if (!scene) return [];
  const tasks = clipTasks(scene, { scratch, features: head !== undefined });
  return [
    { name: 'clips', steps: tasks.map(clipStep) },
    {
      name: 'clips under strategies',
      steps: async (source) => {
        const { thresholdBits, deciding, untrained } = await point(source);
        return sendSteps(scene, {
          rows: await everyRow(source as RowSource<ClipRow>, 'clip'),
          tasks,
          scratch,
          point: {
            thresholdBits,
            session,
            devices,
            prekeys,
            scoreOf(strategy) {
              const { by, threshold } = strategyByName(strategy).untrained ? untrained : deciding;
              return { by: by === 'head' ? 'head' : 'label', threshold };
            },
          },
        });
      },
      ahead: 1,
      held: 4,
    },
  ];
}
