/** A kind of experiment that is none of the project's: a die is thrown. */
import type { Kind } from '../../../../src/harness/kind.ts';
import { check } from '../../../../src/schema/check.ts';
import { moduleBeside } from '../../../../src/util/worker-loader.ts';
import { Dice } from './experiment.ts';
import { DiceMetrics } from './metrics.ts';
import { type DiceRow, diceRows } from './rows.ts';

export const dice: Kind<Dice, DiceRow, DiceMetrics> = {
  name: 'dice',
  experiment: Dice,
  rows: diceRows,
  metrics: DiceMetrics,
  onPictures: false,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  check: (value, what) => check(Dice, value, what),
  extent: ({ throws }) => ({ facts: [['throws', throws]], json: { throws }, hashes: 0, edits: 0, strategies: 0 }),
  async score(rows, { experiment: { name, question } }) {
    let [throws, sum] = [0, 0];
    for await (const batch of rows.of('throw')) {
      throws += batch.length;
      sum += batch.reduce((total, { face }) => total + face, 0);
    }
    return { kind: 'dice', experiment: name, question, throws, sum, limits: ['A die is no picture.'] };
  },
  report: async () => (await import('./report.ts')).diceParts,
  run: async () => (await import('./run.ts')).runDice,
};
