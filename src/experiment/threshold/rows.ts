/** Raw rows about accounts: simulated ones in tallies, which lose nothing, and those of the real protocol one by one. */
import { type Static, Type } from 'typebox';
import { type RowOf, rowType } from '../../schema/row.ts';

const Count = Type.Integer({ minimum: 0 });

/** A batch of simulated accounts. */
export const AccountsRow = Type.Object({
  row: Type.Literal('accounts'),
  cell: Type.String({ description: 'id of the cell, the hash of what was simulated' }),
  batch: Count,
  accounts: Count,
  tally: Type.Array(Type.Tuple([Count, Count, Count]), {
    description:
      'pictures of an account (listed ones of an offender, all of an innocent one), matches or opened vouchers among them, and how many accounts had both',
  }),
});
export type AccountsRow = Static<typeof AccountsRow>;

/** One account through threshold private set intersection. */
export const VoucherAccountRow = Type.Object({
  row: Type.Literal('voucher-account'),
  cell: Type.String({ description: 'id of the cell, the hash of the settings' }),
  account: Type.String(),
  threshold: Count,
  synthetic: Type.Boolean({ description: 'whether synthetic vouchers are sent' }),
  level: Type.Enum(['below', 'at', 'above', 'none', 'drawn', 'burst-by-upload', 'burst-by-hash'], {
    description:
      'one match less than the threshold, as many, one more, none, as many as an offender happens to have, or as many copies of one picture, counted by upload or by hash',
  }),
  vouchers: Count,
  matches: Type.Integer({
    minimum: 0,
    description: 'vouchers of listed pictures that are not synthetic; copies count by the rule',
  }),
  syntheticVouchers: Count,
  opened: Type.Integer({
    minimum: 0,
    description: 'vouchers that open at the provider: what it can count; copies count by the rule',
  }),
  rejected: Count,
  detected: Type.Boolean({ description: 'the protocol gave the provider a payload' }),
  payloads: Type.Integer({ minimum: 0, description: 'payloads that it gave' }),
  wrongPayloads: Type.Integer({ minimum: 0, description: 'of those, not of a match or not what was put in' }),
  otherMethod: Type.Boolean({
    description: 'some other way of decoding gave a payload: a provider need not follow the protocol',
  }),
  sentBytes: Type.Integer({ minimum: 0, description: 'of all vouchers together' }),
});
export type VoucherAccountRow = Static<typeof VoucherAccountRow>;

/** The rows of a threshold run. */
export const thresholdRows = [
  rowType(AccountsRow, ({ cell, batch }) => [cell, batch]),
  rowType(VoucherAccountRow, ({ cell, account, level }) => [cell, account, level]),
];
export type ThresholdRow = RowOf<typeof thresholdRows>;
