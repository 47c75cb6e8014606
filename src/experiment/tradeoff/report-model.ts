/** "What would scanning have brought back?": one page that works offline, with a slider for each main input. */
import { type Interval, isCounted } from '../../metric/interval.ts';
import type { PublicRecord } from '../../schema/public-record.ts';
import type { TradeoffEvidence } from '../../schema/tradeoff-inputs.ts';
import type { Finding } from '../answer.ts';
import { tableHtml } from '../benchmark/table.ts';
import { intervalCell, listed, percent, si } from '../format.ts';
import { inlineSvg, plainTable } from '../page/blocks.ts';
import { Html, html } from '../page/html.ts';
import { svgOf } from '../page/plot.ts';
import { pageText } from '../page/shell.ts';
import type { TradeoffAnswer } from './answer.ts';
import { clientScript } from './client-script.ts';
import type { Drawn } from './plots.ts';
import { pricePlot, recoveredPlot } from './plots.ts';
import { recordSection } from './record.ts';
import { positionOf, positions, type Slider, sliders } from './sliders.ts';
import { answerTable, claimsTable, downstreamTable, flipsTable, offendersTable, priceTable, ranked } from './tables.ts';
import { tailsSection } from './tails.ts';
import { tornadoFigure } from './tornado.ts';
import { writtenDraw } from './written.ts';

/** The page; the same arguments give the same bytes. */
export async function tradeoffPage(
  answer: TradeoffAnswer,
  evidence: TradeoffEvidence,
  record: PublicRecord,
): Promise<string> {
  const { inputs, question, limits, evidence: run } = answer;
  return pageText({
    experiment: 'tradeoff',
    runId: run.runId,
    question,
    findings: findingsOf(answer, evidence),
    sections: [
      ['answer', 'The answer, and your own', explorer(answer, evidence)],
      ['table', 'The numbers', html`${tableHtml(answerTable(answer))}${tableHtml(priceTable(answer))}`],
      ['drivers', 'What drives it', html`${tornadoFigure(answer)}${tableHtml(flipsTable(answer))}`],
      ['scenarios', 'Other worlds', html`${tableHtml(offendersTable(answer))}${tableHtml(claimsTable(answer))}`],
      tailsSection(),
      recordSection(record),
      ['downstream', 'After the report', tableHtml(downstreamTable(answer))],
      ['inputs', 'What is assumed', sourcesTable(answer)],
      ['limits', 'Limits', html`<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`],
    ],
    footer: `Measured on benign pictures only: run ${run.runId} of ${run.experiment}, ${run.dataset.name}, ${run.dataset.pictures} pictures, sha256 ${run.dataset.sha256}. Seed ${inputs.seed}, ${answer.draws} draws.`,
    script: await clientScript(),
  });
}

/** An attacker who names the picture of no more messages than this is not told much. */
const little = 0.2;

/** Of a number that every strategy has, those of which it was measured. */
const measured = <N extends 'recovered' | 'innocentAccounts'>(strategies: TradeoffAnswer['strategies'], number: N) =>
  strategies.flatMap((strategy) => {
    const interval = strategy.model[number];
    return interval ? [{ ...strategy, interval }] : [];
  });

/** 'What a, b and c would bring back nobody measured.', or nothing. */
const unmeasured = (strategies: TradeoffAnswer['strategies']): string => {
  const names = strategies.filter(({ model }) => !model.recovered).map(({ name }) => name);
  return names.length > 0 ? ` What ${listed(names)} would bring back nobody measured.` : '';
};

function findingsOf({ strategies, totals, claimScenarios }: TradeoffAnswer, evidence: TradeoffEvidence): Finding[] {
  const order = measured(ranked(strategies), 'recovered');
  const best = order[0];
  const missing = unmeasured(strategies);
  if (!best) return [{ label: 'What comes back', text: missing.trim() }, sure];
  const reports = (each: typeof best) => intervalCell(each.recovered[0]!.reports, '').plain;
  const alike = (of: typeof best, among = order) =>
    among.filter((each) => each.interval.estimate === of.interval.estimate).map(({ name }) => name);
  const rivals = order.filter((each) => !alike(best).includes(each.name) && each.interval.high >= best.interval.low);
  const overlap = rivals.length > 4 ? `${rivals.length} others` : listed(rivals.map(({ name }) => name));
  const named = best.named
    ? ` Under ${best.name} the provider’s attacker names the picture in ${best.named.k} of ${best.named.n} messages.`
    : '';
  const discreet = order.filter(
    (each) => (each.model.scanned?.estimate ?? 0) > 0 && each.named && each.named.high < little,
  );
  const worst = measured(strategies, 'innocentAccounts').sort((a, b) => b.interval.high - a.interval.high)[0];
  return [
    {
      label: 'What comes back',
      text: `Of ${si(totals.lost)} reports, ${listed(alike(best))} would bring back the most: ${reports(best)}.${named}${rivals.length > 0 ? ` The intervals of ${overlap} overlap with it.` : ''}${missing}`,
    },
    ...(discreet[0]
      ? [
          {
            label: 'With little shown',
            text: `Where that attacker names the picture in less than ${percent(little, true)} of the messages, ${listed(alike(discreet[0], discreet))} would bring back the most: ${reports(discreet[0])}.`,
          },
        ]
      : []),
    { label: 'The price', text: worst ? price(worst) : 'How many innocent accounts would be flagged nobody measured.' },
    sure,
  ];

  function price({ name, interval: accounts }: { readonly name: string; readonly interval: Interval }): string {
    const seen = evidence.strategies.find((each) => each.name === name)?.evidence.falsePositive;
    const claim = claimScenarios[0];
    const claimed = claim?.strategies.find((each) => each.name === name);
    return `${seen && isCounted(seen) ? `${seen.k} false positives in ${seen.n} innocent messages leave` : 'The run leaves'} anything from ${si(accounts.low)} to ${si(accounts.high)} innocent accounts flagged in a year under ${name}.${claim && claimed ? ` At the rate that ${claim.name.split(',')[0]} claimed it would be ${intervalCell(claimed.innocentAccounts, '').plain}.` : ''}`;
  }
}

const sure: Finding = {
  label: 'How sure',
  text: 'Detection is measured on benign pictures and stands in for the content of the letter; evasion, edits and offenders are priors. Move the sliders: the values at which the order of the strategies turns round are listed below.',
};

function explorer(answer: TradeoffAnswer, evidence: TradeoffEvidence): Html {
  const { inputs, totals } = answer;
  const drawn = ranked(answer.strategies).map(
    ({ name, recovered, model }): Drawn => ({
      name,
      recovered: recovered[0]!.reports,
      innocentAccounts: model.innocentAccounts,
      reviewers: model.reviewers,
    }),
  );
  const width = 560;
  const panel = (id: string, title: string, svg: string): Html =>
    html`<div><h3>${title}</h3><div id="${id}" class="live">${inlineSvg(svg)}</div></div>`;
  const json = JSON.stringify({ inputs, evidence }).replaceAll('<', '\\u003c');
  return html`<div class="explore">
<div class="first">${panel('plot-recovered', 'Reports that come back', svgOf(recoveredPlot(drawn, totals.lost, width), 'Reports recovered by each strategy'))}</div>
<div id="sliders" class="sliders" hidden>${sliders.map((slider) => sliderHtml(slider, answer))}
<div class="slider"><label for="offenders">pictures of an offender</label><select id="offenders">${inputs.offenders.map(({ name }) => html`<option>${name}</option>`)}</select><small>${inputs.offenders[0]!.source}</small></div>
<div class="slider"><button id="reset" type="button">as in the file</button><small>A slider that is moved makes its input certain; the others keep their ranges.</small></div></div>
<div class="plots">${[
    panel(
      'plot-accounts',
      'Innocent accounts',
      svgOf(pricePlot(drawn, 'innocentAccounts', inputs.inputs.accounts!.value, width), 'Innocent accounts flagged'),
    ),
    panel('plot-reviewers', 'Review', svgOf(pricePlot(drawn, 'reviewers', 1e7, width), 'People who review')),
  ]}</div></div>
<p class="note">Dots are medians, bars hold 95 % of the draws; a row without a dot is below the axis. The plots are drawn anew by the same functions as on the command line, with fewer draws.</p>
<style>${new Html(styles)}</style>
<script type="application/json" id="data">${new Html(json)}</script>`;
}

function sliderHtml(slider: Slider, { inputs, strategies }: TradeoffAnswer): Html {
  const { name, label, unit } = slider;
  const given = name === 'falsePositive' ? undefined : inputs.inputs[name];
  const measured = `as measured for each of ${strategies.length} strategies`;
  const at = given ? positionOf(slider, given.value) : positions / 2;
  const source = given?.source ?? 'the run; vendors claim down to 3 in 10⁸ and 1 in 5 · 10¹⁰';
  return html`<div class="slider"><label for="slider-${name}">${label}</label><output id="value-${name}" for="slider-${name}">${given ? writtenDraw(unit, given) : measured}</output>
<input type="range" id="slider-${name}" min="0" max="${positions}" value="${at}"><small>${source}</small></div>`;
}

const sourcesTable = ({ inputs }: TradeoffAnswer): Html =>
  plainTable(
    'Inputs',
    ['input', 'value', 'distribution', 'source', 'mind'],
    Object.entries(inputs.inputs).map(([name, { value, beta, uniform, logUniform, source, note }]) => [
      name,
      value < 0.001 && value > 0 ? value.toExponential(2) : value <= 1 && value > 0 ? percent(value) : si(value),
      beta
        ? `Beta(${beta.join(', ')})`
        : uniform
          ? `uniform ${uniform.join(' to ')}`
          : logUniform
            ? `log-uniform ${logUniform.map((each) => each.toExponential(1)).join(' to ')}`
            : 'fixed',
      source,
      note ?? '',
    ]),
  );

const styles = `
.explore{display:grid;gap:12px 32px;grid-template-columns:minmax(0,1fr)}
.explore .first{position:sticky;top:0;z-index:2;background:var(--surface);padding-bottom:4px}
.explore h3{margin:.4em 0}
.sliders{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr));gap:14px 24px;align-content:start;padding:14px;background:var(--raised);border-radius:8px}
@media(min-width:1000px){.explore{grid-template-columns:minmax(0,1fr) 340px;grid-template-rows:auto 1fr}.explore .sliders{grid-column:2;grid-row:1/3}.explore .first{position:static}}
.sliders[hidden]{display:none}
.slider{display:grid;grid-template-columns:1fr;align-content:start;gap:2px;font-size:.88rem}
.slider label{font-weight:600}
.slider output{color:var(--accent);font-variant-numeric:tabular-nums;min-height:1.5em}
.slider input{width:100%;margin:2px 0;accent-color:var(--accent)}
.slider select,.slider button{font:inherit;padding:4px 8px;max-width:100%}
.slider small{color:var(--muted);font-size:.78rem;line-height:1.35}
.live svg{display:block;max-width:100%;height:auto;overflow:visible}
.live [aria-label$=grid]{stroke:var(--line);stroke-opacity:1}
`;
