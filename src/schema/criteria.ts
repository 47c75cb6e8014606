/** A set of published criteria, and which measured figures speak to each: data, so that another set is another file. */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const Text = Type.String({ minLength: 1 });

/** One figure: where it stands in the metrics of runs of one kind. */
const Figure = Type.Object(
  {
    kind: Type.String({ description: 'the kind of experiment whose runs have it' }),
    what: Type.String({ minLength: 1, maxLength: 60, description: 'head of its column' }),
    path: Type.String({
      pattern: '^[A-Za-z]+(\\[[^\\]]*\\])?(\\.[A-Za-z]+(\\[[^\\]]*\\])?)*$',
      description:
        'members of metrics.json, separated by dots; name[] goes through an array, name[member=value,…] through those of its members that have the values',
    }),
    take: Type.Optional(
      Type.Enum(['highest', 'lowest'], { description: 'of several values of a line; left out where there is one' }),
    ),
  },
  closed,
);
export type Figure = Static<typeof Figure>;

export const Criteria = Type.Object(
  {
    version: Type.Literal(1),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    title: Text,
    sources: Type.Array(Text, { minItems: 1 }),
    note: Type.String({ description: 'what a reader must know about the set' }),
    criteria: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
          name: Text,
          asks: Type.String({ minLength: 1, description: "the criterion in this project's words" }),
          named: Type.String({ minLength: 1, description: 'where it is named' }),
          figures: Type.Array(Figure),
          open: Type.Array(Text, { minItems: 1, description: 'what of it no run measures' }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, title: 'presend criteria' },
);
export type Criteria = Static<typeof Criteria>;
export type Criterion = Criteria['criteria'][number];
