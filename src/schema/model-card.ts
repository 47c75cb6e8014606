/** Model cards: models/<name>/card.json. They state what a model is, its source, its input and output, and its limits. */
import { type Static, Type } from 'typebox';

const Text = Type.String({ minLength: 1 });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

const common = {
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
  summary: Text,
  source: Type.String({ minLength: 1, description: 'where the weights come from' }),
  licence: Text,
  sha256: Sha256,
  input: Type.Union([
    Text,
    Type.Object({
      width: Type.Integer({ minimum: 1 }),
      height: Type.Integer({ minimum: 1 }),
      channels: Type.Integer({ minimum: 1 }),
      range: Type.Tuple([Type.Number(), Type.Number()]),
    }),
  ]),
  preprocessing: Type.String({ minLength: 1, description: 'how pixels become the input: kernel, range, channels' }),
  limits: Type.Array(Text, { minItems: 1 }),
} as const;

const Labels = Type.Array(Text, { minItems: 2, uniqueItems: true, description: 'in the order of the scores' });

/** A network that scores pictures. */
const NetworkCard = Type.Object({
  ...common,
  kind: Type.Literal('network'),
  labels: Labels,
  embedding: Type.Object({ node: Text, length: Type.Integer({ minimum: 1 }), note: Text }),
  onnx: Type.Optional(
    Type.Object(
      {
        file: Type.Union([Text, Type.Null()], {
          description: 'beside the card; null if it is converted when it is loaded',
        }),
        sha256: Sha256,
        bytes: Type.Integer({ minimum: 1 }),
        note: Text,
      },
      { description: 'the same network as an ONNX file' },
    ),
  ),
});

/** A head that presend trained on the embedding of a network. */
export const HeadCard = Type.Object({
  ...common,
  kind: Type.Literal('head'),
  labels: Labels,
  network: Type.Object({ name: Text, sha256: Sha256 }),
  trainedOn: Type.Object({ name: Text, sha256: Sha256, source: Text, licence: Text }),
});
export type HeadCard = Static<typeof HeadCard>;

/** Weights that turn pictures, or embeddings, into bits. */
const HashCard = Type.Object({ ...common, kind: Type.Literal('hash'), reference: Text });

/** Any card; it contains the measurements that the model requires. */
export const ModelCard = Type.Union([NetworkCard, HeadCard, HashCard], { title: 'presend model card' });
export type ModelCard = Static<typeof ModelCard>;

/** The schema of each kind of card, so that messages name the wrong key. */
export const cardSchemas = { network: NetworkCard, head: HeadCard, hash: HashCard } as const;
