/** The settings of the private-matching protocols, in experiments and in deployments. */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

/** Parameters of the private-matching protocols. */
export const ProtocolSettings = Type.Object(
  {
    matchThreshold: Type.Integer({
      minimum: 2,
      description: 'distinct matches of one account from which a threshold protocol opens them',
    }),
    syntheticShare: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'share of the pictures whose voucher is a synthetic one, in the place of the real one',
    }),
    syntheticBudget: Type.Integer({ minimum: 0, description: 'synthetic vouchers of an account that detection bears' }),
    filterBits: Type.Enum([8, 16, 32], { description: 'bits of a fingerprint in a filter on the device' }),
    bucketBits: Type.Integer({ minimum: 1, maximum: 256, description: 'hash bits that a similarity bucket samples' }),
    bucketNoise: Type.Number({ minimum: 0, maximum: 0.5, description: 'chance that a sampled bit is flipped' }),
    bucketRadius: Type.Integer({
      minimum: 0,
      description: 'distance over the sampled bits up to which entries are sent',
    }),
    bucketMemo: Type.Boolean({ description: 'a picture that is sent again gets the same coins' }),
    escrowHolders: Type.Integer({
      minimum: 2,
      maximum: 3,
      description: 'court, provider, curator: holders of a split key',
    }),
    escrowQuorum: Type.Integer({ minimum: 2, maximum: 3, description: 'holders that open together' }),
  },
  closed,
);
export type ProtocolSettings = Static<typeof ProtocolSettings>;
