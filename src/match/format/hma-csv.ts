/**
 * Hasher-Matcher-Actioner's CSV: `indicator, indicator_id, first_descriptor_id, added_on, labels`. The indicator id is the entry's name;
 * the descriptor, the date and the labels are dropped on reading and empty on writing, except for a name that is not a number. Headers are
 * accepted.
 */
import { exchangeCsv } from './exchange-csv.ts';

export const hmaCsv = exchangeCsv(
  {
    name: 'hma-csv',
    summary: 'Hasher-Matcher-Actioner: hash, indicator id, descriptor id, date and labels',
    reference: 'ThreatExchange, hasher-matcher-actioner: HMASerialization.as_csv_row',
  },
  'hma',
);
