/** A back-test for the terminal, in Markdown and on a page: what failed first. */
import { integer, notMeasured, percent, si } from '../report/format.ts';
import { table, text } from '../report/markdown.ts';
import { plainTable } from '../report/page/blocks.ts';
import { html } from '../report/page/html.ts';
import { pageText } from '../report/page/shell.ts';
import { wrap } from '../report/table.ts';
import type { BacktestInput, BacktestResult, Episode, Judgement } from '../schema/backtest.ts';
import { printable } from '../util/printable.ts';

const question = 'Does the model predict what happened?';
const footer = 'A report is not a case, and a prediction that held is no proof of its mechanism.';

/** How many came out how, in one sentence. */
export const counts = ({ failed, held, open }: BacktestResult): string =>
  `${failed} of ${failed + held} comparisons are outside the 95 % interval of their prediction, ${held} inside; ${open} cannot be made yet. They share inputs, and are not independent.`;

/** Three digits of a number that may be small; from 1,000 on with a suffix. */
const short = (value: number): string => (Math.abs(value) < 1000 ? String(Number(value.toPrecision(3))) : si(value));

/** A factor with two digits or three. */
const times = (factor: number): string => `${Number(factor.toPrecision(factor < 2 ? 3 : 2))}×`;

/** A predicted number in the episode's unit. */
export function amount(value: number, unit: Episode['unit']): string {
  if (unit === 'share') return percent(value);
  return unit === 'ratio' ? value.toFixed(2) : si(value);
}

/** What was predicted, with its interval; one number where the inputs leave no room. */
function predictedText({ median, low, high }: Judgement['predicted'], unit: Episode['unit']): string {
  const [middle, from, to] = [median, low, high].map((each) => amount(each, unit));
  return from === to ? middle! : `${middle} [${from}, ${to}]`;
}

/** The verdict in words; how wide the interval is says what 'inside' is worth. */
export function verdictText({ verdict, predicted: { low, high } }: Judgement): string {
  if (verdict.is === 'not measured') return 'not measured yet';
  if (verdict.is === 'inside')
    return `inside; the interval spans ${low > 0 ? times(high / low) : 'everything down to 0'}`;
  const { direction, factor, beyond } = verdict;
  if (factor === null) return direction;
  const apart = beyond === null || times(beyond) === times(factor) ? '' : `, ${times(beyond)} beyond the interval`;
  return `${direction}, by ${times(factor)}${apart}`;
}

const observedText = ({ observed }: Judgement, unit: Episode['unit']): string =>
  observed === null ? notMeasured : `${countedText(observed.value, unit)}, ${observed.what}`;

/** A number that was counted, in full. */
const countedText = (value: number, unit: Episode['unit']): string =>
  unit === 'reports' ? integer(value) : amount(value, unit);

/** The value of an input, with what it is drawn from. */
function drawText({ value, beta, uniform, logUniform }: BacktestInput): string {
  const ends = uniform ?? logUniform;
  const range = ends ? ` [${ends.map(short).join(', ')}]` : beta ? ` Beta(${beta.join(', ')})` : '';
  return `${short(value)}${range}`;
}

/** An input with when its sources were published. */
function inputText(name: string, input: BacktestInput): string {
  const { sources, assumed } = input;
  const dates = [...new Set(sources?.map(({ published }) => published))];
  const known = dates.length > 0 ? ` (${dates.join(', ')})` : '';
  return `${name} ${drawText(input)}${known}${assumed === undefined ? '' : ', assumed'}`;
}

const inputsText = (inputs: Readonly<Record<string, BacktestInput>>): string =>
  Object.entries(inputs)
    .map(([name, input]) => inputText(name, input))
    .join('; ') || 'no inputs';

/** The episode and the prediction of a judgement. */
function partsOf(result: BacktestResult, judgement: Judgement) {
  const episode = result.episodes.find(({ name }) => name === judgement.episode)!;
  return { episode, prediction: episode.predictions.find(({ name }) => name === judgement.prediction)! };
}

const head = ['episode', 'prediction', 'predicted', 'counted', 'verdict'];
const rows = (result: BacktestResult): string[][] =>
  result.judgements.map((judgement) => {
    const { episode } = partsOf(result, judgement);
    return [
      episode.title,
      judgement.prediction,
      predictedText(judgement.predicted, episode.unit),
      observedText(judgement, episode.unit),
      verdictText(judgement),
    ];
  });

const inputsHead = ['episode', 'input', 'value', 'published', 'source', 'working', 'assumed'];

/** Every input and every outcome once an episode, with its sources. */
function sourceRows({ episodes }: BacktestResult): { cells: string[]; urls: string[] }[] {
  return episodes.flatMap(({ name, begins, unit, predictions, observed }) => {
    const seen = new Map<string, { cells: string[]; urls: string[] }>();
    const add = (what: string, value: string, input: Pick<BacktestInput, 'sources' | 'working' | 'assumed'>): void => {
      const { sources = [], working = '', assumed = '' } = input;
      const dates = sources.map(({ published }) => published).join('; ');
      const cells = [
        `${name}, begins ${begins}`,
        what,
        value,
        dates,
        sources.map((each) => each.text).join('; '),
        working,
        assumed,
      ];
      seen.set(JSON.stringify(cells), { cells, urls: sources.map(({ url }) => url) });
    };
    for (const { inputs } of predictions)
      for (const [input, given] of Object.entries(inputs)) add(input, drawText(given), given);
    if (!('notMeasured' in observed))
      for (const each of observed) add(`counted: ${each.what}`, countedText(each.value, unit), each);
    return [...seen.values()];
  });
}

/** The result on a terminal. Ends in a newline. */
export function backtestTerminal(result: BacktestResult, columns = 120): string {
  const judged = result.judgements.map((judgement) => {
    const { episode, prediction } = partsOf(result, judgement);
    const line = (words: string): string => wrap(`    ${printable(words)}`, columns);
    return [
      wrap(`${verdictText(judgement)}: ${printable(episode.title)}`, columns),
      line(`${episode.quantity}; prediction: ${judgement.prediction}`),
      line(
        `predicted ${predictedText(judgement.predicted, episode.unit)}; counted: ${observedText(judgement, episode.unit)}`,
      ),
      line(`public before ${episode.begins}: ${inputsText(prediction.inputs)}`),
      ...(judgement.verdict.is === 'not measured' ? [line(judgement.verdict.why)] : []),
    ].join('\n');
  });
  const others = result.episodes.map(({ title, confounders }) =>
    [wrap(printable(title), columns), ...confounders.map((each) => wrap(`  - ${printable(each)}`, columns))].join('\n'),
  );
  return `${[wrap(counts(result), columns), ...judged, 'What else changed', ...others, wrap(footer, columns)].join('\n\n')}\n`;
}

/** The verdicts in Markdown. */
export const verdictTable = (result: BacktestResult): string =>
  [
    `**${counts(result)}**`,
    table(
      head.map(text),
      rows(result).map((cells) => cells.map(text)),
      false,
    ),
    `Medians and 95 % intervals of ${si(result.draws)} draws, seed ${result.seed}. ${footer}`,
  ].join('\n\n');

/** The tables in Markdown. */
export function backtestMarkdown(result: BacktestResult): string {
  const parts = [
    verdictTable(result),
    '### Inputs and outcomes, with the day they became public',
    table(
      inputsHead.map(text),
      sourceRows(result).map(({ cells, urls }) =>
        cells.map((cell, i) => (i === 4 ? [text(cell), ...urls.map((url) => `<${url}>`)].join(' ') : text(cell))),
      ),
      false,
    ),
    '### What else changed',
    ...result.episodes.map(({ title, confounders }) =>
      [`**${text(title)}**`, '', ...confounders.map((each) => `- ${text(each)}`)].join('\n'),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The result as one page; `command` is what made it. */
export const backtestPage = (result: BacktestResult, command: string): string =>
  pageText({
    experiment: 'backtest',
    runId: command,
    question,
    findings: [{ label: 'Verdicts', text: counts(result) }],
    sections: [
      ['verdicts', 'Predicted and counted', plainTable('Predicted and counted', head, rows(result))],
      [
        'sources',
        'Inputs and outcomes',
        plainTable(
          'Inputs and outcomes',
          inputsHead,
          sourceRows(result).map(({ cells, urls }) =>
            cells.map((cell, i) =>
              i === 4 ? html`${cell}${urls.map((url, j) => html` <a href="${url}">[${String(j + 1)}]</a>`)}` : cell,
            ),
          ),
        ),
      ],
      [
        'confounders',
        'What else changed',
        html`${result.episodes.map(
          ({ title, confounders }) =>
            html`<h3>${title}</h3><ul>${confounders.map((each) => html`<li>${each}</li>`)}</ul>`,
        )}`,
      ],
    ],
    footer,
  });
