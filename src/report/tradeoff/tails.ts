/** What zero events say, and what breaks an account threshold: exact values under other assumptions than independence. */

import { disjointPairsBound } from '../../metric/node-bootstrap.ts';
import { upperBound } from '../../metric/proportion.ts';
import { largestRate, logInnocentFlagged } from '../../metric/threshold-model.ts';
import { plain, type ReportTable, tableHtml } from '../benchmark/table.ts';
import { integer } from '../format.ts';
import { html } from '../page/html.ts';
import type { Section } from '../page/shell.ts';

/** Apple's stated planning: one false match in a million pictures, 30 matches of one account. */
const stated = { rate: 1e-6, threshold: 30 } as const;
const burst = { count: 10, size: 30 } as const;

/** A probability from its logarithm, far below what a double holds as a percentage. */
const tiny = (log: number): string => {
  if (log === 0) return '1';
  // Beyond what toExponential can show, the exponent comes from the logarithm.
  if (log > -600) return log > Math.log(0.01) ? Math.exp(log).toPrecision(3) : Math.exp(log).toExponential(1);
  const exponent = Math.floor(log / Math.LN10);
  return `${(10 ** (log / Math.LN10 - exponent)).toFixed(1)}e${exponent}`;
};

/** Probability that an innocent account reaches the threshold, by what is assumed of its false matches. */
export function independenceTable(): ReportTable {
  const sizes = [1e4, 1e5, 1e6];
  const { rate, threshold } = stated;
  const lines: [string, (pictures: number) => number][] = [
    ['independent, the same rate for all', (pictures) => logInnocentFlagged(threshold, { pictures, rate, spread: 0 })],
    ...[1, 3, 10].map((spread): [string, (pictures: number) => number] => [
      `rates that vary between accounts, coefficient of variation ${spread}`,
      (pictures) => logInnocentFlagged(threshold, { pictures, rate, spread }),
    ]),
    [
      `${burst.count} series of ${burst.size} near-duplicates that match together`,
      (pictures) => logInnocentFlagged(threshold, { pictures, rate, spread: 0, bursts: burst }),
    ],
  ];
  return {
    title: 'One in a trillion rests on independence',
    explains: `Probability that an innocent account has at least ${threshold} false matches, at ${rate} for one picture (Apple’s stated planning values, 2021), exactly, by pictures in the account. The stated bound is 1e-12.`,
    head: ['false matches are', ...sizes.map((pictures) => `${integer(pictures)} pictures`)],
    lines: lines.map(([name, log]) => ({ name, cells: sizes.map((pictures) => plain(tiny(log(pictures)))) })),
  };
}

/** The rate that a threshold tolerates. */
export const toleratedTable = (): ReportTable => ({
  title: 'What a threshold tolerates',
  explains:
    'Largest false-match rate for one picture at which an innocent account is flagged with at most 1e-12 (Poisson, independent).',
  head: ['threshold', '100,000 pictures', '1,000,000 pictures'],
  lines: [2, 3, 5, 10, 30].map((threshold) => ({
    name: String(threshold),
    cells: [1e5, 1e6].map((pictures) => plain(largestRate(threshold, pictures, 1e-12).toExponential(2))),
  })),
});

/** What no false match at all says. */
export const zeroTable = (): ReportTable => ({
  title: 'What zero false matches say',
  explains:
    'One-sided 95 % upper bound when none was seen. Pictures compared with each other make many pairs but few independent ones: only half as many pairs as pictures share none.',
  head: ['pictures', 'each tried once (rule of three)', 'all pairs, taken as independent', 'disjoint pairs'],
  lines: [234, 1000, 50_000, 1_000_000].map((pictures) => {
    const { naive, disjoint } = disjointPairsBound(pictures);
    return {
      name: integer(pictures),
      cells: [upperBound(0, pictures), naive, disjoint].map((bound) => plain(bound.toExponential(2))),
    };
  }),
});

/** The section of the page. */
export const tailsSection = (): Section => [
  'tails',
  'Zero events, dependence, tails',
  html`${[independenceTable(), toleratedTable(), zeroTable()].map(tableHtml)}`,
];
