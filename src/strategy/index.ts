/** Every strategy that runs, in the order in which tables list them. */
import { lookUp } from '../util/registry.ts';
import { clientClassifier } from './client-classifier.ts';
import { clientList } from './client-list.ts';
import { clientWarn } from './client-warn.ts';
import { e2ee } from './e2ee.ts';
import { escrow } from './escrow.ts';
import { hashUpload } from './hash-upload.ts';
import { prefixLookup } from './prefix-lookup.ts';
import { serverScan } from './server-scan.ts';
import type { Strategy } from './strategy.ts';
import { userReport } from './user-report.ts';

export const strategies = {
  'server-scan': serverScan,
  e2ee,
  escrow,
  'user-report': userReport,
  'client-list': clientList,
  'client-warn': clientWarn,
  'hash-upload': hashUpload,
  'prefix-lookup': prefixLookup,
  'client-classifier': clientClassifier,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof strategies;

/** The strategy of that name; a UserError names the nearest when there is none. */
export const strategyByName = (name: string): Strategy =>
  lookUp(strategies as Record<string, Strategy>, 'strategy', name);
