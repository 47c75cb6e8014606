/** The data of a plot as CSV, from the options that draw it: the data of every mark, row by row, in the units of the axes; colours and sizes are none. */
import type * as Plot from '@observablehq/plot';
import { csvText, type Field } from '../csv.ts';

/** An initialised mark, as far as its data are concerned; Plot's types do not include this method. */
interface Initialised {
  readonly data: ArrayLike<unknown> | undefined;
  readonly channels: Readonly<Record<string, { readonly value: ArrayLike<unknown> | undefined }>>;
}
type Made = Plot.Mark & { initialize(facets?: undefined, facetChannels?: undefined, plot?: object): Initialised };

/** Channels that become columns, in order. */
const shown = ['x', 'x1', 'x2', 'y', 'y1', 'y2', 'fx', 'fy', 'z', 'text', 'title'] as const;
type Channel = (typeof shown)[number];

/** Axes are drawn from the scales, and contain no data. */
const isMark = (mark: unknown): mark is Made => typeof (mark as Partial<Made> | null)?.initialize === 'function';

const asField = (value: unknown): Field =>
  value === null || value === undefined
    ? null
    : typeof value === 'number' || typeof value === 'boolean'
      ? value
      : value instanceof Date
        ? value.toISOString()
        : String(value);

const marksOf = (marks: Plot.Markish | undefined): Made[] =>
  Array.isArray(marks) ? marks.flatMap(marksOf) : isMark(marks) ? [marks] : [];

/** An axis label without its arrows: the unit of a column. */
function unit(options: Plot.PlotOptions, channel: Channel): string {
  const scale = channel.startsWith('x') ? options.x : channel.startsWith('y') ? options.y : undefined;
  const label = (scale as { label?: unknown } | undefined)?.label;
  return typeof label === 'string' ? label.replace(/[←→↑↓]/g, '').trim() : '';
}

/** The data of a plot: one row per datum of every mark; unused columns are omitted. */
export function plotCsv(options: Plot.PlotOptions): string {
  const rows = marksOf(options.marks as Plot.Markish | undefined).flatMap((mark, index) => {
    const { data, channels } = mark.initialize(undefined, undefined, options);
    const kind = (mark as { ariaLabel?: string }).ariaLabel ?? 'mark';
    return Array.from({ length: data?.length ?? 0 }, (_, i) => {
      const values = Object.fromEntries(shown.map((name) => [name, asField(channels[name]?.value?.[i])]));
      return { mark: `${index + 1} ${kind}`, values: values as Record<Channel, Field> };
    });
  });
  const used = shown.filter((name) => rows.some(({ values }) => values[name] !== null));
  const heads = used.map((name) => {
    const said = unit(options, name);
    return said === '' ? name : `${name}: ${said}`;
  });
  return csvText(
    ['mark', ...heads],
    rows.map(({ mark, values }) => [mark, ...used.map((name) => values[name])]),
  );
}
