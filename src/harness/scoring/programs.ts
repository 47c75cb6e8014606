/** Programs that give scores, as classifiers of one label: their detector files, and how they are run. */
import { availableParallelism } from 'node:os';
import { classifierNames } from '../../classify/index.ts';
import { readNetworkValue } from '../../classify/network-file.ts';
import { statIfThere } from '../../disk/read.ts';
import { check } from '../../schema/check.ts';
import { type ScoreProgramFacts, ScoreProgramFile } from '../../schema/detector-file.ts';
import { MissingError, UserError } from '../../util/errors.ts';
import { type ScoreAnswer, scoreReader } from '../detectors/answers.ts';
import { type Detectors, digestOfDetector, isDetectorFile, openPrograms, stderrOf } from '../detectors/detectors.ts';
import { Program } from '../detectors/program.ts';
import type { RunOptions } from '../run-options.ts';

/** A classifier of an experiment; `program`: the facts of one that is a program, once its file is read. */
interface NamedClassifier {
  readonly name: string;
  readonly program?: ScoreProgramFacts | undefined;
}

/** An experiment with classifiers. */
interface WithClassifiers {
  readonly name: string;
  readonly classifiers: readonly NamedClassifier[];
}

/** Whether a classifier is a program whose file is still to be read. */
export const isUnreadProgram = ({ name, program }: NamedClassifier): boolean =>
  program === undefined && isDetectorFile(name);

/** A detector file of a program that gives scores. Throws a UserError about the first fault, a MissingError if it does not exist. */
async function readScoreProgram(file: string): Promise<{ program: ScoreProgramFile; facts: ScoreProgramFacts }> {
  const what = `Detector file ${file}`;
  const value = await readNetworkValue(file, what);
  const given = value as { kind?: unknown; score?: unknown } | null;
  if (given?.kind !== 'program' || given.score === undefined)
    throw new UserError(
      `${what}: expected a program with /score, because classifiers give scores; networks that are classifiers are under models/`,
    );
  const program = check(ScoreProgramFile, value, what);
  if (classifierNames().includes(program.name))
    throw new UserError(`${what} at /name: '${program.name}' is the name of a classifier of presend; choose another`);
  const { score, source, licence, command } = program;
  return {
    program,
    facts: {
      file,
      label: score.label,
      sha256: await digestOfDetector(file, value, command),
      ...(source === undefined ? {} : { source }),
      ...(licence === undefined ? {} : { licence }),
    },
  };
}

/** A program of an experiment with its name and facts, read from its file again if the run goes on. Throws as `readScoreProgram` does. */
export async function withScoreProgram<C extends NamedClassifier>(
  given: C,
): Promise<C & { program: ScoreProgramFacts }> {
  const file = given.program?.file ?? given.name;
  if (given.program && !(await statIfThere(file)))
    throw new MissingError(
      `The run needs the program ${given.name}, and its file ${file} is not here; bring the file, or start from the folder in which the run was started`,
    );
  const { program, facts } = await readScoreProgram(file);
  return { ...given, name: program.name, program: facts };
}

/** The experiment with each program's file replaced by its name and facts. Those of a run that goes on are read again. Throws as `readScoreProgram` does. */
export async function withScorePrograms<E extends WithClassifiers>(experiment: E): Promise<E> {
  const classifiers: NamedClassifier[] = [];
  for (const each of experiment.classifiers)
    classifiers.push(each.program || isUnreadProgram(each) ? await withScoreProgram(each) : each);
  const twice = classifiers.find(({ name }, i) => classifiers.findIndex((each) => each.name === name) < i);
  if (twice)
    throw new UserError(`Experiment ${experiment.name} at /classifiers: '${twice.name}' occurs twice; keep one`);
  return { ...experiment, classifiers };
}

/** The program of a detector file, in as many processes as the run has threads; not started. */
export async function scoreProgram(
  file: string,
  { threads = availableParallelism() }: Pick<RunOptions<unknown>, 'threads'>,
): Promise<Program<ScoreAnswer>> {
  const { program } = await readScoreProgram(file);
  return new Program(file, program, threads, scoreReader(program));
}

/** Does the work of a run with the programs of its experiment, which `withScorePrograms` has read. */
export async function withOpenScorers<T>(
  options: Pick<RunOptions<WithClassifiers>, 'experiment' | 'threads' | 'out' | 'shard' | 'worker'>,
  work: (scorers: Pick<Detectors, 'run'>) => Promise<T>,
): Promise<T> {
  const files = options.experiment.classifiers.flatMap(({ program }) => program?.file ?? []);
  const programs = await Promise.all(files.map((file) => scoreProgram(file, options)));
  const opened = await openPrograms(programs, [], stderrOf(options));
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
