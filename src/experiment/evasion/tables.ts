/** The tables of an evasion run. */

import { absent, integer, intervalCell, millis, pairCell, percent, rateCell } from '../../report/format.ts';
import { type Line, plain, type ReportTable } from '../../report/table.ts';
import type { Rate } from '../../schema/rate.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { AttackMetrics, EvasionMetrics, TargetMetrics } from './metrics.ts';
import { atQuoted, attackName, comparisons, l2Words, quotedAttack, seen, targetName } from './report-published.ts';

/** A line of every attack on every target. */
const eachAttack = (
  { targets }: EvasionMetrics,
  cells: (attack: AttackMetrics, target: TargetMetrics) => Line['cells'],
): Line[] =>
  targets.flatMap((target) =>
    target.attacks.map((attack) => ({
      name: `${targetName(target)}, ${attackName[attack.attack]}`,
      cells: cells(attack, target),
    })),
  );

const heated = (rate: Rate) => ({ ...rateCell(rate, true), heat: rate.estimate ?? 0 });
const number = (value: number | null, digits: number, none: string) =>
  value === null ? absent(none) : plain(value.toFixed(digits));
const queriesCell = (value: number | null) => (value === null ? absent('fewer than half') : plain(integer(value)));

/** What every attack needs. */
export const costTable = (metrics: EvasionMetrics): ReportTable => ({
  title: `What it needs: success within L2 ${l2Words(metrics.quoted)}`,
  explains:
    'L2: root mean square of the change of a pixel, as a share of 255. Medians are over all attempts; attempts without success count as larger than any number. “After JPEG”: the furthest candidate within the budget, after the messenger step.',
  head: [
    'target, attack',
    'told',
    'queries at most',
    'success',
    'after JPEG',
    'median queries',
    `success at L2 ${metrics.l2.at(-1)}`,
    'median least L2',
    'its SSIM, median',
  ],
  lines: eachAttack(metrics, (attack, target) => {
    const { success, afterMessenger } = atQuoted(attack, metrics);
    return [
      plain(seen(attack, target)),
      plain(integer(attack.attack === 'any' ? attack.byQueries.at(-1)!.queries : target.queries)),
      heated(success),
      heated(afterMessenger),
      queriesCell(attack.medianQueries),
      heated(attack.byL2.at(-1)!.success),
      number(attack.least.median, 4, 'fewer than half'),
      number(attack.least.medianSsim, 3, 'no success'),
    ];
  }),
});

/** What others published. */
export const publishedTable = (metrics: EvasionMetrics): ReportTable => ({
  title: 'Comparison with published results',
  explains:
    'A verdict compares the published number with the interval measured here. Reproduced: the whole interval lies on the side of the claim. Not refuted: the interval holds the claimed value, and others that contradict it. “Not comparable” comes with the reason.',
  head: ['source', 'claim', 'here', 'verdict', 'why'],
  lines: comparisons(metrics).map(({ source, claim, ours, verdict, why, bound }) => ({
    name: source,
    cells: [plain(claim), plain(ours), plain(verdict), plain(bound ? `${bound}; ${why}` : why)],
  })),
});

/** Controls by target. */
export const controlsTable = (metrics: EvasionMetrics): ReportTable => {
  const { quoted, l2 } = metrics;
  return {
    title: 'Controls',
    explains:
      'Success without an attack. Expected: nothing with 0 queries; everything if another picture replaces it (for a collision: the picture of the target entry). Noise is drawn once per picture: white, and among the frequencies that attacks search.',
    head: [
      'target',
      '0 queries',
      '0 queries, after JPEG',
      `white noise, L2 ${quoted}`,
      `smooth noise, L2 ${quoted}`,
      `white noise, L2 ${l2.at(-1)}`,
      `smooth noise, L2 ${l2.at(-1)}`,
      'another picture',
    ],
    lines: metrics.targets.map((target) => {
      const { untouched, untouchedAfterMessenger, replaced, byL2 } = target.controls;
      const at = byL2.find((each) => each.l2 === quoted)!;
      const most = byL2.at(-1)!;
      return {
        name: targetName(target),
        cells: [
          heated(untouched),
          heated(untouchedAfterMessenger),
          ...[at, most].flatMap(({ noise, smoothNoise }) => [heated(noise), heated(smoothNoise)]),
          heated(replaced),
        ],
      };
    }),
  };
};

/** Success by budget of L2. */
export const l2Table = (metrics: EvasionMetrics): ReportTable => ({
  title: 'Success by budget of L2',
  explains: 'With all queries.',
  head: ['target, attack', ...metrics.l2.map(String)],
  lines: eachAttack(metrics, ({ byL2 }) => byL2.map(({ success }) => heated(success))),
});

/** The same after the messenger step. */
export const messengerTable = (metrics: EvasionMetrics): ReportTable => ({
  title: 'Success by budget of L2, after the messenger step',
  explains:
    'The furthest candidate within the budget, after one JPEG of quality 75. The attacks did not aim to survive it.',
  head: ['target, attack', ...metrics.l2.map(String), 'least L2'],
  lines: eachAttack(metrics, ({ byL2, least }) => [
    ...byL2.map(({ afterMessenger }) => heated(afterMessenger)),
    heated(least.afterMessenger),
  ]),
});

/** Success by similarity. */
export const ssimTable = (metrics: EvasionMetrics): ReportTable => ({
  title: 'Success by SSIM',
  explains: 'Attempts whose success with the least L2 has at least this SSIM with the original (1: equal).',
  head: ['target, attack', ...quotedAttack(metrics.targets[0]!).bySsim.map(({ ssim }) => `≥ ${ssim}`)],
  lines: eachAttack(metrics, ({ bySsim }) => bySsim.map(({ success }) => heated(success))),
});

/** Counts of queries that the table shows. */
const shownQueries = [10, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/** Success by queries. */
export function queriesTable(metrics: EvasionMetrics): ReportTable {
  const counts = shownQueries.filter((each) =>
    metrics.targets.some(({ attacks }) =>
      attacks.some(({ byQueries }) => byQueries.some(({ queries }) => queries === each)),
    ),
  );
  return {
    title: `Success by queries, within L2 ${metrics.quoted}`,
    explains: 'Queries up to the first success within the budget. “Best of all” runs its attacks one after another.',
    head: ['target, attack', ...counts.map(integer)],
    lines: eachAttack(metrics, ({ byQueries }) =>
      counts.map((each) => {
        const at = byQueries.find(({ queries }) => queries === each);
        return at ? heated(at.atQuoted) : absent('not asked');
      }),
    ),
  };
}

const whyWords = { authors: 'authors’', resisting: 'resists', between: '' } as const;

/** What thresholds cost. */
export const priceTable = (metrics: EvasionMetrics): ReportTable => ({
  title: `What a resistant threshold would cost, within L2 ${l2Words(metrics.quoted)}`,
  explains: `“Resists”: at most ${percent(metrics.resistance.share)} of one half of the pictures are moved beyond it by any attack; “evaded” counts the other half. Pairs are unrelated pictures of this dataset, and each picture is compared with all others: with ${integer(metrics.resistance.photosPerDay.value)} photographs a day, a longer list flags at least this many. “Independent”: ${integer(metrics.resistance.listEntries.value)} entries that each match as often as a pair does. This is an upper guess, because matches come in clusters. Intervals of pairs, and of what follows from them, are by picture, since pairs share pictures; those of pictures that match another are by connected component, since matches are mutual.`,
  head: [
    'hash, threshold in bits',
    '',
    'evaded',
    'unrelated pairs that match',
    'pictures that match another',
    'in components',
    'flagged a day, at least',
    'the same, independent',
  ],
  lines: metrics.thresholds.flatMap(({ hash, prices }) =>
    prices.map(({ threshold, why, evaded, pairFpr, matched, flaggedPerDay }) => ({
      name: `${hash} ≤ ${threshold}`,
      cells: [
        plain(whyWords[why]),
        heated(evaded),
        pairCell(pairFpr),
        heated(matched),
        plain(matched.components === 0 ? '0' : `${integer(matched.components)}, largest ${integer(matched.largest)}`),
        intervalCell(flaggedPerDay.atLeast, 'photographs a day'),
        intervalCell(flaggedPerDay.independent, 'photographs a day'),
      ],
    })),
  ),
});

/** What a query costs. */
export const timeTable = ({ targets }: EvasionMetrics, timings: Timings): ReportTable => ({
  title: 'Time of a query',
  explains:
    'Changing a working copy and querying, on one thread of the machine under Provenance; median over pictures.',
  head: ['target', 'milliseconds'],
  lines: [...new Set(targets.map(({ target }) => target))].map((name) => ({
    name,
    cells: [timings.hashMillis[name] === undefined ? absent('not timed') : plain(millis(timings.hashMillis[name]))],
  })),
});
