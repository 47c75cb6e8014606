/** The trade-off model on an experiment's own inputs: one place for every table, page and command. */
import type { Matches } from '../../metric/false-matches.ts';
import type { Interval } from '../../metric/interval.ts';
import { inputNames, type TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import { remaining, scaled } from '../../metric/tradeoff/simulate.ts';
import type { FalseMatches, ModelInput, OffendersInput } from '../../schema/tradeoff-inputs.ts';
import type { Experiment } from './experiment.ts';

/** What the model takes, wherever it stands: in an experiment, or in an inputs file. */
export interface ModelSource {
  readonly inputs: Readonly<Record<string, ModelInput>>;
  readonly offenders?: readonly OffendersInput[] | undefined;
  readonly falseMatches?: readonly FalseMatches[] | undefined;
}

/** Inputs as the model takes them, under one description of offenders: the first unless given. */
export function modelInputs(
  { inputs, offenders, falseMatches = [] }: ModelSource,
  given?: OffendersInput,
): TradeoffInputs {
  // The first count of a rule is the one that is used; others stand beside it.
  const rules = new Map<string, Matches>();
  for (const { rule, matches } of falseMatches) if (!rules.has(rule)) rules.set(rule, matches);
  return {
    inputs: Object.fromEntries(inputNames.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : []))),
    reportsLost: inputs.reportsLost!.value,
    offenders: given ?? offenders?.[0],
    falseMatches: Object.fromEntries(rules),
  };
}

/** The same of an experiment. */
export const modelOf = ({ model, offenders, falseMatches }: Experiment): TradeoffInputs =>
  modelInputs({ inputs: model, offenders, falseMatches });

/** Reports that come back of those that would be lost, and all reports that are left, those that come in any case included. */
export const reportsOf = (
  recovered: Interval | null,
  { lost, total }: { readonly lost: number; readonly total: number },
): { of: number; reports: Interval | null }[] => [
  { of: lost, reports: recovered && scaled(recovered, lost) },
  { of: total, reports: recovered && remaining(recovered, lost, total) },
];

/** The input for a list of exactly so many entries. */
export const listOf = (entries: number): ModelInput => ({
  value: entries,
  source: `assumed: a list of ${entries} entries, as was asked for`,
});
