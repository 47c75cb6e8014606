/**
 * Network files: a user's own network, as a deep hash or as a classifier. They state the model, its input format, and its output. That of a deep
 * hash is also a detector file (detector-file.ts).
 */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

/** How a detector's answers are compared, in detector files of both kinds. */
export const comparison = {
  threshold: Type.Number({
    minimum: 0,
    description: 'largest distance that is a match: in bits, or in the unit of /distance for cosine and l2',
  }),
  step: Type.Optional(
    Type.Number({
      minimum: 1e-4,
      description:
        'of cosine and l2: exact distances are counted in steps of this, and thresholds are multiples of it; 0.001',
    }),
  ),
  thresholdBits: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'of cosine and l2: the largest distance in bits that is a match, where bits are needed; for cosine, if left out, the bits of the same angle',
    }),
  ),
} as const;

const Side = Type.Integer({ minimum: 1, maximum: 4096 });
const PerChannel = (description: string) =>
  Type.Union([Type.Number(), Type.Tuple([Type.Number(), Type.Number(), Type.Number()])], { description });

/** Common members of network files: the model, and its input format. */
const model = {
  version: Type.Literal(1),
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 60 }),
  summary: Type.Optional(Type.String({ minLength: 1 })),
  reference: Type.Optional(Type.String({ minLength: 1, description: 'paper or specification' })),
  source: Type.Optional(Type.String({ minLength: 1, description: 'where it was obtained' })),
  licence: Type.Optional(Type.String({ minLength: 1 })),
  format: Type.Enum(['onnx', 'tfjs'], {
    description: 'an ONNX file, or the model.json of a tfjs layers or graph model',
  }),
  model: Type.String({ minLength: 1, description: 'path, from the folder of this file' }),
  input: Type.Object(
    {
      width: Side,
      height: Side,
      layout: Type.Enum(['nchw', 'nhwc'], { description: 'channels before or after rows and columns' }),
      channels: Type.Optional(
        Type.Union([Type.Literal(1), Type.Literal(3)], { description: '3: colour (the default); 1: luma' }),
      ),
      order: Type.Optional(Type.Enum(['rgb', 'bgr'], { description: 'order of three channels; rgb' })),
      type: Type.Optional(
        Type.Enum(['float32', 'uint8'], {
          description: 'float32: (byte / 255 - mean) * scale, the default; uint8: the bytes themselves',
        }),
      ),
      resize: Type.Optional(
        Type.Enum(['bicubic', 'bilinear', 'lanczos'], { description: 'as Pillow does it, antialiased; bicubic' }),
      ),
      shorterSide: Type.Optional({
        ...Side,
        description:
          'the shorter side is resized to so many pixels, then width x height are cut from the middle; if left out, the picture is stretched',
      }),
      mean: Type.Optional(PerChannel('of float32: taken from each byte / 255, for red, green and blue or for all; 0')),
      scale: Type.Optional(PerChannel('of float32: then multiplied with; 1')),
    },
    closed,
  ),
} as const;

export const NetworkFile = Type.Object(
  {
    ...model,
    kind: Type.Optional(Type.Literal('network', { description: 'in detector files, beside those of programs' })),
    output: Type.Optional(
      Type.String({ minLength: 1, description: 'name of the output that is the embedding, where there are several' }),
    ),
    matrix: Type.Optional(
      Type.Object(
        {
          path: Type.String({
            minLength: 1,
            description: 'little-endian 32-bit floats, a row a bit; from the folder of this file',
          }),
          headerBytes: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 65_536,
              description:
                "before the floats; 0, or 128 where only then the rows have the length of the embedding (NeuralHash's file)",
            }),
          ),
        },
        { ...closed, description: 'the hyperplanes that turn the embedding into bits' },
      ),
    ),
    hyperplanes: Type.Optional(
      Type.Object(
        { seed: Type.Integer({ minimum: 0 }) },
        { ...closed, description: 'instead of a matrix: random hyperplanes, drawn from this seed' },
      ),
    ),
    signs: Type.Optional(
      Type.Object(
        {
          above: Type.Number({
            description: 'a number of the output above this is a 1: 0 for -1 and 1, 0.5 for 0 and 1',
          }),
        },
        { ...closed, description: 'instead of a matrix: each number of the output is one bit' },
      ),
    ),
    bits: Type.Integer({ minimum: 8, maximum: 4096, multipleOf: 8 }),
    distance: Type.Optional(
      Type.Enum(['hamming', 'cosine', 'l2'], {
        description:
          'hamming: embeddings are compared by their bits, the default; cosine, l2: they are compared as they are, and by bits only where bits are needed',
      }),
    ),
    dimensions: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_536, description: 'of cosine and l2: floats in the embedding' }),
    ),
    ...comparison,
  },
  { ...closed, title: 'presend network file' },
);
export type NetworkFile = Static<typeof NetworkFile>;

export const ClassifierFile = Type.Object(
  {
    ...model,
    output: Type.Optional(
      Type.String({ minLength: 1, description: 'name of the output that has the scores, where there are several' }),
    ),
    embedding: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'name of the layer, node or (ONNX) output that is the embedding; the scores’ output if not given',
      }),
    ),
    activation: Type.Enum(['none', 'softmax', 'sigmoid'], {
      description: 'what turns the output into probabilities; none where it is probabilities already',
    }),
    labels: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      description: 'in the order of the output’s floats',
    }),
  },
  { ...closed, title: 'presend classifier file' },
);
export type ClassifierFile = Static<typeof ClassifierFile>;
