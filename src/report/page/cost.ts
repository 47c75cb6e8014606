/** What each strategy costs: bytes on the wire, time, and list on the device, a bar a strategy. */
import * as Plot from '@observablehq/plot';
import { bytes, clip, integer, millis } from '../format.ts';
import type { Metrics, Timings } from '../types.ts';
import { figure, type Panel } from './blocks.ts';
import { type Html, html } from './html.ts';
import { color, svgOf } from './plot.ts';

interface Bar {
  readonly y: number;
  readonly value: number;
  readonly label: string;
  readonly title: string;
}

/** The SVG of one cost: bars from zero on a linear axis, each with its number, so that small ones read too. */
function barPlot(
  names: readonly string[],
  bars: readonly Bar[],
  title: string,
  format: (value: number) => string,
): string {
  const high = Math.max(1e-9, ...bars.map(({ value }) => value));
  const low = Math.min(0, ...bars.map(({ value }) => value));
  // Room for the number beyond the longest bar, and before the bars that save.
  const span = high - low;
  return svgOf(
    {
      width: 470,
      height: 46 + names.length * 22,
      marginLeft: 158,
      marginRight: 12,
      marginTop: 8,
      marginBottom: 30,
      x: { domain: [low < 0 ? low - span * 0.2 : 0, high + span * 0.22], label: null, ticks: 3, tickFormat: format },
      y: {
        type: 'band',
        domain: names.map((_, index) => index),
        label: null,
        tickSize: 0,
        tickFormat: (index: number) => clip(names[index]!, 24),
        padding: 0.25,
      },
      color: { type: 'identity' },
      marks: [
        Plot.barX(bars, { y: 'y', x: 'value', fill: color.accent, fillOpacity: 0.85, title: 'title' }),
        Plot.ruleX([0], { stroke: color.muted }),
        Plot.text(
          bars.filter(({ value }) => value >= 0),
          { y: 'y', x: 'value', text: 'label', dx: 5, textAnchor: 'start' },
        ),
        Plot.text(
          bars.filter(({ value }) => value < 0),
          // Beyond zero, where there is room: left of the bar stand the names.
          { y: 'y', x: 0, text: 'label', dx: 5, textAnchor: 'start' },
        ),
      ],
    },
    `${title}, by strategy`,
  );
}

/** The panels: bytes, time where times were kept, list. */
export function costPlots({ strategies }: Metrics, timings?: Timings): Panel[] {
  const names = strategies.map(({ name }) => name);
  const bars = (
    value: (index: number) => number | null | undefined,
    label: (value: number) => string,
    more: (index: number) => string,
  ): Bar[] =>
    strategies.flatMap(({ name }, y) => {
      const found = value(y);
      return found === undefined || found === null
        ? []
        : [{ y, value: found, label: label(found), title: `${name}: ${label(found)}; ${more(y)}` }];
    });
  const overhead = bars(
    (index) => strategies[index]!.cost.overheadBytesMedian,
    bytes,
    (index) =>
      `sent ${bytes(strategies[index]!.cost.sentBytesMedian)}, received ${bytes(strategies[index]!.cost.receivedBytesMedian)}`,
  );
  const list = bars(
    (index) => strategies[index]!.cost.listBytes,
    bytes,
    () => 'on the device',
  );
  const time = bars(
    (index) => timings?.perMessageMillis[strategies[index]!.name]?.senderMedian,
    millis,
    (index) =>
      `other roles together ${millis(timings?.perMessageMillis[strategies[index]!.name]?.otherRolesMedian ?? 0)}`,
  );
  const panels: [string, Bar[], (value: number) => string][] = [
    ['Added bytes a message, median', overhead, bytes],
    ["Time a message on the sender's device, median", time, millis],
    ['List on the device', list, bytes],
  ];
  return panels
    .filter(([, found]) => found.length > 0)
    .map(([title, found, format]) => [title, barPlot(names, found, title, format)]);
}

/** The bars side by side, with the caption. */
export function costSection(metrics: Metrics, timings?: Timings): Html {
  const parts = timings
    ? ` Parts of that time, medians for one picture: decoding ${millis(timings.decodeMillis)}${Object.entries(
        timings.hashMillis,
      )
        .map(([name, spent]) => `, ${name} ${millis(spent)}`)
        .join('')}${timings.classifyMillis === null ? '' : `, classifier ${millis(timings.classifyMillis)}`}.`
    : ' No times were kept with this run.';
  return figure(
    costPlots(metrics, timings),
    html`Added bytes: what leaves the sender beyond the padded, sealed picture of plain end-to-end encryption; a negative number is a saving. Bytes
are medians over up to ${integer(Math.max(0, ...metrics.strategies.map(({ messages }) => messages)))} messages a strategy.
Times are of the machine below and differ from run to run; everything else on this page repeats with the seed.${parts}`,
  );
}
