/** The tables of the controls of a leakage run: attack by attack, and all of them together. */

import { areaCell, type Cell, integer, percent, rateCell } from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { LeakAttack, LeakageMetrics } from './metrics.ts';
import { adversaries, asksMatch, secretNames } from './report-csv.ts';
import type { Secret } from './rows.ts';

/** Controls, by adversary and secret. */
export function controlsTable({ attacks, tests }: LeakageMetrics): ReportTable {
  const places = adversaries.flatMap((adversary) =>
    (Object.keys(secretNames) as Secret[]).map((secret) => ({
      adversary,
      secret,
      of: attacks.filter((each) => each.adversary === adversary && each.secret === secret),
    })),
  );
  const held = (of: readonly boolean[]): Cell => {
    const kept = of.filter(Boolean).length;
    return { ...plain(`${kept} of ${of.length}`), ...(kept < of.length ? { tone: 'warn' as const } : {}) };
  };
  return {
    title: 'Controls',
    explains: `Each attack was repeated with shuffled labels, which must not beat chance (judged for all ${integer(tests)} together, Bonferroni), and with the label in the view, where every guess must be right. Not above: single 95 % intervals that are not above the expected value; a few in a hundred are, by chance. Worst: the control with shuffled labels that was highest relative to its chance.`,
    head: ['adversary, secret', 'attacks', 'dealt anew: held', 'not above', 'worst', 'its chance', 'in the view: held'],
    lines: places
      .filter(({ of }) => of.length > 0)
      .map(({ adversary, secret, of }) => {
        // A control that was not tried is not the worst one.
        const excess = ({ negative: { advantage, success, expected } }: LeakAttack): number => {
          if (advantage !== undefined) return advantage?.estimate ?? -Infinity;
          return success.estimate === null ? -Infinity : success.estimate - expected;
        };
        const worst = of.reduce((most, each) => (excess(each) > excess(most) ? each : most));
        return {
          name: `${adversary}, ${secretNames[secret]}`,
          cells: [
            plain(integer(of.length)),
            held(of.map(({ negative }) => negative.holds)),
            plain(`${of.filter(({ negative }) => negative.inside).length} of ${of.length}`),
            worst.negative.advantage === undefined
              ? rateCell(worst.negative.success)
              : areaCell(worst.negative.advantage),
            plain(asksMatch(secret) ? 'advantage 0' : percent(worst.negative.expected)),
            held(of.map(({ positive }) => positive.holds)),
          ],
        };
      }),
  };
}

/** All controls with shuffled labels of one secret together. */
export const pooledControlTable = ({ controls }: LeakageMetrics): ReportTable => ({
  title: 'Shuffled labels, all controls together',
  explains:
    'One control alone is judged with the error of all attacks of the run, so that it can hardly fail. Together they can: success of all controls of a secret less what chance gives, with the t interval by strategy (5 % for all secrets together). Where it lies above 0, labels get into the views.',
  head: ['secret', 'controls', 'right guesses', 'expected at chance', 'excess', 'held'],
  lines: controls.negative.pooled.map(({ secret, controls: count, k, n, expected, excess, holds }) => ({
    name: secretNames[secret],
    cells: [
      plain(integer(count)),
      plain(`${integer(k)}/${integer(n)}`),
      plain(expected.toFixed(1)),
      areaCell(excess),
      { ...plain(holds ? 'yes' : 'no'), ...(holds ? {} : { tone: 'warn' as const }) },
    ],
  })),
});
