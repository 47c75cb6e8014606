/** Every available strategy, in the order of the tables. */
import { metadataSignals } from '../schema/metadata-signals.ts';
import { UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { certifiedThresholdPsi } from './certified-threshold-psi.ts';
import { clientClassifier } from './client-classifier.ts';
import { clientFilter } from './client-filter.ts';
import { clientList } from './client-list.ts';
import { clientWarn } from './client-warn.ts';
import { e2ee } from './e2ee.ts';
import { escrow } from './escrow.ts';
import { ghost } from './ghost.ts';
import { hashUpload } from './hash-upload.ts';
import { hybrid } from './hybrid.ts';
import { oprfLookup } from './oprf-lookup.ts';
import { prefixLookup } from './prefix-lookup.ts';
import { privateMembership } from './private-membership.ts';
import { psi } from './psi.ts';
import { serverScan } from './server-scan.ts';
import { similarityBucket } from './similarity-bucket.ts';
import { splitEscrow } from './split-escrow.ts';
import type { Strategy } from './strategy.ts';
import { thresholdPsi } from './threshold-psi.ts';
import { thresholdPsiSynthetic } from './threshold-psi-synthetic.ts';
import { userReport } from './user-report.ts';
import { warnOnly } from './warn-only.ts';

export const strategies = {
  'server-scan': serverScan,
  e2ee,
  escrow,
  'split-escrow': splitEscrow,
  ghost,
  'user-report': userReport,
  'client-list': clientList,
  'client-warn': clientWarn,
  'client-filter': clientFilter,
  'oprf-lookup': oprfLookup,
  'hash-upload': hashUpload,
  'prefix-lookup': prefixLookup,
  'similarity-bucket': similarityBucket,
  psi,
  'private-membership': privateMembership,
  'threshold-psi': thresholdPsi,
  'threshold-psi-synthetic': thresholdPsiSynthetic,
  'certified-threshold-psi': certifiedThresholdPsi,
  'client-classifier': clientClassifier,
  hybrid,
} as const satisfies Record<string, Strategy>;

/** The strategy that only sends encrypted messages; byte counts of the others are differences from it. */
export const bytesBaseline: Strategy = Object.values<Strategy>(strategies).find((each) => each.bytesBaseline)!;

export type StrategyName = keyof typeof strategies;

/**
 * The strategy of that name, for example 'client-list', or a variant such as 'client-list:warn'. If there is none, a UserError suggests the
 * nearest name.
 */
export function strategyByName(name: string): Strategy {
  const [base = '', variant, ...rest] = name.split(':');
  if (base === metadataSignals.name)
    throw new UserError(
      `${metadataSignals.id} ${metadataSignals.name} decides on accounts and scans no message; measure it with: presend run metadata`,
    );
  const strategy = lookUp<Strategy>(strategies, 'strategy', base);
  if (variant === undefined) return strategy;
  const warns = warnOnly(strategy);
  const variants = { ...strategy.variants, ...(warns ? { warn: warns } : {}) };
  return lookUp<Strategy>(variants, `variant of strategy ${base}`, [variant, ...rest].join(':'));
}
