/** Capabilities of stdout and stderr: line width, colour, and whether a line can be redrawn. */

/** Default line width in characters. */
const usual = 120;

/** Line width of stdout in characters. Some terminals report 0 while they start; this counts as unknown. */
export const columnsOf = (stream: { readonly columns?: number } = process.stdout): number =>
  stream.columns !== undefined && stream.columns > 0 ? stream.columns : usual;

/**
 * Whether to use colour: on a terminal that supports it, or anywhere with FORCE_COLOR (force-color.org); not if NO_COLOR (no-color.org) is
 * set to anything, nor with FORCE_COLOR=0, as in Node.
 */
export function wantsColor(stream: { readonly isTTY?: boolean } = process.stdout, env = process.env): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return !['0', 'false'].includes(env.FORCE_COLOR);
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Whether a line can be redrawn: on a terminal that supports control sequences. */
export const canRedraw = (stream: { readonly isTTY?: boolean } = process.stderr, env = process.env): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb';
