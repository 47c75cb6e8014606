/** A run with dice: a step a throw. */
import type { Run } from '../../../../src/harness/kind.ts';
import { phaseTimings, runSteps } from '../../../../src/harness/step-run.ts';
import type { Dice } from './experiment.ts';
import type { DiceMetrics } from './metrics.ts';
import type { DiceRow } from './rows.ts';

export const runDice: Run<Dice, DiceRow, DiceMetrics> = (options, kind) =>
  runSteps(options, kind, {
    plan: async ({ experiment: { seed, throws } }) => ({
      dataset: { name: 'none', sha256: '0'.repeat(64) },
      notes: [],
      streams: ['throw/…'],
      phases: [
        {
          name: 'throwing',
          steps: Array.from({ length: throws }, (_, number) => ({
            name: `throw ${number}`,
            work: async (pool) => ({ rows: [await pool.run<DiceRow>('throwDie', { seed, number })], memo: null }),
          })),
        },
      ],
    }),
    timings: phaseTimings,
  });
