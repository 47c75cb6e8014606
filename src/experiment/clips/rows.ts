/** The rows of a run on clips. */
import { clipRow, sentClipRow } from '../../schema/clip-rows.ts';
import type { RowOf } from '../../schema/row.ts';

export const clipRows = [clipRow, sentClipRow];
export type AnyClipRow = RowOf<typeof clipRows>;
