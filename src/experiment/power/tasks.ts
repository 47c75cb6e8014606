/** One strategy of a power experiment, in a worker thread: every power executed, and the room for hidden targets filled. */
import type { Connect } from '../../role/connection.ts';
import type { Observation } from '../../schema/observation.ts';
import type { PowerName } from '../../schema/power-rows.ts';
import { executePowers, ordinary } from './powers.ts';
import { roomOf } from './room.ts';
import { type PowerTask, type Stage, setStage } from './stage.ts';

/** Executes every power on one strategy. */
export const runPower = async (task: PowerTask, connect?: Connect): Promise<Observation[]> =>
  executeAll({ ...(await setStage(task)), connect });

/** The rows of one strategy, on a stage that is set. */
export async function executeAll(stage: Stage): Promise<Observation[]> {
  const usual = await ordinary(stage);
  const { cell, strategy } = stage.task;
  const outcomes = await executePowers(stage, usual);
  const rows = (Object.keys(outcomes) as PowerName[]).map((power): Observation => {
    const outcome = outcomes[power];
    return 'why' in outcome
      ? { row: 'no-power', cell, strategy, power, ...outcome }
      : { row: 'power', cell, strategy, power, ...outcome };
  });
  return [...rows, { row: 'room', cell, strategy, ...(await roomOf(usual)) }];
}
