/** The file with a provider's secrets for one blinded table, which it must neither lose nor disclose. */

import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const key = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description });

export const TableSecrets = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    list: Type.String({ description: 'root of the list that is blinded' }),
    epoch: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
    // A thousand slots per entry are more than enough: a smaller load would require a table that exceeds memory.
    load: Type.Number({ minimum: 0.001, exclusiveMaximum: 0.5 }),
    alpha: key('opens the vouchers of matches'),
    dummyKey: key('opens the dummies to auditors'),
  },
  closed,
);
export type TableSecrets = Static<typeof TableSecrets>;
