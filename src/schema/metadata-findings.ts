/**
 * `experiments/metadata/findings.json`: what runs on metadata measured, reduced to what other experiments take from them. S12 decides on accounts, so that its line
 * in their tables comes from here, and so does an input of the letter's model.
 */
import { type Static, Type } from 'typebox';
import { closed, Nullable } from './parts.ts';
import { ClusteredRate, Rate } from './rate.ts';
import { Sha256 } from './tradeoff-inputs.ts';

const Text = Type.String({ minLength: 1 });
const Clustered = (description: string) => Type.Object(ClusteredRate.properties, { ...closed, description });
const Counted = (description: string) => Type.Object(Rate.properties, { ...closed, description });

/** A rule or a classifier, at the overlap of the file. */
const Flagging = Type.Object(
  {
    name: Text,
    kind: Type.Enum(['rule', 'classifier']),
    keepDays: Nullable(Type.Integer({ minimum: 1 })),
    targetFpr: Nullable(Type.Number()),
    found: Clustered('offending accounts flagged'),
    accused: Clustered('innocent accounts flagged'),
    shown: Counted('flagged offending accounts with something to show'),
  },
  closed,
);

/** One run, on one set of pictures. */
export const MetadataFindings = Type.Object(
  {
    run: Type.Object(
      {
        experiment: Text,
        runId: Text,
        seed: Type.Integer(),
        dataset: Type.Object({ name: Text, sha256: Text }, closed),
        metricsSha256: Sha256,
      },
      closed,
    ),
    days: Type.Integer({ minimum: 1, description: 'window of what accounts do' }),
    overlap: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'share of the offending accounts that behave like everybody, of `detectors`',
    }),
    pictures: Type.Object(
      {
        listed: Clustered('listed pictures, as accounts show them, that match'),
        innocent: Clustered('innocent ones that match'),
      },
      closed,
    ),
    shown: Type.Array(
      Type.Object(
        {
          overlap: Type.Number(),
          offending: Clustered('offending accounts with a matched picture of their own or of a group'),
        },
        closed,
      ),
      { minItems: 1, description: 'the least overlap first' },
    ),
    detectors: Type.Array(Flagging, { minItems: 1 }),
    kept: Type.Array(
      Type.Object(
        {
          keeps: Text,
          days: Type.Integer({ minimum: 0 }),
          edges: Counted('pairs who write to each other that it names'),
        },
        closed,
      ),
    ),
    contents: Counted('messages of which the view of the relay has the content'),
  },
  closed,
);
export type MetadataFindings = Static<typeof MetadataFindings>;

/** The file: a run on generated pictures, and one on photographs. */
export const MetadataFindingsFile = Type.Object(
  { what: Text, generated: MetadataFindings, photographs: Type.Optional(MetadataFindings) },
  closed,
);
export type MetadataFindingsFile = Static<typeof MetadataFindingsFile>;
