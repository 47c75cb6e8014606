/** "What would scanning have brought back?": one page that works offline, with a slider for each main input. */

import * as Plot from '@observablehq/plot';
import { disjointPairsBound } from '../../metric/node-bootstrap.ts';
import { proportion, upperBound } from '../../metric/proportion.ts';
import { largestRate, logInnocentFlagged } from '../../metric/threshold-model.ts';
import { baseline } from '../../metric/tradeoff/answer.ts';
import { inputQuantile } from '../../metric/tradeoff/inputs.ts';
import { type Bounds, integer, intervalCell, listed, percent, rateProse, si } from '../../report/format.ts';
import { figure, inlineSvg, plainTable } from '../../report/page/blocks.ts';
import { Html, html } from '../../report/page/html.ts';
import { color, seriesColor, seriesDash, svgOf } from '../../report/page/plot.ts';
import type { Finding } from '../../report/page/shell.ts';
import { pageText, type Section } from '../../report/page/shell.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { PublicRecord } from '../../schema/public-record.ts';
import type { TradeoffEvidence } from '../../schema/tradeoff-inputs.ts';
import { pricePlot, recoveredPlot, tornadoFigure } from './plots-model.ts';
import type { TradeoffAnswer } from './report-model-answer.ts';
import { liveText, positionOf, positions, type Slider, sliders, views, writtenDraw } from './report-sliders.ts';
import {
  armsTable,
  boundsTable,
  falseMatchTable,
  knowledgeTable,
  listTable,
  pairedTable,
  peopleCell,
  ranked,
} from './tables-knowledge.ts';
import {
  answerTable,
  claimsTable,
  type Drawn,
  downstreamTable,
  flipsTable,
  offendersTable,
  priceTable,
} from './tables-model.ts';

/** The page; the same arguments give the same bytes. */
export function tradeoffPage(
  answer: TradeoffAnswer,
  evidence: TradeoffEvidence,
  record: PublicRecord,
  script: string,
): string {
  const { inputs, question, limits, evidence: run } = answer;
  return pageText({
    experiment: 'tradeoff',
    runId: run.runId,
    question,
    lead: leadHtml(answer, evidence),
    folded: true,
    findings: findingsOf(answer),
    sections: [
      [
        'table',
        'The numbers',
        html`${[
          answerTable(answer),
          armsTable(answer),
          ...(answer.tooFew === undefined ? [pairedTable(answer)] : []),
          priceTable(answer),
        ].map((each) => tableHtml(each))}`,
      ],
      ['list', 'The size of the list', html`${tableHtml(listTable(answer))}${tableHtml(falseMatchTable(answer))}`],
      [
        'drivers',
        'What drives it, and how much is measured',
        html`${tableHtml(knowledgeTable(answer))}${tableHtml(boundsTable(answer))}${tornadoFigure(answer)}${answer.tooFew === undefined ? tableHtml(flipsTable(answer)) : ''}`,
      ],
      ['scenarios', 'Other worlds', html`${tableHtml(offendersTable(answer))}${tableHtml(claimsTable(answer))}`],
      tailsSection(),
      recordSection(record),
      ['downstream', 'After the report', tableHtml(downstreamTable(answer))],
      ['inputs', 'Assumptions', sourcesTable(answer)],
      ['limits', 'Limits', html`<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`],
    ],
    footer: `Measured on benign pictures only: run ${run.runId} of ${run.experiment}, ${run.dataset.name}, ${run.dataset.pictures} pictures, sha256 ${run.dataset.sha256}. Seed ${inputs.seed}, ${answer.draws} draws.`,
    script,
  });
}

/** An attacker who names the picture of no more messages than this is not told much. */
const little = 0.2;

/** Strategies of which it is known what they bring back. */
const measured = (strategies: TradeoffAnswer['strategies']) =>
  strategies.flatMap((strategy) => {
    const interval = strategy.model.recovered;
    return interval ? [{ ...strategy, interval }] : [];
  });

/** 'What a, b and c would bring back nobody measured.', or nothing. */
const unmeasured = (strategies: TradeoffAnswer['strategies']): string => {
  const names = strategies.filter(({ model }) => !model.recovered).map(({ name }) => name);
  return names.length > 0 ? ` What ${listed(names)} would bring back was not measured.` : '';
};

export function findingsOf(answer: TradeoffAnswer): Finding[] {
  const { strategies, totals, claimScenarios, listEntries, tooFew } = answer;
  if (tooFew !== undefined) return [{ label: 'No comparison', text: tooFew }, sure];
  // What scanning on the server found comes back with it by construction: the question is what the others bring back.
  const all = measured(ranked(answer));
  const others = all.filter(({ name }) => name !== baseline);
  const order = others.length > 0 ? others : all;
  const best = order[0];
  const missing = unmeasured(strategies);
  if (!best) return [{ label: 'What comes back', text: missing.trim() }, sure];
  const reports = (each: typeof best) => intervalCell(each.recovered[0]!.reports, '').plain;
  const alike = (of: typeof best, among = order) =>
    among.filter((each) => each.interval.estimate === of.interval.estimate).map(({ name }) => name);
  const next = order.find((each) => !alike(best).includes(each.name));
  const won = next && best.beats[strategies.findIndex(({ name }) => name === next.name)];
  const paired =
    next && won !== null && won !== undefined
      ? ` It brings back more than ${next.name} in ${percent(won)} of the draws.`
      : '';
  const named = best.named
    ? ` Under ${best.name} the provider’s attack identifies the picture in ${best.named.k} of ${best.named.n} messages.`
    : '';
  const discreet = order.filter(
    (each) => (each.model.scanned?.estimate ?? 0) > 0 && each.named && each.named.high < little,
  );
  const worst = strategies
    .flatMap(({ name, model: { innocentAccounts } }) =>
      innocentAccounts ? [{ name, accounts: innocentAccounts }] : [],
    )
    .sort((a, b) => b.accounts.high - a.accounts.high)[0];
  return [
    {
      label: 'What comes back',
      text: `Of the ${si(totals.lost)} reports a year that scanning on the server found, ${listed(alike(best))} would bring back the most: ${reports(best)}.${named}${paired}${missing}`,
    },
    ...(discreet[0]
      ? [
          {
            label: 'With little leakage',
            text: `Where that attack identifies the picture in less than ${percent(little, true)} of the messages, ${listed(alike(discreet[0], discreet))} would bring back the most: ${reports(discreet[0])}.`,
          },
        ]
      : []),
    { label: 'The price', text: worst ? price(worst) : 'Nobody measured how many innocent accounts would be flagged.' },
    sure,
  ];

  function price({ name, accounts }: { readonly name: string; readonly accounts: Bounds }): string {
    const claim = claimScenarios[0];
    const claimed = claim?.strategies.find((each) => each.name === name);
    return `On a list of ${listEntries} entries, innocent accounts flagged in a year under ${name}: ${peopleCell(accounts, '').plain}.${claim && claimed ? ` At the rate that ${claim.name.split(',')[0]} claimed it would be ${peopleCell(claimed.innocentAccounts, '').plain}.` : ''}`;
  }
}

const sure: Finding = {
  label: 'How sure',
  text: 'What server scanning found is given; what a strategy finds of it is measured on benign pictures, which stand in for the content of the letter; evasion, uptake, video and offenders are assumed. The tables say how much of each answer is measured, and how far it can be off.',
};

/** The first screen: the answer in a sentence, the plot, what else must be known in cards, and the sliders closed beside it. */
function leadHtml(answer: TradeoffAnswer, evidence: TradeoffEvidence): Html {
  const { inputs, totals } = answer;
  const drawn = ranked(answer).map(
    ({ name, recovered, model }): Drawn => ({
      name,
      recovered: recovered[0]!.reports,
      innocentAccounts: model.innocentAccounts,
      reviewers: model.reviewers,
    }),
  );
  const width = 720;
  const plots = {
    recovered: recoveredPlot(drawn, totals.lost, width),
    accounts: pricePlot(drawn, 'innocentAccounts', inputs.inputs.accounts!.value, width),
    reviewers: pricePlot(drawn, 'reviewers', 1e7, width),
  };
  const json = JSON.stringify({ inputs, evidence, drawn }).replaceAll('<', '\\u003c');
  const [first, ...rest] = findingsOf(answer);
  return html`<p class="plain-answer">${first!.text}</p>
<div class="explore"><div><div class="first">
<fieldset class="views"><legend>Shown</legend>${views.map(
    ([id, title], at) =>
      html`<label><input type="radio" name="view" id="view-${id}"${at === 0 && html` checked`}> ${title}</label> `,
  )}</fieldset>
${views.map(([id, , label]) => html`<div id="plot-${id}" class="live">${inlineSvg(svgOf(plots[id], label, 'page only'))}</div>`)}
</div></div>
<div class="side"><div class="cards">${rest.map(
    ({ label, text }) => html`<section class="card" aria-label="${label}"><h2>${label}</h2><p>${text}</p></section>
`,
  )}</div>
<details id="sliders" class="own" hidden><summary><h2>Your own assumptions</h2></summary><div class="sliders">${sliders.map((slider) => sliderHtml(slider, answer))}
<div class="slider"><label for="offenders">pictures of an offender</label><select id="offenders">${inputs.offenders.map(({ name }) => html`<option>${name}</option>`)}</select><small>${inputs.offenders[0]!.source}</small></div>
<div class="slider"><button id="reset" type="button">reset to the file</button><small>Moving a slider fixes its input; the other inputs keep their ranges, and fewer draws are made. The address of the page keeps what you moved.</small></div></div></details></div>
<p id="result" class="note" role="status">${liveText(drawn, totals.lost, 'recovered')}</p></div>
<p class="note">Dots are medians, bars contain 95 % of the draws; a row without a dot is below the axis. <a href="#limits">All limits</a></p>
<style>${new Html(styles)}</style>
<script type="application/json" id="data">${new Html(json)}</script>`;
}

function sliderHtml(slider: Slider, { inputs, strategies }: TradeoffAnswer): Html {
  const { name, label, unit } = slider;
  const given = name === 'falsePositive' ? undefined : inputs.inputs[name];
  const measured = `as measured for each of ${strategies.length} strategies`;
  const at = given ? positionOf(slider, inputQuantile(given, 0.5)) : positions / 2;
  const source = given?.source ?? 'the run; vendors claim down to 3 in 10⁸ and 1 in 5 · 10¹⁰';
  return html`<div class="slider"><label for="slider-${name}">${label}</label><output id="value-${name}" for="slider-${name}" aria-live="off">${given ? writtenDraw(unit, given) : measured}</output>
<input type="range" id="slider-${name}" min="0" max="${positions}" value="${at}"><small>${given?.url ? html`<a href="${given.url}">${source}</a>` : source}</small></div>`;
}

const sourcesTable = ({ inputs }: TradeoffAnswer): Html =>
  plainTable(
    'Inputs',
    ['input', 'value', 'distribution', 'bounds', 'source', 'mind'],
    Object.entries(inputs.inputs).map(([name, { value, beta, uniform, logUniform, bounds, source, url, note }]) => [
      name,
      value < 0.001 && value > 0 ? value.toExponential(2) : value <= 1 && value > 0 ? percent(value) : si(value),
      beta
        ? `Beta(${beta.join(', ')})`
        : uniform
          ? `uniform ${uniform.join(' to ')}`
          : logUniform
            ? `log-uniform ${logUniform.map((each) => each.toExponential(1)).join(' to ')}`
            : 'fixed',
      bounds ? bounds.join(' to ') : '',
      url ? html`<a href="${url}">${source}</a>` : source,
      note ?? '',
    ]),
  );

const styles = `
.explore{display:grid;gap:12px 32px;grid-template-columns:minmax(0,1fr)}
.explore>*{min-width:0}
.explore .first{background:var(--surface);padding-bottom:4px}
.views{border:0;padding:0;margin:0 0 .4em;display:flex;flex-wrap:wrap;gap:.1em 1.2em;font-size:.9rem}
.views legend{float:left;margin-right:1.2em;padding:0;color:var(--muted)}
.views input,.slider input{accent-color:var(--accent)}
.own{margin:12px 0 0}
.own summary h2{display:inline;border:0;margin:0;padding:0;font-size:1.05rem;color:var(--ink)}
.sliders{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr));gap:14px 24px;align-content:start;padding:14px;margin-top:8px;background:var(--raised);border-radius:8px}
#result{margin:0;padding:.4em 0;max-width:none}
.explore:has(.own[open]) #result{position:sticky;bottom:0;z-index:2;background:var(--surface)}
.explore+.note{margin-top:0}
@media(min-width:1000px){.explore{grid-template-columns:minmax(0,1fr) 380px}#result{grid-column:1/-1}}
@media(min-width:1000px) and (min-height:640px){.explore:has(.own[open]) .first{position:sticky;top:0}}
.slider{display:grid;grid-template-columns:1fr;align-content:start;gap:2px;font-size:.88rem}
.slider label{font-weight:600}
.slider output{color:var(--accent);font-variant-numeric:tabular-nums;min-height:1.5em}
.slider input{width:100%;margin:2px 0}
.slider select,.slider button{font:inherit;padding:4px 8px;max-width:100%}
.slider small{color:var(--muted);font-size:.78rem;line-height:1.35}
.live svg{display:block;max-width:100%;height:auto;overflow:visible}
.live [aria-label$=grid]{stroke:var(--line);stroke-opacity:1}
@media screen{${views.map(([id]) => `.explore:not(:has(#view-${id}:checked)) #plot-${id}`).join(',')}{display:none}}
@media(max-width:600px){.views input{width:20px;height:20px;vertical-align:-4px}.views label{padding-block:.3em}.slider input{height:24px}.slider button,.slider select{min-height:32px}}
@media print{.views,.own,#result{display:none}.live svg{width:auto;max-height:112mm}.live{break-inside:avoid}}
`;

// The record so far: what was predicted, what was counted since, and why the one does not test the other.

/** The section of the page. */
export function recordSection(record: PublicRecord): Section {
  const { reports, losses, confounders, downstream } = record;
  const cite = (key: string): Html => citation(record, key);
  return [
    'record',
    'The record so far',
    html`${figure([[reports.what, seriesPlot(record)]], html`${reports.note} Hollow: bundled reports, another unit.`)}
<h3>Predicted loss, and what was counted</h3>
<p class="note">The observed changes are confounded and do not test the prediction: ${confounders.join(' ')}</p>
${plainTable(
  'Predicted and observed losses',
  ['what', 'kind', 'loss', 'of', 'source'],
  losses.map(({ name, kind, share, of, source }) => [name, kind, percent(share), of, cite(source)]),
)}
<h3>${downstream.what}</h3><p class="note">${downstream.note} ${cite(downstream.source)}</p>
${plainTable(
  downstream.what,
  ['year', 'share'],
  downstream.series.map(({ year, k, n }) => [String(year), rateProse(proportion(k, n))]),
)}
<h3>Where the series comes from</h3>
${plainTable(
  'Sources of the series',
  ['who', 'year', 'millions', 'unit', 'source'],
  reports.series.map(({ name, year, millions, unit, source }) => [
    name,
    String(year),
    String(millions),
    unit,
    cite(source),
  ]),
)}`,
  ];
}

function citation({ sources }: PublicRecord, key: string): Html {
  const { text, url } = sources[key]!;
  return url ? html`<a href="${url}">${text}</a>` : html`${text}`;
}

/** Lines of reports; from 2024 on only incidents go on, and bundled reports stand apart. */
function seriesPlot({ reports: { series } }: PublicRecord): string {
  const names = [...new Set(series.map(({ name }) => name))];
  const place = ({ name }: { readonly name: string }): number => names.indexOf(name);
  const continued = series.filter(({ unit }) => unit !== 'bundled reports');
  // The longest line is named where it has room above it, the others below their last point.
  const named = names.map((name, i) => ({
    ...continued.filter((each) => each.name === name).at(i === 0 ? -3 : -1)!,
    dy: i === 0 ? -12 : 16,
  }));
  return svgOf(
    {
      width: 480,
      height: 320,
      marginLeft: 40,
      marginRight: 24,
      marginTop: 24,
      x: { domain: [2017.6, 2024.4], ticks: 7, tickFormat: (year: number) => String(year), label: null },
      y: { domain: [0, 40], grid: true, label: 'millions', labelArrow: 'none' },
      marks: [
        Plot.ruleX([2023.5], { stroke: color.warn, strokeDasharray: '3 4' }),
        Plot.text([{ year: 2023.5 }], {
          x: 'year',
          y: 40,
          text: () => 'units change',
          textAnchor: 'end',
          dx: -6,
          dy: 8,
          fill: color.warn,
        }),
        ...names.map((name, i) =>
          Plot.line(
            continued.filter((each) => each.name === name),
            { x: 'year', y: 'millions', stroke: seriesColor(i), strokeDasharray: seriesDash(i), strokeWidth: 1.8 },
          ),
        ),
        Plot.dot(series, {
          x: 'year',
          y: 'millions',
          r: 4,
          fill: (each) => (each.unit === 'bundled reports' ? color.surface : seriesColor(place(each))),
          stroke: (each) => seriesColor(place(each)),
          title: ({ name, year, millions, unit }) => `${name} ${year}: ${millions} M ${unit}`,
        }),
        ...named.map((each) =>
          Plot.text([each], {
            x: 'year',
            y: 'millions',
            text: 'name',
            dy: each.dy,
            textAnchor: each.year === 2018 ? 'start' : 'middle',
            fill: 'currentColor',
          }),
        ),
      ],
    },
    'Reports to NCMEC in a year',
    'page only',
  );
}

// What zero events say, and what breaks an account threshold: exact values under other assumptions than independence.

/** Apple's stated planning: one false match in a million pictures, 30 matches of one account. */
const stated = { rate: 1e-6, threshold: 30 } as const;
const burst = { count: 10, size: 30 } as const;

/** A probability from its logarithm, far below what a double holds as a percentage. */
const tiny = (log: number): string => {
  if (log === 0) return '1';
  // Beyond what toExponential can show, the exponent comes from the logarithm.
  if (log > -600) return log > Math.log(0.01) ? Math.exp(log).toPrecision(3) : Math.exp(log).toExponential(1);
  const exponent = Math.floor(log / Math.LN10);
  return `${(10 ** (log / Math.LN10 - exponent)).toFixed(1)}e${exponent}`;
};

/** Probability that an innocent account reaches the threshold, by what is assumed of its false matches. */
export function independenceTable(): ReportTable {
  const sizes = [1e4, 1e5, 1e6];
  const { rate, threshold } = stated;
  const lines: [string, (pictures: number) => number][] = [
    ['independent, the same rate for all', (pictures) => logInnocentFlagged(threshold, { pictures, rate, spread: 0 })],
    ...[1, 3, 10].map((spread): [string, (pictures: number) => number] => [
      `rates that vary between accounts, coefficient of variation ${spread}`,
      (pictures) => logInnocentFlagged(threshold, { pictures, rate, spread }),
    ]),
    [
      `${burst.count} series of ${burst.size} near-duplicates that match together`,
      (pictures) => logInnocentFlagged(threshold, { pictures, rate, spread: 0, bursts: burst }),
    ],
  ];
  return {
    title: 'One in a trillion assumes independence',
    explains: `Probability that an innocent account has at least ${threshold} false matches, at ${rate} for one picture (Apple’s stated planning values, 2021), exactly, by pictures in the account. The stated bound is 1e-12.`,
    head: ['false matches are', ...sizes.map((pictures) => `${integer(pictures)} pictures`)],
    lines: lines.map(([name, log]) => ({ name, cells: sizes.map((pictures) => plain(tiny(log(pictures)))) })),
  };
}

/** The rate that a threshold tolerates. */
export const toleratedTable = (): ReportTable => ({
  title: 'What a threshold tolerates',
  explains:
    'Largest false-match rate for one picture at which an innocent account is flagged with at most 1e-12 (Poisson, independent).',
  head: ['threshold', '100,000 pictures', '1,000,000 pictures'],
  lines: [2, 3, 5, 10, 30].map((threshold) => ({
    name: String(threshold),
    cells: [1e5, 1e6].map((pictures) => plain(largestRate(threshold, pictures, 1e-12).toExponential(2))),
  })),
});

/** What no false match at all says. */
export const zeroTable = (): ReportTable => ({
  title: 'What zero false matches show',
  explains:
    'One-sided 95 % upper bound if none was seen. Pictures compared with each other make many pairs but few independent ones: only half as many pairs as pictures share no picture.',
  head: ['pictures', 'each tested once (rule of three)', 'all pairs, assumed independent', 'disjoint pairs'],
  lines: [234, 1000, 50_000, 1_000_000].map((pictures) => {
    const { naive, disjoint } = disjointPairsBound(pictures);
    return {
      name: integer(pictures),
      cells: [upperBound(0, pictures), naive, disjoint].map((bound) => plain(bound.toExponential(2))),
    };
  }),
});

/** The section of the page. */
export const tailsSection = (): Section => [
  'tails',
  'Zero events, dependence, tails',
  html`${[independenceTable(), toleratedTable(), zeroTable()].map(tableHtml)}`,
];
