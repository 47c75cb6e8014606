/**
 * A back-test of the trade-off model: episodes that happened, what was known before each began, and what was counted afterwards. The file is
 * `experiments/backtest/episodes.yaml`; the result is what `presend backtest --json` prints.
 */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';
import { drawMembers } from './tradeoff-inputs.ts';

const Text = Type.String({ minLength: 1 });
const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' });
const Url = Type.String({ pattern: '^https?://' });

/** A day; of a month, the whole month is meant. */
const When = Type.String({ pattern: '^\\d{4}-\\d{2}(-\\d{2})?$', description: 'YYYY-MM-DD, or YYYY-MM' });

/** Where a number stands, and from when on anybody could know it. */
const Publication = Type.Object(
  {
    text: Text,
    url: Url,
    published: Type.String({ ...When, description: 'when the number became public: YYYY-MM-DD, or YYYY-MM' }),
  },
  closed,
);
export type Publication = Static<typeof Publication>;

/** An input of a prediction: published before the episode began, or assumed. */
export const BacktestInput = Type.Object(
  {
    ...drawMembers,
    beta: Type.Optional(
      Type.Tuple([Type.Number({ minimum: 0.001, maximum: 1e12 }), Type.Number({ minimum: 0.001, maximum: 1e12 })], {
        description: 'draw from Beta(a, b) instead',
      }),
    ),
    working: Type.Optional(Type.String({ minLength: 1, description: 'how the value follows from what was published' })),
    assumed: Type.Optional(Type.String({ minLength: 1, description: 'what of it nobody published, and why this' })),
    sources: Type.Optional(
      Type.Array(Publication, { minItems: 1, description: 'each published before the episode began' }),
    ),
  },
  closed,
);
export type BacktestInput = Static<typeof BacktestInput>;

/** One way in which the model predicts the quantity. */
const BacktestPrediction = Type.Object(
  {
    name: Text,
    mechanism: Type.String({ minLength: 1, description: 'the formula, by its name' }),
    inputs: Type.Record(Type.String(), BacktestInput),
  },
  closed,
);

const Counted = Type.Object(
  {
    what: Text,
    value: Type.Number(),
    working: Type.Optional(Text),
    sources: Type.Array(Publication, { minItems: 1 }),
  },
  closed,
);
const NotMeasured = Type.Object(
  { notMeasured: Type.String({ minLength: 1, description: 'why there is no number' }) },
  closed,
);

/** Something that happened. */
const Episode = Type.Object(
  {
    name: Name,
    title: Text,
    begins: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'the first day: YYYY-MM-DD' }),
    quantity: Type.String({ minLength: 1, description: 'what is predicted, and what was counted' }),
    unit: Type.Enum(['reports', 'share', 'ratio']),
    predictions: Type.Array(BacktestPrediction, { minItems: 1 }),
    observed: Type.Union([Type.Array(Counted, { minItems: 1 }), NotMeasured]),
    confounders: Type.Array(Text, { minItems: 1, description: 'what else changed, and what the number does not say' }),
  },
  closed,
);
export type Episode = Static<typeof Episode>;

export const BacktestFile = Type.Object(
  {
    version: Type.Literal(1),
    seed: Type.Integer({ minimum: 0 }),
    episodes: Type.Array(Episode, { minItems: 1 }),
  },
  { ...closed, title: 'presend back-test' },
);
export type BacktestFile = Static<typeof BacktestFile>;

const Predicted = Type.Object(
  { median: Type.Number(), low: Type.Number(), high: Type.Number() },
  { ...closed, description: 'median and 95 % interval of the draws' },
);
export type Predicted = Static<typeof Predicted>;

const Verdict = Type.Union([
  Type.Object({ is: Type.Literal('inside') }, closed),
  Type.Object(
    {
      is: Type.Literal('outside'),
      direction: Type.Enum(['too low', 'too high']),
      factor: Type.Union([Type.Number(), Type.Null()], {
        description: 'between the median and what was counted, 1 or more; null where one of them is not above 0',
      }),
      beyond: Type.Union([Type.Number(), Type.Null()], {
        description: 'the same for the nearer end of the interval',
      }),
    },
    closed,
  ),
  Type.Object({ is: Type.Literal('not measured'), why: Text }, closed),
]);
export type Verdict = Static<typeof Verdict>;

const Judgement = Type.Object(
  {
    episode: Name,
    prediction: Text,
    predicted: Predicted,
    observed: Type.Union([Type.Object({ what: Text, value: Type.Number() }, closed), Type.Null()]),
    verdict: Verdict,
    assumed: Type.Array(Type.String(), { description: 'inputs of the prediction that nobody published' }),
  },
  closed,
);
export type Judgement = Static<typeof Judgement>;

/** What `presend backtest --json` prints. */
export const BacktestResult = Type.Object(
  {
    version: Type.Literal(1),
    seed: Type.Integer({ minimum: 0 }),
    draws: Type.Integer({ minimum: 1 }),
    failed: Type.Integer({ minimum: 0, description: 'judgements outside the interval' }),
    held: Type.Integer({ minimum: 0, description: 'judgements inside it' }),
    open: Type.Integer({ minimum: 0, description: 'predictions without a number to compare with' }),
    judgements: Type.Array(Judgement, { description: 'failures first, the largest factor first' }),
    episodes: Type.Array(Episode, { description: 'as in the file' }),
  },
  { ...closed, title: 'presend back-test result' },
);
export type BacktestResult = Static<typeof BacktestResult>;
