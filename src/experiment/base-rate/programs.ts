/** Programs among the classifiers of a base-rate experiment, and the alarms, whose labels they must have. */
import { classifierLabels } from '../../classify/index.ts';
import { checkAlarms } from '../../harness/scoring/alarms.ts';
import { isUnreadProgram, withScorePrograms } from '../../harness/scoring/programs.ts';
import type { BaseRate } from './experiment.ts';

/** Checks the labels of alarms; those of a program are known when its file is read. */
export const checkLabels = ({ alarms, classifiers }: BaseRate, what: string): void =>
  checkAlarms(
    alarms,
    classifiers.flatMap((each) =>
      isUnreadProgram(each)
        ? []
        : [{ name: each.name, labels: each.program ? [each.program.label] : classifierLabels(each.name) }],
    ),
    `${what} at /alarms`,
  );

/** The experiment with the files of its programs read, and its alarms checked against their labels. */
export async function withCheckedPrograms(experiment: BaseRate): Promise<BaseRate> {
  const read = await withScorePrograms(experiment);
  checkLabels(read, `Experiment ${experiment.name}`);
  return read;
}
