/**
 * What everybody can check before trusting a service: facts about the lists, the root of a blinded table in the public log, and public
 * keys. It never contains secrets or list entries.
 */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const Hex32 = Type.String({ pattern: '^[0-9a-f]{64}$', description: '32 bytes, hex' });
const facts = {
  name: Type.String(),
  algorithm: Type.String({ description: 'registry name of the hash' }),
  bits: Type.Integer({ minimum: 8, multipleOf: 8 }),
  version: Type.Integer({ minimum: 0 }),
};

export const PublicParameters = Type.Object(
  {
    list: Type.Object(
      { ...facts, root: Type.String({ description: 'commits to all entries' }) },
      { ...closed, description: 'the curator’s list' },
    ),
    equality: Type.Object(facts, { ...closed, description: 'the same pictures under the equality hash' }),
    tableRoot: Type.Optional(
      Type.String({ ...Hex32, description: 'root of the blinded table in the public log: devices take no other' }),
    ),
    authoriser: Type.Optional(
      Type.String({ ...Hex32, description: 'Ed25519 key of the auditors who certify blinded tables' }),
    ),
    escrow: Type.Optional(
      Type.Object(
        { kind: Type.Enum(['sole', 'split']), publicKey: Hex32 },
        { ...closed, description: 'what message keys are also sealed to' },
      ),
    ),
  },
  { ...closed, title: 'presend public parameters' },
);
export type PublicParameters = Static<typeof PublicParameters>;
