/** What a report is drawn from: metrics, the record of the run, and the wall times where they were kept. */
import type { RunRecord } from '../../schema/run-record.ts';

export type { Timings } from '../../schema/run-record.ts';
export type { Metrics } from './metrics.ts';

/** The run record as reports read it; `experimentResolved` is the experiment shown. */
export type RunSummary = RunRecord;
