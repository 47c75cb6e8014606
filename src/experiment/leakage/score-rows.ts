/** The rows of a leakage run, sorted out once for everything that is derived from them. */

import { ofType } from '../../schema/row.ts';
import type { LeakageExperiment } from './experiment.ts';
import type {
  Adversary,
  LeakAttackRow,
  LeakageRow,
  LeakMembershipRow,
  LeakMessageRow,
  LeakOutcomesRow,
  LeakViewRow,
  Moment,
} from './rows.ts';

/** Rows by what they are. */
export interface LeakRows {
  readonly experiment: LeakageExperiment;
  readonly messages: readonly LeakMessageRow[];
  readonly attacks: readonly LeakAttackRow[];
  readonly membership: readonly LeakMembershipRow[];
  readonly views: readonly LeakViewRow[];
  /** The curator's list: hashes of the original files, hex. */
  readonly entries: readonly string[];
  outcomes(strategy: string): LeakOutcomesRow | undefined;
  view(strategy: string, adversary: Adversary, when?: Moment): LeakViewRow | undefined;
}

/** Sorts the rows out. */
export function leakRows(rows: readonly LeakageRow[], experiment: LeakageExperiment): LeakRows {
  const outcomes = new Map(ofType(rows, 'leak-fates').map((each) => [each.strategy, each]));
  const views = ofType(rows, 'leak-view');
  const byPlace = new Map(views.map((each) => [`${each.strategy} ${each.adversary} ${each.when}`, each]));
  return {
    experiment,
    messages: ofType(rows, 'leak-message'),
    attacks: ofType(rows, 'leak-attack'),
    membership: ofType(rows, 'leak-membership'),
    views,
    entries: ofType(rows, 'match').flatMap(({ hash, content, transform, outcome }) =>
      hash === experiment.messages.hash && content === 'listed' && transform === 'none' && outcome.state === 'scored'
        ? [outcome.hex]
        : [],
    ),
    outcomes: (strategy) => outcomes.get(strategy),
    view: (strategy, adversary, when = 'end') => byPlace.get(`${strategy} ${adversary} ${when}`),
  };
}
