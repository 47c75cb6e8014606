/** The threshold slider of a run. It moves the ROC point, detection, false alarms and the letter's numbers together. */
import type { Proportion } from '../../../metric/interval.ts';
import { scaled } from '../../../metric/tradeoff/simulate.ts';
import { type Bounds, fraction, intervalCell, notMeasured, percent, si } from '../../../report/format.ts';
import type { Scores } from '../../../schema/scores.ts';
import type { TradeoffInputsFile } from '../../../schema/tradeoff-inputs.ts';
import { element, required } from '../dom.ts';
import { putPlot } from '../plot.ts';
import { Letter, movingDraws, restingDraws } from './letter.ts';
import { curveOf, type Filter, numbersAt, sampleOf } from './numbers.ts';
import { type CurvePoint, letterOptions, ratesOptions, rocOptions } from './plots.ts';

/** A rate as displayed text, with its uncertainty. */
const rateText = (rate: Proportion): string =>
  rate.n === 0
    ? 'no picture fits'
    : `${percent(rate.estimate!, true)} · ${fraction(rate)} · [${percent(rate.low, true)}, ${percent(rate.high, true)}]`;

/** An interval as displayed text. */
const intervalText = (interval: Bounds | null): string => intervalCell(interval, '').plain;

/** A threshold as displayed text. */
const thresholdText = (threshold: number, bits: number): string =>
  threshold < 0 ? 'nothing: even distance 0 is not taken for a match' : `${threshold} of ${bits} bits`;

/** Fills the slider section of a run's page. */
export async function startThreshold(section: HTMLElement): Promise<void> {
  const state = required<HTMLElement>('#threshold-state', section);
  const fetched = async <T>(address: string): Promise<T> => {
    const reply = await fetch(address);
    if (!reply.ok) throw new Error(((await reply.json()) as { error?: string }).error ?? reply.statusText);
    return (await reply.json()) as T;
  };
  try {
    const [scores, inputs] = await Promise.all([
      fetched<Scores>(`/api/runs/${encodeURIComponent(section.dataset.run!)}/scores`),
      fetched<TradeoffInputsFile>(`/api/runs/${encodeURIComponent(section.dataset.run!)}/tradeoff-inputs`),
    ]);
    build(section, scores, new Letter(inputs));
    state.textContent = sentence(scores);
  } catch (error) {
    state.textContent = `No scores to show: ${error instanceof Error ? error.message : error}`;
  }
}

const sentence = ({ kind }: Scores): string =>
  `${
    kind === 'tradeoff'
      ? 'Evaluation pictures of this run against its list; false alarms are unedited innocent pictures that match.'
      : 'Evaluation pictures of this run: edited copies against their own originals; false alarms are originals that match one of another group, as if the list were all other originals.'
  } The letter’s numbers follow if the server had scanned with this hash at the threshold as calibrated, and devices scanned at the one set here, under the inputs of the run; a list as long as those inputs say.`;

const select = (id: string, label: string, options: readonly (readonly [string, string])[], change: () => void) => {
  const box = element(
    'select',
    { id },
    options.map(([value, text]) => element('option', { value }, [text])),
    {
      onchange: change,
    },
  );
  return { box, field: element('label', { for: id }, [label, box]) };
};

function build(section: HTMLElement, scores: Scores, letter: Letter): void {
  const sets = [...new Set(scores.edits.map(({ set }) => set))];
  const refilter = (): void => {
    const hash = scores.hashes[Number(hashes.box.value)]!;
    slider.max = String(hash.bits);
    chosenButton.disabled = hash.chosen === null;
    authorsButton.disabled = hash.authors === null;
    fillEdits();
    curve = undefined;
    draw(true);
  };
  const hashes = select(
    'filter-hash',
    'hash',
    scores.hashes.map(({ name }, i) => [String(i), name]),
    () => {
      slider.value = String(startOf(scores, Number(hashes.box.value)));
      refilter();
    },
  );
  const set = select(
    'filter-set',
    'set of edits',
    sets.map((each) => [each, each]),
    () => refilter(),
  );
  const edit = select('filter-edit', 'edit', [], () => refilter());
  const topic = select(
    'filter-topic',
    'topic',
    [['', 'all topics'], ...scores.topics.map((each) => [each, each] as const)],
    () => refilter(),
  );
  function fillEdits(): void {
    const before = edit.box.value;
    const labels = scores.edits.filter((each) => each.set === set.box.value).map(({ label }) => label);
    const shown = scores.kind === 'tradeoff' ? labels : labels.filter((label) => label !== 'none');
    edit.box.replaceChildren(
      element('option', { value: '' }, ['all edits']),
      ...shown.map((label) => element('option', { value: label }, [label === 'none' ? 'as sent' : label])),
    );
    if (shown.includes(before)) edit.box.value = before;
  }
  const slider = element('input', { type: 'range', id: 'threshold-bits', min: -1, step: 1, value: startOf(scores, 0) });
  const said = element('output', { for: 'threshold-bits', id: 'threshold-value', 'aria-live': 'off' });
  // One sentence once the hand rests: numbers that were read at each step would never end.
  const spoken = element('p', { class: 'unseen', id: 'threshold-said', role: 'status' });
  const jump = (text: string, of: 'chosen' | 'authors'): HTMLButtonElement =>
    element('button', { type: 'button', class: 'button' }, [text], {
      onclick() {
        slider.value = String(scores.hashes[Number(hashes.box.value)]![of] ?? 0);
        draw(true);
      },
    });
  const chosenButton = jump('as calibrated', 'chosen');
  const authorsButton = jump('the authors’', 'authors');
  const tile = (id: string, what: string) => {
    const value = element('dd', { id });
    return { what, value, box: element('div', {}, [element('dt', {}, [what]), value]) };
  };
  const tiles = {
    detection: tile('number-detection', 'listed pictures found'),
    alarms: tile('number-alarms', 'false alarms, of innocent pictures'),
    recovered: tile('number-recovered', `reports recovered, of ${si(letter.lost)} lost`),
    accounts: tile('number-accounts', 'innocent accounts flagged in a year'),
  };
  const plots = ['roc', 'rates', 'letter'].map((name) => element('div', { id: `plot-${name}`, class: 'live' }));
  section.append(
    element('div', { class: 'fields' }, [hashes.field, sets.length > 1 && set.field, edit.field, topic.field]),
    element('div', { class: 'slide' }, [
      element('label', { for: 'threshold-bits' }, ['threshold: a match is at most ', said]),
      slider,
      element('div', { class: 'fields' }, [chosenButton, authorsButton]),
    ]),
    element(
      'dl',
      { class: 'numbers' },
      Object.values(tiles).map(({ box }) => box),
    ),
    spoken,
    element('div', { class: 'plots' }, plots),
  );

  let curve: readonly CurvePoint[] | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;
  function draw(rested: boolean): void {
    const threshold = Number(slider.value);
    const filter: Filter = {
      hash: Number(hashes.box.value),
      set: set.box.value,
      edit: edit.box.value || undefined,
      topic: topic.box.value || undefined,
    };
    const sample = sampleOf(scores, filter);
    curve ??= curveOf(sample).map((point) => ({
      ...point,
      ...letter.middle(numbersAt(sample, point.thresholdBits).evidence),
    }));
    const at = curve[threshold + 1]!;
    const { detection, falseAlarms, evidence } = numbersAt(sample, threshold);
    const words = thresholdText(threshold, sample.bits);
    said.textContent = words;
    slider.setAttribute('aria-valuetext', words);
    tiles.detection.value.textContent = rateText(detection);
    tiles.alarms.value.textContent = rateText(falseAlarms);
    const { recovered, innocentAccounts } = letter.under(evidence, rested ? restingDraws : movingDraws);
    tiles.recovered.value.textContent = recovered
      ? intervalText(scaled(recovered, letter.lost))
      : `${notMeasured}: listed or new pictures are missing`;
    tiles.accounts.value.textContent = innocentAccounts
      ? intervalText(innocentAccounts)
      : `${notMeasured}: innocent pictures are missing`;
    if (rested)
      spoken.textContent = `Threshold ${words}: ${Object.values(tiles)
        .map(({ what, value }) => `${what} ${value.textContent}`)
        .join('; ')}.`;
    section.dataset.draws = String(rested ? restingDraws : movingDraws);
    const width = Math.max(300, Math.min(520, plots[0]!.clientWidth || 420));
    const name = `${scores.run}-${scores.hashes[filter.hash]!.name}`;
    putPlot(plots[0]!, rocOptions(curve, at, falseAlarms.n, width), 'ROC with the threshold on it', `${name}-roc`);
    putPlot(plots[1]!, ratesOptions(curve, at, width), 'Detection and false alarms by threshold', `${name}-rates`);
    putPlot(
      plots[2]!,
      letterOptions(curve, at, letter.lost, width),
      'Reports recovered against innocent accounts',
      `${name}-letter`,
    );
    clearTimeout(resting);
    if (!rested) resting = setTimeout(() => draw(true), 200);
  }
  slider.addEventListener('input', () => draw(false));
  addEventListener('resize', () => draw(true));
  refilter();
}

/** Start position: the threshold chosen on calibration, but at most that of the hash's authors, as strategies use it. */
const startOf = ({ hashes }: Scores, hash: number): number => {
  const { chosen, authors } = hashes[hash]!;
  return Math.min(chosen ?? authors ?? 0, authors ?? chosen ?? 0);
};
