/**
 * Detector files: hashes that presend does not contain. `kind: network` is a network file (network-file.ts). `kind: program` is a program that
 * presend starts, gives pictures, and asks for hashes or vectors.
 */
import { type Static, Type } from 'typebox';
import { comparison, NetworkFile } from './network-file.ts';
import { closed } from './parts.ts';

const { version, name, summary, reference, source, licence, bits } = NetworkFile.properties;

/** How a program is run. */
const running = {
  command: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description: 'the program and its arguments, without a shell; it is started in the folder of this file',
  }),
  batch: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'pictures that wait for an answer at a time; 8' }),
  ),
  secondsPerPicture: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 3600, description: 'time limit for an answer; 10' }),
  ),
  startSeconds: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 3600,
      description: 'time limit for the first answer after a start; 60',
    }),
  ),
  restarts: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: 'starts in a row without an answer, before the run ends; 5',
    }),
  ),
} as const;

/** A program that reads `{"id", "path"}` a line and writes `{"id", "hash" | "vector" | "refused"}` a line. */
export const ProgramFile = Type.Object(
  {
    version,
    kind: Type.Literal('program'),
    name,
    summary,
    reference,
    source,
    licence,
    bits,
    vector: Type.Optional(
      Type.Object(
        {
          dimensions: Type.Integer({ minimum: 1, maximum: 65_536 }),
          seed: Type.Integer({ minimum: 0, description: 'of the random hyperplanes; each gives one bit' }),
        },
        { ...closed, description: 'the program gives vectors; left out where it gives hashes' },
      ),
    ),
    distance: Type.Enum(['hamming', 'cosine', 'l2'], {
      description:
        'hamming for hashes, and for vectors that are compared by their bits; cosine, l2: vectors are compared as they are, and by bits only where bits are needed',
    }),
    ...comparison,
    minQuality: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: 'quality from which its authors trust a hash; 0' }),
    ),
    ...running,
  },
  { ...closed, title: 'presend detector file of a program' },
);
export type ProgramFile = Static<typeof ProgramFile>;

/** A program that reads the same, and writes `{"id", "score" | "refused"}` a line: a classifier of one label. */
export const ScoreProgramFile = Type.Object(
  {
    version,
    kind: Type.Literal('program'),
    name,
    summary,
    reference,
    source,
    licence,
    score: Type.Object(
      { label: Type.String({ minLength: 1, description: 'what a high score says of a picture' }) },
      { ...closed, description: 'the program gives a score from 0 to 1' },
    ),
    ...running,
  },
  { ...closed, title: 'presend detector file of a program that gives scores' },
);
export type ScoreProgramFile = Static<typeof ScoreProgramFile>;

/** What a run states of a detector's files. */
const sha256 = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'of the detector file and the files beside it that it names',
});

/** What a run states of a program that gives scores. */
export const ScoreProgramFacts = Type.Object(
  {
    file: Type.String({ minLength: 1, description: 'path of the detector file' }),
    label: Type.String({ minLength: 1 }),
    sha256,
    source,
    licence,
  },
  closed,
);
export type ScoreProgramFacts = Static<typeof ScoreProgramFacts>;

/** Members of an experiment's object that may name a program that gives scores; `named` says what else `name` may be. */
export const scoreProgramMembers = (named: string) => ({
  name: Type.String({
    minLength: 1,
    description: `${named}path of a detector file (.yaml) of a program that gives scores`,
  }),
  program: Type.Optional(
    Type.Object(ScoreProgramFacts.properties, {
      ...closed,
      description: 'added by presend: the facts in the detector file',
    }),
  ),
});

/** How vectors are compared as they are. */
export const VectorDistance = Type.Object(
  {
    distance: Type.Enum(['cosine', 'l2'], {
      description: 'cosine: 1 - the cosine of the angle between the vectors, 0 to 2; l2: the Euclidean distance',
    }),
    threshold: Type.Number({ minimum: 0, description: 'largest distance that is a match; a multiple of the step' }),
    step: Type.Number({
      exclusiveMinimum: 0,
      description:
        'distances are counted in steps: at so many steps means above one step less, and at most at this one',
    }),
    dimensions: Type.Integer({ minimum: 1 }),
  },
  closed,
);
export type VectorDistance = Static<typeof VectorDistance>;

/** What a run states of a detector. It is enough to score its hashes without the detector. */
export const DetectorFacts = Type.Object(
  {
    name,
    kind: Type.Enum(['network', 'program']),
    file: Type.String({ minLength: 1, description: 'path of the detector file' }),
    bits,
    threshold: Type.Integer({ minimum: 0, description: 'largest distance, in bits, that is a match' }),
    vector: Type.Optional(VectorDistance),
    minQuality: Type.Integer({ minimum: 0, maximum: 100 }),
    sha256,
    source,
    licence,
  },
  closed,
);
export type DetectorFacts = Static<typeof DetectorFacts>;
