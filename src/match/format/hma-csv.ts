/**
 * Hasher-Matcher-Actioner's CSV: `indicator, indicator_id, first_descriptor_id, added_on, labels`. The indicator id is the entry's name; the
 * descriptor, the date and the labels are dropped on reading and empty on writing. The header may be missing on reading.
 */
import { exchangeCsv } from './exchange-csv.ts';

export const hmaCsv = exchangeCsv({
  name: 'hma-csv',
  summary: 'Hasher-Matcher-Actioner: hash, indicator id, descriptor id, date and labels',
  reference: 'ThreatExchange, hasher-matcher-actioner: HMASerialization.as_csv_row',
  columns: ['indicator', 'indicator_id', 'first_descriptor_id', 'added_on', 'labels'],
});
