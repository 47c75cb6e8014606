/**
 * Topic from hash: what a picture shows, guessed from the bits of its perceptual hash alone. Struppek, Hintersdorf, Neider & Kersting,
 * "Learning to break deep perceptual hashing" (FAccT 2022), did so for NeuralHash with a network; here with learners that need none, so
 * that success is a lower bound.
 */
import type { Split } from '../metric/examples.ts';
import { heldOutAttack } from '../metric/held-out-attack.ts';

/** How a topic attack fared. */
export interface TopicGuesses {
  /** Learner chosen on the validation pictures. */
  readonly attacker: string;
  /** Every learner tried, and how often it was right on the validation pictures. */
  readonly candidates: readonly { readonly name: string; readonly right: number }[];
  /** Place of the true topic among the guesses, 1 the first, for every test picture; beyond all topics where training has none of it. */
  readonly rank: readonly number[];
  /** Topics to choose from: those of the training pictures. */
  readonly topics: number;
}

/** Learns from the training pictures, chooses on the validation pictures, and guesses the test pictures once: from bits or from vectors. */
export function guessTopics(split: Split): TopicGuesses {
  const { attacker, validation, posteriors } = heldOutAttack(split);
  const { secrets, truth, values } = posteriors;
  return {
    attacker: attacker.name,
    candidates: validation.map(({ name, success }) => ({ name, right: success.k })),
    rank: Array.from(truth, (own, i) =>
      own < 0 ? secrets.length + 1 : rankOf(values.subarray(i * secrets.length, (i + 1) * secrets.length), own),
    ),
    topics: secrets.length,
  };
}

/** Place of one of several scores, 1 the largest; of equal ones the lower index leads. */
export function rankOf(scores: ArrayLike<number>, index: number): number {
  const own = scores[index]!;
  let rank = 1;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > own || (scores[i] === own && i < index)) rank++;
  return rank;
}
