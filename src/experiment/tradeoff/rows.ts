/** The rows of a trade-off run. */
import { clipRow, sentClipRow } from '../../schema/clip-rows.ts';
import {
  attackRow,
  classifyRow,
  deploymentRow,
  equalityRow,
  matchRow,
  messageRow,
  trafficRow,
  viewRow,
} from '../../schema/observation.ts';
import { type RowOf, refusedRow } from '../../schema/row.ts';
import { trainedHeadRow } from '../../schema/trained-head.ts';

export const tradeoffRows = [
  refusedRow,
  matchRow,
  classifyRow,
  trainedHeadRow,
  equalityRow,
  messageRow,
  viewRow,
  attackRow,
  trafficRow,
  deploymentRow,
  clipRow,
  sentClipRow,
];
export type TradeoffRow = RowOf<typeof tradeoffRows>;
