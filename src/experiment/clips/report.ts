/** The reports of a run on clips. */
import * as Plot from '@observablehq/plot';
import { csvOf, csvTable, type Field, numberColumns, rateFields, valueFields } from '../../report/csv.ts';
import {
  bounds,
  bytes,
  bytesRange,
  type Cell,
  counted,
  integer,
  percent,
  rateCell,
  rateProse,
} from '../../report/format.ts';
import { figure } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { color, seriesColor, seriesDash, shareTick, svgOf } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { SentClips } from '../../schema/clip-metrics.ts';
import type { ClipsMetrics, LookedMetrics } from './metrics.ts';

type Rule = LookedMetrics['rules'][number];

/** Which frames count, and how many must match, as a reader sees them. */
const ruleNames: Readonly<Record<string, string>> = {
  near: 'near match',
  flat: 'near match, flat frames too',
  equality: 'equal hash',
};
const itemNames: Readonly<Record<string, string>> = { any: 'any frame', half: 'half of the frames' };

const ruleName = ({ rule, item }: Rule): string => `${ruleNames[rule]}, ${itemNames[item]}`;

const frames = (looked: number): string => counted(looked, 'frame');

const ruleOf = ({ rules }: LookedMetrics, rule: string, item: string): Rule =>
  rules.find((each) => each.rule === rule && each.item === item)!;

/** Found and wrongly flagged clips by the number of frames, before any protocol; exact hashes of the file in the first line. */
export function framesTable(metrics: ClipsMetrics): ReportTable {
  const { sameFile, sameFileInnocent, looked, operatingPoint } = metrics;
  const edits = sameFile.map(({ edit }) => edit);
  const lines = looked.flatMap((each) =>
    each.rules
      .filter(({ rule }) => rule !== 'flat')
      .map((rule) => ({
        name: `${frames(each.looked)}, ${ruleName(rule)}`,
        cells: [
          rateCell(rule.falsePositive, true),
          plain(rule.independent === null ? '' : percent(rule.independent)),
          ...rule.edits.map(({ recall }): Cell => rateCell(recall, true)),
        ],
      })),
  );
  return {
    title: 'What frames find, by how many are looked at',
    explains: `Evaluation clips. Near match: ${metrics.operatingPoint.near.bits < 0 ? 'nothing matches' : `at most ${operatingPoint.near.bits} bits`} (${operatingPoint.near.rule}). Innocent if independent: what frames that err by chance, each for itself, would flag. Equal file: MD5, SHA-1 or SHA-256 of the clip.`,
    head: [
      'frames, and when a clip matches',
      'innocent flagged',
      'if independent',
      ...edits.map((edit) => (edit === 'none' ? 'found as sent' : edit)),
    ],
    lines: [
      {
        name: 'equal file',
        cells: [rateCell(sameFileInnocent, true), plain(''), ...sameFile.map(({ recall }) => rateCell(recall, true))],
      },
      ...lines,
    ],
  };
}

/** Frames that say little: how many there are, and what they would flag if they counted. */
export function flatTable({ looked }: ClipsMetrics): ReportTable {
  return {
    title: 'Frames that are too flat to tell clips apart',
    explains:
      'Black, blank or plain frames of different clips have alike hashes. They are not trusted; the last two columns say what would be flagged if they were, by any frame.',
    head: ['frames', 'too flat', 'innocent frames that match', 'innocent clips flagged', 'if flat frames counted'],
    lines: looked.map((each) => ({
      name: frames(each.looked),
      cells: [
        rateCell(each.flatFrames, true),
        rateCell(each.frameFalse, true),
        rateCell(ruleOf(each, 'near', 'any').falsePositive, true),
        rateCell(ruleOf(each, 'flat', 'any').falsePositive, true),
      ],
    })),
  };
}

/** The lines of each strategy, by number of frames. */
function byStrategy({ strategies }: ClipsMetrics): [name: string, of: SentClips[]][] {
  const found = new Map<string, SentClips[]>();
  for (const each of strategies) found.set(each.strategy, [...(found.get(each.strategy) ?? []), each]);
  return [...found];
}

/** Every strategy: what it finds at each number of frames, and what the largest one costs. */
export function strategyTable(metrics: ClipsMetrics): ReportTable {
  const counts = metrics.looked.map(({ looked }) => looked);
  const most = counts.at(-1)!;
  return {
    title: 'Every strategy, by how many frames it scans',
    explains: `Found after edits: a clip matches if any of its frames does. All else at ${frames(most)}. Reports: frames that reach the curator for each clip found. Bytes: medians of a clip, for the scan alone; with the scan, the clip itself is ${bytesRange(metrics.strategies.map(({ clipBytes }) => clipBytes))}, by how a strategy encrypts and pads it.`,
    head: [
      'strategy',
      ...counts.map((count) => `after edits, ${count}`),
      'as sent',
      'new content',
      'innocent flagged',
      'reports a clip',
      'scan sends',
      'scan receives',
    ],
    lines: byStrategy(metrics).map(([name, of]) => {
      const last = of.at(-1)!;
      return {
        name,
        cells: [
          ...counts.map((count): Cell => {
            const each = of.find(({ looked }) => looked === count);
            return each ? rateCell(each.edited, true) : plain('');
          }),
          rateCell(last.asSent, true),
          rateCell(last.newContent, true),
          rateCell(last.innocent, true),
          plain(last.reportsPerFound === null ? '' : last.reportsPerFound.toFixed(1)),
          plain(bytes(last.sentBytes)),
          plain(bytes(last.receivedBytes)),
        ],
      };
    }),
  };
}

/** Packets and bytes of a clip at every number of frames. */
export function costTable({ strategies }: ClipsMetrics): ReportTable {
  return {
    title: 'What the scan of a clip costs',
    explains: 'Medians of a clip, between its sender and the services; the packet with the clip itself is beside them.',
    head: ['strategy and frames', 'packets', 'scan sends', 'scan receives', 'clip itself', 'as sent', 'reports a clip'],
    lines: strategies.map((each) => ({
      name: `${each.strategy}, ${each.looked}`,
      cells: [
        plain(integer(each.packets)),
        plain(bytes(each.sentBytes)),
        plain(bytes(each.receivedBytes)),
        plain(bytes(each.clipBytes)),
        rateCell(each.asSent, true),
        plain(each.reportsPerFound === null ? '' : each.reportsPerFound.toFixed(1)),
      ],
    })),
  };
}

/** Bytes of a clip's scan in both directions. */
const trafficOf = ({ sentBytes, receivedBytes }: SentClips): number => sentBytes + receivedBytes;

/** What the run answers, computed from its numbers. */
export function clipsAnswer(metrics: ClipsMetrics): Finding[] {
  const { looked, strategies, dataset, sameFile } = metrics;
  const [first, last] = [looked[0]!, looked.at(-1)!];
  const by = (each: LookedMetrics): Rule => ruleOf(each, 'near', 'any');
  const same = sameFile.find(({ edit }) => edit === 'none')!;
  const edited = sameFile.filter(({ edit }) => edit !== 'none');
  const costliest = [...strategies].sort((a, b) => trafficOf(b) - trafficOf(a))[0];
  const losing = byStrategy(metrics).filter(
    ([, of]) =>
      of[0]!.synthetic &&
      of.some(({ edited }, i) => i > 0 && (edited.estimate ?? 0) < (of[i - 1]!.edited.estimate ?? 0)),
  );
  const manyReports = strategies.filter(({ reportsPerFound }) => reportsPerFound !== null && reportsPerFound > 1.5);
  return [
    {
      label: 'What more frames find',
      text: `After an edit, a near match of any frame finds ${rateProse(by(first).edited)} by ${frames(first.looked)} and ${rateProse(by(last).edited)} by ${frames(last.looked)}; as sent, ${rateProse(by(last).edits[0]!.recall)}. An exact hash of the file finds ${rateProse(same.recall)} as sent, and after edits ${edited.reduce((sum, { recall }) => sum + recall.k, 0)} of ${edited.reduce((sum, { recall }) => sum + recall.n, 0)}.`,
    },
    {
      label: 'Whom they wrongly flag',
      text: `Of the innocent clips, ${rateProse(by(first).falsePositive)} are flagged by ${frames(first.looked)} and ${rateProse(by(last).falsePositive)} by ${frames(last.looked)}; if frames that are too flat counted, ${rateProse(ruleOf(last, 'flat', 'any').falsePositive)}.`,
    },
    ...(costliest
      ? [
          {
            label: 'What it costs',
            text: `The most is ${costliest.strategy} at ${frames(costliest.looked)}: for the scan of a clip its sender sends ${bytes(costliest.sentBytes)} and receives ${bytes(costliest.receivedBytes)}, beside ${bytes(costliest.clipBytes)} for the clip itself.${manyReports.length > 0 ? ` A found clip is reported frame by frame: up to ${Math.max(...manyReports.map(({ reportsPerFound }) => reportsPerFound!)).toFixed(1)} reports each.` : ''}`,
          },
        ]
      : []),
    ...(losing.length > 0
      ? [
          {
            label: 'More frames, fewer clips',
            text: `With more frames, ${losing.map(([name, of]) => `${name} finds ${of.map(({ looked, edited }) => `${edited.k} of ${edited.n} by ${looked}`).join(', ')}`).join('; ')}: detection bears a number of synthetic vouchers of an account, and every frame may add one.`,
          },
        ]
      : []),
    {
      label: 'How sure',
      text: `${counted(dataset.clips.listed, 'listed clip')}, ${counted(dataset.clips.new, 'new one')} and ${counted(dataset.clips.innocent, 'innocent one')} were evaluated, generated, of about ${dataset.seconds.toFixed(1)} s each.`,
    },
  ];
}

/** Recall after edits and innocent clips flagged, by the number of frames: one line for each rule. */
function framesPlot({ looked }: ClipsMetrics, what: 'edited' | 'falsePositive'): string {
  const rules = looked[0]!.rules.filter(({ rule }) => rule !== 'flat' || what === 'falsePositive');
  const most = Math.max(...looked.map((each) => each.looked));
  const marks = rules.flatMap((rule, i): Plot.Markish[] => {
    const points = looked.map((each) => {
      const rate = ruleOf(each, rule.rule, rule.item)[what];
      return { x: each.looked * 1.04 ** (i - rules.length / 2), y: rate.estimate ?? 0, ...bounds(rate) };
    });
    const stroke = seriesColor(i);
    return [
      Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.6 }),
      Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth: 1.8, strokeDasharray: seriesDash(i) }),
      Plot.dot(points, { x: 'x', y: 'y', r: 3, fill: stroke, stroke: color.surface }),
    ];
  });
  const legend = rules.map((rule, i) => ({ text: ruleName(rule), i }));
  const height = 300;
  return svgOf(
    {
      width: 470,
      height: height + 16 * legend.length,
      marginLeft: 56,
      marginRight: 16,
      marginTop: 20 + 16 * legend.length,
      marginBottom: 42,
      x: {
        type: 'log',
        domain: [0.8, most * 1.25],
        ticks: looked.map((each) => each.looked),
        tickFormat: String,
        label: 'frames looked at (log scale) →',
        labelArrow: 'none',
      },
      y: { domain: [0, 1], tickFormat: shareTick, label: null, grid: true },
      marks: [
        ...marks,
        ...legend.flatMap(({ text, i }): Plot.Markish[] => [
          Plot.text([text], {
            frameAnchor: 'top-left',
            dx: 18,
            dy: 16 * (i - legend.length) - 4,
            text: String,
            textAnchor: 'start',
          }),
          Plot.text(['●'], {
            frameAnchor: 'top-left',
            dx: 4,
            dy: 16 * (i - legend.length) - 4,
            text: String,
            textAnchor: 'start',
            fill: seriesColor(i),
          }),
        ]),
      ],
    },
    what === 'edited' ? 'Edited clips found, by frames looked at' : 'Innocent clips flagged, by frames looked at',
    {
      name: what === 'edited' ? 'edited-clips-by-frames' : 'innocent-clips-by-frames',
      data: () =>
        csvOf(
          looked.flatMap((each) =>
            rules.map(({ rule, item }) => ({
              looked: each.looked,
              rule,
              item,
              rate: ruleOf(each, rule, item)[what],
            })),
          ),
          ['looked', 'rule', 'item'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}

/** The sections of the page between answer and data. */
const clipsSections = (metrics: ClipsMetrics): Section[] => [
  [
    'frames',
    'How many frames to look at',
    html`${figure(
      [
        ['edited listed clips found', framesPlot(metrics, 'edited')],
        ['innocent clips flagged', framesPlot(metrics, 'falsePositive')],
      ],
      html`Frames are evenly spread over a clip. Bars: 95 % intervals, by clip where a clip is there more than once.`,
    )}${tableHtml(framesTable(metrics))}${tableHtml(flatTable(metrics))}`,
  ],
  [
    'strategies',
    'Every strategy',
    html`${tableHtml(strategyTable(metrics))}<details><summary>Packets and bytes at every number of frames</summary>${tableHtml(costTable(metrics))}</details>`,
  ],
];

const clipsData = ({ dataset, list, operatingPoint: { near, score } }: ClipsMetrics): Html =>
  html`<p>Clips of the generated corpus (<code>${dataset.sha256}</code>), about ${dataset.seconds.toFixed(1)} s and ${bytes(dataset.bytes)} each. The list has ${counted(list.clips, 'clip')}: ${counted(list.near, 'hash')} to match within a distance and ${list.equality} to match bit by bit.</p><p>Thresholds were chosen on ${counted(dataset.clips.calibration, 'innocent calibration clip')}: ${near.rule}.${score ? ` Classifier: ${score.rule}.` : ''}</p>`;

/** File name → CSV text. */
const clipsCsv = ({ looked, strategies, sameFile, sameFileInnocent }: ClipsMetrics): Record<string, string> => ({
  'frames.csv': csvTable(
    ['looked', 'rule', 'item', 'measure', 'edit', ...numberColumns],
    [
      ['', 'equal file', '', 'false positive', '', ...rateFields(sameFileInnocent)],
      ...sameFile.map(({ edit, recall }): Field[] => ['', 'equal file', '', 'recall', edit, ...rateFields(recall)]),
      ...looked.flatMap((each): Field[][] => [
        [each.looked, '', '', 'flat frames', '', ...rateFields(each.flatFrames)],
        [each.looked, 'near', '', 'innocent frames', '', ...rateFields(each.frameFalse)],
        ...each.rules.flatMap(({ rule, item, falsePositive, independent, edits, edited }): Field[][] => [
          [each.looked, rule, item, 'false positive', '', ...rateFields(falsePositive)],
          ...(independent === null
            ? []
            : [[each.looked, rule, item, 'if independent', '', ...valueFields(independent, '1 − (1 − p)^n')]]),
          ...edits.map(({ edit, recall }): Field[] => [each.looked, rule, item, 'recall', edit, ...rateFields(recall)]),
          [each.looked, rule, item, 'recall', 'all edits', ...rateFields(edited)],
        ]),
      ]),
    ],
  ),
  'strategies.csv': csvTable(
    ['strategy', 'looked', 'measure', ...numberColumns],
    strategies.flatMap((each): Field[][] => [
      ...(['asSent', 'edited', 'newContent', 'innocent'] as const).map((name): Field[] => [
        each.strategy,
        each.looked,
        name,
        ...rateFields(each[name]),
      ]),
      ...(['packets', 'sentBytes', 'receivedBytes', 'clipBytes'] as const).map((name): Field[] => [
        each.strategy,
        each.looked,
        name,
        ...valueFields(each[name], 'median of a clip'),
      ]),
      [each.strategy, each.looked, 'reportsPerFound', ...valueFields(each.reportsPerFound, 'mean of the clips found')],
    ]),
  ),
});

export const clipsParts = (metrics: ClipsMetrics): Parts => ({
  findings: clipsAnswer(metrics),
  tables: [framesTable(metrics), strategyTable(metrics), flatTable(metrics), costTable(metrics)],
  sections: clipsSections(metrics),
  data: clipsData(metrics),
  csv: clipsCsv(metrics),
});
