/** Raw rows of a hash-leakage run: which pictures there were, and how each attack fared on every test picture, in columns. */
import { type Static, Type } from 'typebox';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';

/** Where pictures come from: the experiment's dataset, or the miniatures. */
export const HashLeakSource = Type.Enum(['dataset', 'miniatures']);
export type HashLeakSource = Static<typeof HashLeakSource>;

/** What a picture is for. */
export const HashLeakPart = Type.Enum(['training', 'validation', 'test']);
export type HashLeakPart = Static<typeof HashLeakPart>;

/** none: the attack · shuffled: what it learns from is dealt anew · identity: it is handed the secret itself. */
export const HashLeakControl = Type.Enum(['none', 'shuffled', 'identity']);
export type HashLeakControl = Static<typeof HashLeakControl>;

const Numbers = Type.Array(Type.Number());
const Index = Type.Integer({ minimum: 0 });
const Count = Type.Integer({ minimum: 0 });
const attack = { source: HashLeakSource, hash: Type.String(), control: HashLeakControl };

/** Pictures of one source, in their order, a batch a row. */
export const HashLeakPicturesRow = Type.Object({
  row: Type.Literal('hash-leak-pictures'),
  source: HashLeakSource,
  picture: Type.Array(Type.String()),
  group: Type.Array(Type.String()),
  topic: Type.Array(Type.String()),
  part: Type.Array(HashLeakPart),
});
export type HashLeakPicturesRow = Static<typeof HashLeakPicturesRow>;

/** Guesses of the topic from one hash. */
export const HashLeakTopicRow = Type.Object({
  row: Type.Literal('hash-leak-topic'),
  ...attack,
  bits: Index,
  deep: Type.Boolean({ description: "from a network's features" }),
  attacker: Type.String({ description: 'learner chosen on the validation pictures' }),
  candidates: Type.Array(Type.Object({ name: Type.String(), right: Count }), {
    description: 'every learner tried, and how often it was right on the validation pictures',
  }),
  training: Count,
  validation: Count,
  topics: Type.Integer({ description: 'topics to choose from' }),
  likeliest: Type.Array(Type.String(), {
    description: 'topics by how common they are in training, the commonest first',
  }),
  test: Type.Array(Type.String(), { description: 'ids of the test pictures' }),
  rank: Type.Array(Type.Integer({ minimum: 1 }), { description: 'place of the true topic among the guesses' }),
});
export type HashLeakTopicRow = Static<typeof HashLeakTopicRow>;

/** What stands in for the picture behind a hash. */
export const Guess = Type.Enum(['ridge', 'nearest', 'mean', 'random', 'best']);
export type Guess = Static<typeof Guess>;

const byGuess = <S extends Parameters<typeof Type.Array>[0]>(each: S) =>
  Type.Object({ ridge: each, nearest: each, mean: each, random: each, best: each });

/** Pictures recovered from one hash; every column has a number for each test picture. */
export const HashLeakInversionRow = Type.Object({
  row: Type.Literal('hash-leak-inversion'),
  ...attack,
  control: Type.Enum(['none', 'identity']),
  bits: Index,
  penalty: Type.Number({ description: 'of the ridge decoder, chosen on the validation pictures' }),
  training: Count,
  test: Type.Array(Type.String()),
  squaredError: byGuess(Numbers),
  ssim: byGuess(Numbers),
  self: Type.Array(Type.Integer({ minimum: 0, maximum: 1 }), {
    description: 'whether the nearest gallery picture is the picture itself; only where the gallery holds it',
  }),
  classifier: Type.String({ description: 'of thumbnails: learner chosen on the validation pictures' }),
  rank: Type.Object(
    { original: Type.Array(Index), ridge: Type.Array(Index), nearest: Type.Array(Index), mean: Type.Array(Index) },
    { description: 'place of the true topic among the guesses of a classifier that looks at the thumbnail' },
  ),
});
export type HashLeakInversionRow = Static<typeof HashLeakInversionRow>;

/** The negative control of an inversion: squared errors of every test picture under each deal of hashes. */
export const HashLeakInversionControlRow = Type.Object({
  row: Type.Literal('hash-leak-inversion-control'),
  source: HashLeakSource,
  hash: Type.String(),
  training: Count,
  test: Type.Array(Type.String()),
  mean: Type.Array(Type.Number(), { description: 'of the mean picture' }),
  deals: Type.Array(Type.Object({ ridge: Numbers, nearest: Numbers, random: Numbers })),
});
export type HashLeakInversionControlRow = Static<typeof HashLeakInversionControlRow>;

/** Recovered pictures in the eyes of a network: cosine distance of its features to those of the thumbnail. */
export const HashLeakFeaturesRow = Type.Object({
  row: Type.Literal('hash-leak-features'),
  source: HashLeakSource,
  hash: Type.String(),
  classifier: Type.String(),
  test: Type.Array(Type.String()),
  distance: Type.Object({ ridge: Numbers, nearest: Numbers, mean: Numbers, random: Numbers }),
});
export type HashLeakFeaturesRow = Static<typeof HashLeakFeaturesRow>;

const Png = Type.String({ pattern: '^[A-Za-z0-9+/]+=*$', description: 'a 32 × 32 PNG in base64' });

/** One generated picture, and what each hash of it gives back. */
export const HashLeakShownRow = Type.Object({
  row: Type.Literal('hash-leak-shown'),
  source: HashLeakSource,
  picture: Type.String(),
  topic: Type.String(),
  original: Png,
  mean: Png,
  recovered: Type.Array(
    Type.Object({ hash: Type.String(), ridge: Png, nearest: Png, ridgeDb: Type.Number(), nearestDb: Type.Number() }),
  ),
});
export type HashLeakShownRow = Static<typeof HashLeakShownRow>;

/** How listed and other candidates scored with a device that wants to know which are on the list. */
export const HashLeakMembershipRow = Type.Object({
  row: Type.Literal('hash-leak-membership'),
  source: HashLeakSource,
  strategy: Type.String(),
  control: HashLeakControl,
  means: Type.String({ description: 'what the device does' }),
  listed: Type.Integer({ description: 'entries of the list' }),
  perQuery: Type.Boolean({ description: 'the provider answers each question, and can count them' }),
  scores: Type.Array(Type.Tuple([Type.Number(), Count, Count, Count]), {
    description:
      'score, the highest first; candidates with that score that are listed, that are not and choose thresholds, and that are not and are tested',
  }),
});
export type HashLeakMembershipRow = Static<typeof HashLeakMembershipRow>;

/** The rows of a hash-leakage run. */
export const hashLeakageRows = [
  refusedRow,
  rowType(HashLeakPicturesRow, ({ source, picture }) => [source, picture]),
  rowType(HashLeakTopicRow, ({ source, hash, control }) => [source, hash, control]),
  rowType(HashLeakInversionRow, ({ source, hash, control }) => [source, hash, control]),
  rowType(HashLeakInversionControlRow, ({ source, hash }) => [source, hash]),
  rowType(HashLeakFeaturesRow, ({ source, hash, classifier }) => [source, hash, classifier]),
  rowType(HashLeakShownRow, ({ source, picture }) => [source, picture]),
  rowType(HashLeakMembershipRow, ({ source, strategy, control, means }) => [source, strategy, control, means]),
];
export type HashLeakageRow = RowOf<typeof hashLeakageRows>;
