/** `presend`: running experiments, reading runs, opening datasets, in Node. */
export type { Dataset, Picture } from '../dataset/dataset.ts';
export { type OpenOptions, openDataset } from '../dataset/open.ts';
export { checkAny, type ExperimentFile, readExperiment } from '../experiment/experiment-file.ts';
export { type AnyExperiment, type AnyMetrics, type KindName, kinds } from '../experiment/index.ts';
export { reloadRun } from '../experiment/reload.ts';
export { type FileReports, fileReports, terminalReport } from '../experiment/report.ts';
export { kindOf, runAny } from '../experiment/run.ts';
export type { Finished } from '../harness/kind.ts';
export { readRows } from '../harness/rows/parquet-reader.ts';
export type { RowsFile } from '../harness/rows/parquet-writer.ts';
export type { RunOptions } from '../harness/run-options.ts';
export { InterruptedError, MissingError, UserError } from '../util/errors.ts';
