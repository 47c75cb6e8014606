/**
 * python-threatexchange's cache: `indicator, first_descriptor_id, added_on, "label label"`. The descriptor id is the entry's name; the date
 * and the labels are dropped on reading and empty on writing, except for a name that is not a number. Headers are accepted.
 */
import { exchangeCsv } from './exchange-csv.ts';

export const threatexchangeCsv = exchangeCsv(
  {
    name: 'threatexchange-csv',
    summary: 'cache of python-threatexchange: hash, descriptor id, date and labels',
    reference: 'ThreatExchange, python-threatexchange: SimpleDescriptorRollup.as_row',
  },
  'cache',
);
