/** What works a value out again. */
import type { PictureFile } from '../../dataset/picture-file.ts';
import type { Observation } from '../../schema/observation.ts';
import type { AnyMetrics } from '../kinds.ts';

/** A value of ours. */
export interface Measured {
  readonly value: number;
  /** 95 % interval, where it was sampled. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Trials behind it. */
  readonly n?: number | undefined;
  /** The same under a protocol without the flaw. */
  readonly corrected?:
    | { readonly value: number; readonly low?: number; readonly high?: number; readonly n?: number }
    | undefined;
}

/** Ours, by the names of the published values; what was not measured is left out. */
export interface Measurement {
  readonly values: Readonly<Record<string, Measured>>;
  /** On what it was measured, such as numbers and sizes of pictures; nothing for arithmetic. */
  readonly on?: string | undefined;
  readonly notes?: readonly string[] | undefined;
}

/** A finished run that measurements read. */
export interface FinishedMeasurement {
  readonly metrics: AnyMetrics;
  readonly rows: readonly Observation[];
}

/** What a measurement can ask for. */
export interface MeasureContext {
  /** The finished run of an experiment beside the targets, on the photographs; run when it is first asked for. */
  run(experiment: string): Promise<FinishedMeasurement>;
  /** The photographs, in the order of their ids. */
  photographs(): Promise<readonly PictureFile[]>;
  /** How large the photographs are, in words: levels depend on it. */
  sizes(): Promise<string>;
}

/** A measurement: arithmetic needs no context. */
export type Measure = (context: MeasureContext) => Measurement | Promise<Measurement>;

/** Values without trials behind them. */
export const exact = (values: Readonly<Record<string, number>>, notes?: readonly string[]): Measurement => ({
  values: Object.fromEntries(Object.entries(values).map(([what, value]) => [what, { value }])),
  notes,
});
