/** Colours, dashes and ticks of plots, on the server and in a page's own script. */

/** Colours by role. The page redefines each variable for light and dark; a standalone SVG uses the fallback. */
export const color = {
  accent: 'var(--accent, #0b5cad)',
  warn: 'var(--warn, #a63c00)',
  muted: 'var(--muted, #5b6470)',
  line: 'var(--line, #d5dae1)',
  surface: 'var(--surface, #ffffff)',
} as const;

const fallback = ['#0069b0', '#b84a00', '#007a57', '#8b3a8f', '#86690a', '#4b5666'];

/** Colour of a series by index. Six are distinguishable with any common colour vision; dashes distinguish the others. */
export const seriesColor = (index: number): string => `var(--series-${index % 6}, ${fallback[index % 6]})`;

/** Dash pattern of a series by index, because lines must be distinguishable without colour. Each repetition of the colours shifts it by one. */
export const seriesDash = (index: number): string =>
  ['none', '7 3', '2 2', '9 3 2 3', '16 3', '4 2 1 2'][(index + Math.floor(index / 6)) % 6]!;

/** Lines of a legend, or of a plot, in the order of their series. */
export const seriesLines = (
  names: readonly string[],
): { readonly name: string; readonly color: string; readonly dash: string }[] =>
  names.map((name, i) => ({ name, color: seriesColor(i), dash: seriesDash(i) }));

/** A share as a tick label without padding zeros, e.g. '0.1 %', '20 %'. */
export const shareTick = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
