/** What the real protocol did with a sample of accounts, set beside the rule "flagged from t matches on". */
import { proportion } from '../../metric/proportion.ts';
import type { VoucherAccountRow } from '../../schema/account-rows.ts';
import type { ProtocolCheck } from '../../schema/threshold-metrics.ts';
import type { ProtocolCell } from '../threshold/cells.ts';

/** Checks one threshold. Detection is promised only within the synthetic budget, so accounts beyond it stand apart. */
export function protocolCheck(
  { threshold, synthetic }: ProtocolCell,
  rows: readonly VoucherAccountRow[],
  budget: number,
): ProtocolCheck {
  const share = (of: readonly VoucherAccountRow[], holds: (row: VoucherAccountRow) => boolean) =>
    proportion(of.filter(holds).length, of.length);
  const within = rows.filter(({ syntheticVouchers }) => syntheticVouchers <= budget);
  const beyond = rows.filter(({ syntheticVouchers }) => syntheticVouchers > budget);
  const byRule = ({ detected, matches }: VoucherAccountRow): boolean => detected === matches >= threshold;
  const detected = (level: VoucherAccountRow['level']) =>
    share(
      within.filter((row) => row.level === level),
      (row) => row.detected,
    );
  const sum = (of: (row: VoucherAccountRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const [vouchers, payloads] = [sum((row) => row.vouchers), sum((row) => row.payloads)];
  return {
    threshold,
    synthetic,
    accounts: rows.length,
    vouchers,
    voucherBytes: vouchers === 0 ? null : sum(({ sentBytes }) => sentBytes) / vouchers,
    rejected: sum((row) => row.rejected),
    agreement: share(within, byRule),
    overBudget: share(beyond, byRule),
    detected: {
      below: detected('below'),
      at: detected('at'),
      above: detected('above'),
      none: detected('none'),
      burstByUpload: detected('burst-by-upload'),
      burstByHash: detected('burst-by-hash'),
    },
    otherMethod: share(
      within.filter(({ level }) => level === 'below'),
      (row) => row.otherMethod,
    ),
    counted: share(rows, ({ opened, matches }) => opened === matches),
    payloads: proportion(payloads - sum((row) => row.wrongPayloads), payloads),
  };
}
