/** A published number, how its authors obtained it, and the criterion for reproducing it, which is fixed before anything is run. */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const Text = Type.String({ minLength: 1 });

/** One published value. It has exactly one of `digits` and `within`, unless only an order is claimed. */
export const PublishedValue = Type.Object(
  {
    what: Type.String({ minLength: 1, description: 'names the value; ours has the same name' }),
    value: Type.Union([Type.Number(), Type.Null()], {
      description: 'as published; null where only an order or a bound was',
    }),
    digits: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 12,
        description: 'ours, rounded to so many significant digits, must be the same',
      }),
    ),
    within: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], { description: 'ours must lie between the two, ends included' }),
    ),
    unit: Type.Optional(Text),
  },
  closed,
);
export type PublishedValue = Static<typeof PublishedValue>;

/** `experiments/reproduce/targets/<name>.yaml`. */
export const Reproduction = Type.Object(
  {
    version: Type.Literal(1),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    rank: Type.Optional(Type.Integer({ minimum: 1, description: 'place among the most wanted' })),
    claim: Type.String({ minLength: 1, description: 'one sentence' }),
    source: Type.Object(
      {
        text: Text,
        url: Type.Optional(Type.String({ pattern: '^https://' })),
        read: Type.Enum(['the source itself', 'quoted by others', 'derived from the source', 'own pilot'], {
          description: 'how the published value is known; nothing that was only recalled',
        }),
      },
      closed,
    ),
    protocol: Type.String({ minLength: 1, description: 'what was done there, and what is done here' }),
    measure: Type.String({ minLength: 1, description: 'the function that works ours out' }),
    needs: Type.Enum(['nothing', 'photographs']),
    published: Type.Array(PublishedValue, { minItems: 1 }),
    order: Type.Optional(
      Type.Array(Type.String(), { minItems: 2, description: 'values that must come in this order, the largest first' }),
    ),
    tolerance: Type.String({ minLength: 1, description: 'why this much may differ' }),
    notComparable: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'why ours is not the same quantity; no verdict on the number is given then',
      }),
    ),
    flaw: Type.Optional(
      Type.String({ minLength: 1, description: 'what is wrong with their protocol; corrected values stand beside' }),
    ),
  },
  { ...closed, title: 'presend reproduction target' },
);
export type Reproduction = Static<typeof Reproduction>;
