/** What stdout and stderr can show: how wide a line is, whether colour is wanted, whether a line can be drawn over. */

/** Characters in a line where nothing says how many. */
const usual = 120;

/** Characters in a line of stdout; a terminal that gives 0, as some do while they start, counts as one that says nothing. */
export const columnsOf = (stream: { readonly columns?: number } = process.stdout): number =>
  stream.columns !== undefined && stream.columns > 0 ? stream.columns : usual;

/**
 * Whether colour is wanted: on a terminal that knows it, or anywhere with FORCE_COLOR (force-color.org); not where NO_COLOR (no-color.org)
 * is set to anything, nor with FORCE_COLOR=0, which Node reads so too.
 */
export function wantsColor(stream: { readonly isTTY?: boolean } = process.stdout, env = process.env): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return !['0', 'false'].includes(env.FORCE_COLOR);
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Whether a line can be drawn over: on a terminal that knows control sequences. */
export const canRedraw = (stream: { readonly isTTY?: boolean } = process.stderr, env = process.env): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb';
