/** The reports of an equality run. */
import {
  boundFields,
  csvTable,
  type Field,
  intervalFields,
  numberColumns,
  pairFields,
  rateFields,
  valueFields,
} from '../../report/csv.ts';
import { counted, integer, listed, percent, rare, rateProse } from '../../report/format.ts';
import { figure, type Panel, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml } from '../../report/table.ts';
import { groupBy } from '../../util/group-by.ts';
import type { DesignMetrics, EqualityMetrics, SecondCheck } from './metrics.ts';
import { frontierPlot, lengthPlot, recallPlot } from './plots.ts';
import {
  accidentsIn,
  answerTable,
  checkedTable,
  drownTable,
  editTable,
  frontierTable,
  largest,
  secondTable,
  sizesTable,
  sizeText,
  verdictAt,
} from './tables.ts';

/** The list size that the answer speaks of: the first asked for from a million on, else the largest. */
const headline = ({ designs }: EqualityMetrics): number => {
  const sizes = [
    ...new Set(designs.flatMap(({ accidents }) => accidents.flatMap((each) => each.sizes.map(({ size }) => size)))),
  ];
  return sizes.filter((size) => size >= 1e6).sort((a, b) => a - b)[0] ?? Math.max(...sizes);
};

const recallText = ({ name, mixed }: DesignMetrics): string => {
  const recall = mixed.find(({ check }) => check === null)?.recall;
  return recall
    ? `${name} ${percent(recall.estimate)} [${percent(recall.low)}, ${percent(recall.high)}]`
    : `${name} not measured`;
};

/** Where each design drowns, on the source that knows most of its pairs: by the size at which it does at the latest, the smallest first. */
function drowningText(designs: readonly DesignMetrics[]): string {
  const known = designs.flatMap(({ name, ...design }) => {
    const most = largest({ name, ...design });
    return most ? [{ name, most, latest: most.outnumber?.latest ?? null }] : [];
  });
  const bySize = [...groupBy(known, ({ latest }) => latest)].sort(
    ([a], [b]) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY),
  );
  return bySize
    .map(([latest, own]) => {
      const names = listed(
        own.map(({ name, most }) => `${name} (${integer(most.pairs.k)} of ${integer(most.pairs.n)})`),
      );
      return latest === null ? `Not known: ${names}.` : `At ${integer(latest)} entries at the latest: ${names}.`;
    })
    .join(' ');
}

/** What a second check does with the accidents of one design. */
function secondText({ design, source, check, conditional, alone, ratio }: SecondCheck & { design: string }): string {
  const said = `Of the accidental matches of ${design} (${source}) ${check} passes ${rateProse(conditional)}`;
  if (!alone || ratio === null || conditional.k === 0) return `${said}.`;
  const dependent = conditional.clusterLow > alone.nodeHigh;
  return `${said}, ${Number(ratio.toPrecision(2))} times its rate among all pairs (${rare(alone.estimate ?? 0)})${dependent ? ': the two do not err independently' : ''}.`;
}

/** What the run answers, computed from its numbers. */
export function equalityAnswer(metrics: EqualityMetrics): Finding[] {
  const { designs, mix, lengths, drowning } = metrics;
  const lengthsOf = designs.filter((design) => design.fitted && design.tables === 1);
  const fitted = [...groupBy(lengthsOf, ({ family }) => family)].map(([family, own]) => ({ family, own }));
  const size = headline(metrics);
  const verdicts = designs.flatMap((design) =>
    design.accidents.map((accidents) => ({
      name: `${design.name}${accidents.check === null ? '' : ` with ${accidents.check}`}`,
      source: accidents.source,
      verdict: verdictAt(accidents.sizes.find((each) => each.size === size)!, accidents.outnumber),
    })),
  );
  const names = [...new Set(verdicts.map(({ name }) => name))];
  const having = (wanted: string): string[] =>
    names.filter((name) => verdicts.some((each) => each.name === name && each.verdict === wanted));
  const [drowned, survived] = [having('drowns'), having('survives').filter((name) => !having('drowns').includes(name))];
  const asked = designs.flatMap((design) => design.second.map((each) => ({ ...each, design: design.name })));
  const answers = asked
    .filter(({ conditional, alone }) => conditional.n >= 5 && (conditional.k > 0 || (alone?.k ?? 1) > 0))
    .sort((a, b) => b.conditional.n - a.conditional.n);
  return [
    {
      label: 'Which length keeps recall',
      text: fitted
        .map(({ family, own }) => `${family}: ${listed(own.map(recallText))}`)
        .join('; ')
        .concat(
          `. Others: ${listed(designs.filter((design) => !lengthsOf.includes(design)).map(recallText))}. Mixed: ${percent(mix.unedited[0]!.share)} sent unedited, the rest after one edit.`,
        ),
    },
    {
      label: 'Where its innocents drown it',
      text: `${drowningText(designs)} In brackets: unrelated pairs that agree. Drowned: wrong matches outnumber right ones at 95 % confidence, where one picture in ${integer(1 / drowning.prevalence.value)} is listed.`,
    },
    {
      label: `At ${integer(size)} entries`,
      text: [
        drowned.length > 0
          ? `Innocents drown, at 95 % confidence, ${drowned.length} of ${names.length} designs, with a second check or without: ${listed(drowned.slice(0, 12))}${drowned.length > 12 ? ' and others' : ''}.`
          : 'No design is shown to drown.',
        survived.length > 0
          ? `Surviving at 95 % confidence: ${listed(survived)}.`
          : `None is shown to survive: what was measured does not reach so far down. Of ${names.length - drowned.length} the answer is not known.`,
      ].join(' '),
    },
    {
      label: 'The second check',
      text:
        answers.length > 0
          ? answers.slice(0, 6).map(secondText).join(' ')
          : 'Fewer than five accidental matches were found of any design, so that nothing can be said of a second check on them.',
    },
    {
      label: 'How sure',
      text: `${counted(metrics.dataset.evaluation, 'picture')} of “${metrics.dataset.name}” that no bit was fitted on; unrelated pairs: ${listed(metrics.sources.map(({ name, pairs }) => `${integer(pairs)} of the ${name}`))}. Lengths ${listed(lengths.map(String))}. Beyond the lists measured there are bounds only, and where these allow everybody the answer is not known.`,
    },
  ];
}

/** List sizes whose frontier is drawn. */
const drawnSizes = (metrics: EqualityMetrics): number[] => {
  const sizes = [
    ...new Set(
      metrics.designs.flatMap(({ accidents }) => accidents.flatMap((each) => each.sizes.map(({ size }) => size))),
    ),
  ];
  const wanted = [1e4, 1e6, 1e8].filter((size) => sizes.includes(size));
  return wanted.length > 0 ? wanted : [Math.min(...sizes), Math.max(...sizes)];
};

/** Names of the sources, that with the most pairs first. */
const bySize = ({ sources }: EqualityMetrics): string[] =>
  [...sources].sort((a, b) => b.pairs - a.pairs).map(({ name }) => name);

/** The tables of the run: the headline first. */
export const equalityTables = (metrics: EqualityMetrics): ReportTable[] => [
  answerTable(metrics),
  frontierTable(metrics),
  ...bySize(metrics).map((name) => sizesTable(metrics, name)),
  secondTable(metrics),
  checkedTable(metrics),
  drownTable(metrics),
  ...(metrics.designs[0]?.sets ?? []).map(({ set }) => editTable(metrics, set)),
];

/** The sections of the page between answer and data. */
export function equalitySections(metrics: EqualityMetrics): Section[] {
  const { sources, mix, checks, designs } = metrics;
  const sizes = drawnSizes(metrics);
  const combined = checks.filter((check) =>
    designs.some(({ accidents }) => accidents.some((each) => each.check === check)),
  );
  return [
    [
      'frontier',
      'Recall against accidents',
      html`${sources.map(({ name }) =>
        figure(
          sizes.map((size): Panel => [`${name}, ${sizeText(size)} entries`, frontierPlot(metrics, name, size)]),
          html`Bars: what the measurement allows, without independence. Filled: measured. Hollow: as if entries were independent, or the upper bound where none was found. Best is top left. Rates below 10⁻⁷ are drawn there. A design of which nothing is known at that size is left out.`,
        ),
      )}${tableHtml(answerTable(metrics))}${tableHtml(frontierTable(metrics))}`,
    ],
    [
      'bits',
      'What bits are worth',
      html`${figure(
        [
          ...[mix.asSent, mix.edited].map((set): Panel => [`Recall: ${set}`, recallPlot(metrics, set)]),
          ...sources.map(({ name }): Panel => [`Accidents: ${name}`, lengthPlot(metrics, name)]),
        ],
        html`Accidents: dot with the interval by picture; a triangle is the upper bound where no pair agreed. Grey: what as many fair coins would give. Fitted hashes lie side by side where they have equal lengths.`,
      )}${(designs[0]?.sets ?? []).map(({ set }) => tableHtml(editTable(metrics, set)))}`,
    ],
    ['sizes', 'False positives by list size', html`${sources.map(({ name }) => tableHtml(sizesTable(metrics, name)))}`],
    [
      'second',
      'Threshold PSI with a second check',
      html`${tableHtml(secondTable(metrics))}${tableHtml(checkedTable(metrics))}${combined.map(
        (check) =>
          html`<details><summary>False positives by list size, second check ${check}</summary>${sources
            .filter(({ name }) => designs.some((design) => accidentsIn(design, name, check)))
            .map(({ name }) => tableHtml(sizesTable(metrics, name, check)))}</details>`,
      )}`,
    ],
    ['drowned', 'From which list on innocents drown it', tableHtml(drownTable(metrics))],
  ];
}

/** The data behind the numbers. */
export const equalityData = (metrics: EqualityMetrics): Html =>
  html`<p>${counted(metrics.dataset.calibration, 'calibration picture')} and ${counted(metrics.dataset.evaluation, 'evaluation picture')} of the dataset “${metrics.dataset.name}”, in whole groups.</p>${plainTable(
    'Unrelated pictures',
    ['source', 'pictures', 'pairs', 'left out as copies'],
    metrics.sources.map(({ name, pictures, pairs, copies }) => [
      name,
      integer(pictures),
      integer(pairs),
      integer(copies),
    ]),
  )}${plainTable(
    'Fitted bits',
    ['family', 'bits', 'pictures', 'edits'],
    metrics.fits.map(({ family, bits, pictures, edits }) => [family, String(bits), integer(pictures), integer(edits)]),
  )}`;

// Every number as CSV.

/** File name → CSV text. */
const equalityCsv = ({ designs, checks }: EqualityMetrics): Record<string, string> => ({
  'recall.csv': csvTable(
    ['design', 'bits', 'tables', 'set', 'edit', 'check', ...numberColumns],
    designs.flatMap(({ name, bits, tables, sets, mixed }) => [
      ...sets.flatMap(({ set, edits, all, allWithChecks }) => [
        ...edits.flatMap(({ edit, recall, withChecks }) =>
          [recall, ...withChecks].map((rate, i): Field[] => [
            name,
            bits,
            tables,
            set,
            edit,
            checks[i - 1],
            ...rateFields(rate),
          ]),
        ),
        ...[all, ...allWithChecks].map((rate, i): Field[] => [
          name,
          bits,
          tables,
          set,
          'all',
          checks[i - 1],
          ...rateFields(rate),
        ]),
      ]),
      ...mixed.map(({ share, check, recall }): Field[] => [
        name,
        bits,
        tables,
        'mixed',
        share,
        check,
        ...intervalFields(recall),
      ]),
    ]),
  ),
  'accidents.csv': csvTable(
    ['design', 'bits', 'tables', 'source', 'check', 'measure', 'entries', ...numberColumns],
    designs.flatMap(({ name, bits, tables, accidents }) =>
      accidents.flatMap(({ source, check, pairs, sizes, outnumber, everybody }): Field[][] => {
        const start = [name, bits, tables, source, check];
        return [
          [...start, 'pairs', null, ...pairFields(pairs)],
          ...sizes.map((at): Field[] => [
            ...start,
            'query',
            at.size,
            ...(at.state === 'measured' ? rateFields(at.rate) : boundFields(at.low, at.high, at.state)),
          ]),
          ...sizes.map((at): Field[] => [
            ...start,
            'query, as if independent',
            at.size,
            ...valueFields(at.independent, '1 − (1 − q)^N'),
          ]),
          ...Object.entries({ outnumber, everybody }).flatMap(([what, drowns]): Field[][] =>
            drowns
              ? [
                  [
                    ...start,
                    what,
                    null,
                    ...boundFields(drowns.earliest, drowns.latest, 'entries: not before, at the latest'),
                  ],
                ]
              : [],
          ),
        ];
      }),
    ),
  ),
  'second-check.csv': csvTable(
    ['design', 'source', 'check', 'measure', ...numberColumns],
    designs.flatMap(({ name, second }) =>
      second.flatMap(({ source, check, conditional, alone, ratio }): Field[][] => [
        [name, source, check, 'conditional', ...rateFields(conditional)],
        ...(alone ? [[name, source, check, 'alone', ...pairFields(alone)]] : []),
        [name, source, check, 'ratio', ...valueFields(ratio, 'conditional / alone')],
      ]),
    ),
  ),
});

export const equalityParts = (metrics: EqualityMetrics): Parts => ({
  findings: equalityAnswer(metrics),
  tables: equalityTables(metrics),
  sections: equalitySections(metrics),
  data: equalityData(metrics),
  csv: equalityCsv(metrics),
});
