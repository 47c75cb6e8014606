/** What stdout and stderr can show: how wide a line is, whether colour is wanted, whether a line can be drawn over. */

/** Characters in a line where nothing says how many. */
const usual = 120;

/** Characters in a line of stdout; a terminal that gives 0, as some do while they start, counts as one that says nothing. */
export const columnsOf = (stream: { readonly columns?: number } = process.stdout): number =>
  stream.columns !== undefined && stream.columns > 0 ? stream.columns : usual;

/** Whether colour is wanted: on a terminal that knows it, unless NO_COLOR (no-color.org) is set to anything. */
export const wantsColor = (stream: { readonly isTTY?: boolean } = process.stdout, env = process.env): boolean =>
  stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';

/** Whether a line can be drawn over: on a terminal that knows control sequences. */
export const canRedraw = (stream: { readonly isTTY?: boolean } = process.stderr, env = process.env): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb';
