/** A head: a small network on the embedding of another, trained by presend; the format of models/<name>/head.json. */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 60 });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Floats = (description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9+/]*=*$', description: `${description}; little-endian 32-bit floats in base64` });

/** A dense layer: activation(input · weights + bias). */
export const HeadLayer = Type.Object(
  {
    inputs: Type.Integer({ minimum: 1, maximum: 65_536 }),
    outputs: Type.Integer({ minimum: 1, maximum: 65_536 }),
    activation: Type.Enum(['relu', 'none']),
    weights: Floats('inputs × outputs, row by row'),
    bias: Floats('one an output'),
  },
  closed,
);
export type HeadLayer = Static<typeof HeadLayer>;

export const Head = Type.Object(
  {
    version: Type.Literal(1),
    name: Name,
    kind: Type.Enum(['logistic', 'mlp']),
    network: Type.Object(
      {
        name: Type.String({ minLength: 1, description: 'the classifier whose embedding it reads' }),
        sha256: Sha256,
        embeddingLength: Type.Integer({ minimum: 1, maximum: 65_536 }),
      },
      closed,
    ),
    labels: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 2,
      uniqueItems: true,
      description: 'in the order of the last layer’s outputs',
    }),
    layers: Type.Array(HeadLayer, { minItems: 1, maxItems: 4 }),
    temperature: Type.Number({
      // With a smaller or larger divisor, logits overflow.
      minimum: 1e-6,
      maximum: 1e6,
      description: 'logits are divided by it before the softmax, so that scores are probabilities',
    }),
  },
  { ...closed, title: 'presend head' },
);
export type Head = Static<typeof Head>;
