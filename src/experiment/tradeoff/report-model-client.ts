/** What runs in the page of the trade-off: sliders in, plots out, by the same functions as the command line. Everything that it needs is in the page; a slider that was moved makes its input certain, one that was not keeps its distribution. */

import * as Plot from '@observablehq/plot';
import { type InputName, inputFacts, modelInputs, type TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import { withoutNames } from '../../report/page/mark-names.ts';
import type { TradeoffEvidence, TradeoffInputsFile } from '../../schema/tradeoff-inputs.ts';
import { pricePlot, recoveredPlot } from './plots-model.ts';
import {
  liveText,
  positionOf,
  positions,
  type Slider,
  sliders,
  type View,
  valueAt,
  views,
  written,
} from './report-sliders.ts';
import { type Drawn, drawnUnder } from './tables-model.ts';

/** Draws that keep up with a hand on a slider, and once it rests. */
const movingDraws = 1000;
const restingDraws = 5000;

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
/** Where one of the plots stands. */
const plots = element('.explore .first');
const chosenOffenders = element<HTMLSelectElement>('#offenders');

/** The inputs with every slider that was moved in its place. */
function current(): TradeoffInputs {
  const offenders = inputs.offenders.find(({ name }) => name === chosenOffenders.value);
  const base = modelInputs(inputs, offenders);
  const changed = [...moved].flatMap(([name, value]) => (name in inputFacts ? [[name as InputName, { value }]] : []));
  return { ...base, inputs: { ...base.inputs, ...Object.fromEntries(changed) } };
}

/** Rows keep the order in which the page came: a row that jumps cannot be followed. */
const order = data.drawn.map(({ name }) => name);
const inOrder = (drawn: readonly Drawn[]): Drawn[] =>
  drawn.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));

const isFile = (): boolean => moved.size === 0 && chosenOffenders.selectedIndex === 0;

function draw(draws: number): void {
  const drawn = isFile()
    ? data.drawn
    : inOrder(
        drawnUnder(
          evidence,
          current(),
          total,
          { seed: inputs.seed, draws },
          { falsePositive: moved.get('falsePositive') },
        ),
      );
  const put = (id: string, options: (width: number) => Plot.PlotOptions, label: string): void => {
    const svg = Plot.plot(options(Math.max(320, plots.clientWidth)));
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
    withoutNames(svg);
    element(`#${id}`).replaceChildren(svg);
  };
  put('plot-recovered', (width) => recoveredPlot(drawn, total, width), 'Reports recovered by each strategy');
  put('plot-accounts', (width) => pricePlot(drawn, 'innocentAccounts', accounts, width), 'Innocent accounts flagged');
  put('plot-reviewers', (width) => pricePlot(drawn, 'reviewers', 1e7, width), 'People who review');
  shown = drawn;
  if (draws === restingDraws || isFile()) speak();
}

/** What the plots show. */
let shown: readonly Drawn[] = data.drawn;

/** The sentence of the plot that is chosen; where it has not changed, nothing is announced. */
function speak(): void {
  const view: View = views.find(([id]) => element<HTMLInputElement>(`#view-${id}`).checked)?.[0] ?? 'recovered';
  const [result, text] = [element('#result'), liveText(shown, total, view)];
  if (result.textContent !== text) result.textContent = text;
}

/** One drawing for as many movements as happen while the last one was drawn, and one in full when the hand rests. */
let waiting = false;
let resting: ReturnType<typeof setTimeout> | undefined;
function soon(): void {
  clearTimeout(resting);
  resting = setTimeout(() => {
    keepInAddress();
    draw(restingDraws);
  }, 500);
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    draw(movingDraws);
  }, 30);
}

/** Key of the description of offenders in the address. */
const offendersKey = 'offenders';

/** What was moved goes into the fragment of the address, so that a link shows it. */
function keepInAddress(): void {
  const state = new URLSearchParams([...moved].map(([name, value]) => [name, String(Number(value.toPrecision(6)))]));
  if (chosenOffenders.selectedIndex > 0) state.set(offendersKey, String(chosenOffenders.selectedIndex));
  const text = state.toString();
  history.replaceState(null, '', text === '' ? location.pathname + location.search : `#${text}`);
}

const resets: (() => void)[] = [];
const address = new URLSearchParams(location.hash.slice(1));
for (const slider of sliders) {
  const input = element<HTMLInputElement>(`#slider-${slider.name}`);
  const output = element<HTMLOutputElement>(`#value-${slider.name}`);
  const start = { position: input.value, text: output.value };
  const say = (text: string): void => {
    output.value = text;
    input.setAttribute('aria-valuetext', text);
  };
  const move = (value: number): void => {
    moved.set(slider.name, value);
    say(written(slider.unit, value));
  };
  say(start.text);
  input.addEventListener('input', () => {
    move(valueAt(slider, Number(input.value)));
    soon();
  });
  resets.push(() => {
    input.value = start.position;
    say(start.text);
  });
  const given = address.get(slider.name);
  const value = given === null || given.trim() === '' ? Number.NaN : Number(given);
  // A value that no slider could give is somebody's slip in the address.
  if (value >= slider.low && value <= slider.high) {
    input.value = String(Math.min(positions, positionOf(slider, value)));
    move(value);
  }
}
const givenOffenders = Number(address.get(offendersKey) ?? 0);
if (Number.isInteger(givenOffenders) && givenOffenders > 0 && givenOffenders < chosenOffenders.options.length)
  chosenOffenders.selectedIndex = givenOffenders;
element('#reset').addEventListener('click', () => {
  for (const reset of resets) reset();
  moved.clear();
  chosenOffenders.selectedIndex = 0;
  soon();
});
chosenOffenders.addEventListener('change', soon);
for (const [id] of views) element(`#view-${id}`).addEventListener('change', speak);
addEventListener('resize', () => draw(restingDraws));
const own = element<HTMLDetailsElement>('#sliders');
own.hidden = false;
// Whoever opens a link with moved sliders sees them.
own.open = !isFile();
draw(restingDraws);
