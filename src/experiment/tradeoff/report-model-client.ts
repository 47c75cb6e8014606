/** What runs in the page of the trade-off: sliders in, plots out, by the same functions as the command line. Everything that it needs is in the page; a slider that was moved makes its input certain, one that was not keeps its distribution. */

import * as Plot from '@observablehq/plot';
import { type InputName, inputFacts, modelInputs, type TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import type { TradeoffEvidence, TradeoffInputsFile } from '../../schema/tradeoff-inputs.ts';
import { pricePlot, recoveredPlot } from './plots-model.ts';
import { type Slider, sliders, valueAt, written } from './report-sliders.ts';
import { type Drawn, drawnUnder } from './tables-model.ts';

/** Draws that keep up with a hand on a slider. */
const draws = 1000;

const data = JSON.parse(document.getElementById('data')!.textContent!) as {
  readonly inputs: TradeoffInputsFile;
  readonly evidence: TradeoffEvidence;
  /** The numbers of the tables, from all draws. */
  readonly drawn: Drawn[];
};
const { inputs, evidence } = data;
const total = inputs.inputs.reportsLost!.value;
const accounts = inputs.inputs.accounts!.value;
const moved = new Map<Slider['name'], number>();

const element = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const chosenOffenders = element<HTMLSelectElement>('#offenders');

/** The inputs with every slider that was moved in its place. */
function current(): TradeoffInputs {
  const offenders = inputs.offenders.find(({ name }) => name === chosenOffenders.value);
  const base = modelInputs(inputs, offenders);
  const changed = [...moved].flatMap(([name, value]) => (name in inputFacts ? [[name as InputName, { value }]] : []));
  return { ...base, inputs: { ...base.inputs, ...Object.fromEntries(changed) } };
}

function draw(): void {
  const isFile = moved.size === 0 && chosenOffenders.selectedIndex === 0;
  const drawn = isFile
    ? data.drawn
    : drawnUnder(
        evidence,
        current(),
        total,
        { seed: inputs.seed, draws },
        { falsePositive: moved.get('falsePositive') },
      );
  const put = (id: string, options: (width: number) => Plot.PlotOptions, label: string): void => {
    const place = element<HTMLElement>(`#${id}`);
    const svg = Plot.plot(options(Math.max(320, place.clientWidth)));
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
    place.replaceChildren(svg);
  };
  put('plot-recovered', (width) => recoveredPlot(drawn, total, width), 'Reports recovered by each strategy');
  put('plot-accounts', (width) => pricePlot(drawn, 'innocentAccounts', accounts, width), 'Innocent accounts flagged');
  put('plot-reviewers', (width) => pricePlot(drawn, 'reviewers', 1e7, width), 'People who review');
}

/** One drawing for as many movements as happen while the last one was drawn. */
let waiting = false;
function soon(): void {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    draw();
  }, 30);
}

for (const slider of sliders) {
  const input = element<HTMLInputElement>(`#slider-${slider.name}`);
  const output = element<HTMLOutputElement>(`#value-${slider.name}`);
  const start = { position: input.value, text: output.value };
  input.addEventListener('input', () => {
    const value = valueAt(slider, Number(input.value));
    moved.set(slider.name, value);
    output.value = written(slider.unit, value);
    soon();
  });
  element('#reset').addEventListener('click', () => {
    input.value = start.position;
    output.value = start.text;
  });
}
element('#reset').addEventListener('click', () => {
  moved.clear();
  chosenOffenders.selectedIndex = 0;
  soon();
});
chosenOffenders.addEventListener('change', soon);
addEventListener('resize', soon);
element<HTMLElement>('#sliders').hidden = false;
draw();
