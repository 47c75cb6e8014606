/** Events since the letter, as data: `experiments/tradeoff/record.yaml`. */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const Text = Type.String({ minLength: 1 });
const Year = Type.Integer({ minimum: 1990, maximum: 2100 });
const Source = Type.String({ minLength: 1, description: 'a key of /sources' });

export const PublicRecord = Type.Object(
  {
    version: Type.Literal(1),
    reports: Type.Object(
      {
        what: Text,
        series: Type.Array(
          Type.Object(
            {
              name: Text,
              year: Year,
              millions: Type.Number({ minimum: 0 }),
              unit: Type.Enum(['reports', 'bundled reports', 'incidents']),
              source: Source,
            },
            closed,
          ),
          { minItems: 1 },
        ),
        note: Text,
      },
      closed,
    ),
    losses: Type.Array(
      Type.Object(
        {
          name: Text,
          kind: Type.Enum(['predicted', 'observed']),
          share: Type.Number({ minimum: 0, maximum: 1 }),
          of: Text,
          source: Source,
        },
        closed,
      ),
    ),
    confounders: Type.Array(Text),
    downstream: Type.Object(
      {
        what: Text,
        series: Type.Array(
          Type.Object({ year: Year, k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 1 }) }, closed),
        ),
        source: Source,
        note: Text,
      },
      closed,
    ),
    sources: Type.Record(
      Type.String(),
      Type.Object({ text: Text, url: Type.Optional(Type.String({ pattern: '^https://' })) }, closed),
    ),
  },
  { ...closed, title: 'presend public record' },
);
export type PublicRecord = Static<typeof PublicRecord>;
