/** What the trade-off model takes from a strategy's run, and what the strategy's own design rules out. */
import { type Counts, type Evident, isUntried, ruledOut } from '../../metric/interval.ts';
import { type Rates, rateNames } from '../../metric/tradeoff/model.ts';
import type { Evidence } from '../../metric/tradeoff/simulate.ts';
import type { Extent } from '../../schema/vocabulary.ts';
import type { Strategy } from '../../strategy/strategy.ts';

/**
 * Whether a role that learns of so many messages whether they match may be told so of an innocent one. What an order opens is read by people,
 * and people confirm perfectly.
 */
const canBeToldWrongly = {
  none: false,
  flagged: true,
  reported: true,
  ordered: false,
  all: true,
} as const satisfies Record<Extent, boolean>;

/** Which rates the design of a strategy allows to differ from 0. */
export function allowedBy({ declares }: Strategy): Record<keyof Rates, boolean> {
  const told = Object.values(declares);
  const reports = Object.values(declares.curator ?? {}).some((extent) => extent !== 'none');
  return {
    listedAsSent: reports,
    listedEdited: reports,
    newContent: reports,
    falsePositive: told.some(({ match = 'none' }) => canBeToldWrongly[match]),
    exposedInnocent: told.some(({ content = 'none' }) => content !== 'none'),
  };
}

/** The evidence of a run. A rate that the design rules out is exactly 0, not "0 of n": unless the run shows otherwise. */
export function evidenceFrom(strategy: Strategy, counts: Readonly<Record<keyof Rates, Counts>>): Evidence {
  const allowed = allowedBy(strategy);
  const rates = rateNames.map((name): [keyof Rates, Evident] => [
    name,
    allowed[name] || counts[name].k > 0 ? counts[name] : ruledOut,
  ]);
  return {
    ...(Object.fromEntries(rates) as Record<keyof Rates, Evident>),
    evadable: strategy.proactive,
    reviewed: (strategy.declares.provider?.content ?? 'none') !== 'none',
  };
}

/** Whether evidence was written before "ruled out by design" and "not tried" were told apart: it says "0 of 0" of what the design rules out. */
export const isAmbiguous = (strategy: Strategy, evidence: Evidence): boolean => {
  const allowed = allowedBy(strategy);
  return rateNames.some((name) => !allowed[name] && isUntried(evidence[name]));
};
