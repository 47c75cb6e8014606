/** Detectors of a scenario: where its hashes are named, and whether they have the bits that its strategies need. */
import type { Scenario } from '../../schema/scenario.ts';
import { hashFactsOf, type WithDetectors } from '../../score/hash-facts.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { isUnread, type NameHashes, type OpenScorer, withDetectors } from '../detectors/detectors.ts';
import { scoreProgram, withScoreProgram } from '../scoring/programs.ts';

/** Names the hashes that strategies match with anew. */
export const namedMessages = <E extends Pick<Scenario, 'messages'>>(
  experiment: E,
  nameOf: (name: string) => string,
): E => {
  const { messages } = experiment;
  const { hash, equalityHash, secondHash } = messages;
  return {
    ...experiment,
    messages: {
      ...messages,
      hash: nameOf(hash),
      equalityHash: nameOf(equalityHash),
      secondHash: nameOf(secondHash),
    },
  };
};

/** An experiment on messages. */
type ScenarioExperiment = WithDetectors & Pick<Scenario, 'messages'> & { readonly name: string };

/** What a kind of experiment on messages says of itself. */
interface ScenarioKind<E> {
  readonly named: NameHashes<E>;
  scenario(experiment: E): Scenario;
}

/** The experiment with its detector files read. Throws as `withDetectors` does, and a UserError if a strategy needs more bits than a detector has. */
export async function withScenarioDetectors<E extends ScenarioExperiment>(
  experiment: E,
  { named, scenario }: ScenarioKind<E>,
): Promise<E> {
  const read = await withScorer(await withDetectors(experiment, named));
  checkBits(scenario(read), `Experiment ${experiment.name}`);
  return read;
}

/** The experiment with the file of its scorer read. Throws as `withScoreProgram` does, and a UserError where a detector has its name. */
async function withScorer<E extends ScenarioExperiment>(experiment: E): Promise<E> {
  const { messages, detectors = [], name } = experiment;
  if (!messages.scorer) return experiment;
  const scorer = await withScoreProgram(messages.scorer);
  if (detectors.some((detector) => detector.name === scorer.name))
    throw new UserError(`Experiment ${name}: there are two detector files called '${scorer.name}'`);
  return { ...experiment, messages: { ...messages, scorer } };
}

/** The scorer of a scenario, for `withOpenDetectors`. */
export async function openScorers(
  { messages: { scorer } }: Pick<Scenario, 'messages'>,
  options: Parameters<typeof scoreProgram>[1],
): Promise<OpenScorer[]> {
  if (!scorer?.program) return [];
  const { file, sha256 } = scorer.program;
  return [{ name: scorer.name, sha256, program: await scoreProgram(file, options) }];
}

/** The same for an experiment that is a scenario, and names no other hashes. */
export const withMessageDetectors = <E extends Scenario & { readonly name: string }>(experiment: E): Promise<E> =>
  withScenarioDetectors(experiment, { named: namedMessages, scenario: (each) => each });

/** Checks that the hash has the bits that each strategy uses; those of a detector file are known when it is read. */
export function checkBits({ messages, strategies, detectors }: Scenario, what: string): void {
  const { hash, prefixBits, protocols } = messages;
  if (isUnread(hash, detectors)) return;
  const { bits } = hashFactsOf(hash, { detectors });
  const settings = {
    prefixBits: { place: '/messages/prefixBits', used: prefixBits },
    bucketBits: { place: '/messages/protocols/bucketBits', used: protocols.bucketBits },
  };
  for (const name of strategies) {
    const { usesBits } = strategyByName(name);
    if (usesBits === undefined) continue;
    const { place, used } = settings[usesBits];
    if (bits < used)
      throw new UserError(
        `${what} at ${place}: the strategy ${name} uses ${used} bits of the hash, and ${hash} has ${bits}; use fewer bits or another hash`,
      );
  }
}
