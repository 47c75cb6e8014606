/**
 * Chooses how a leak is measured. A known channel: exactly (channel.ts), and nothing else. Samples: mutual information where the view is a
 * name and the pictures are many enough for the table (information-estimate.ts); and the best held-out attack, with whatever gains were
 * asked for, where there are pictures enough to learn, choose and score on.
 */
import type { Rng } from '../util/rng.ts';
import { bestAttacker, fitAttackers } from './attackers.ts';
import type { Gain, KnownChannel } from './channel.ts';
import { byGroup, type Example, type SplitShares, splitByGroup } from './examples.ts';
import { type HeldOutOptions, scored } from './held-out-attack.ts';
import { estimateInformation, type InformationOptions } from './information-estimate.ts';
import {
  attackFigures,
  channelFigures,
  gainFigure,
  informationFigure,
  type LeakFigure,
  successFigure,
} from './leak-figure.ts';
import type { AttackSuccess } from './leakage.ts';
import {
  accusationsGain,
  expectedGain,
  type GainEstimate,
  type Posteriors,
  propertySuccess,
  triesSuccess,
} from './posterior-gain.ts';

/** What is known of a leak. */
export type LeakSource = { readonly channel: KnownChannel } | { readonly examples: readonly Example[] };

/** What is wanted of samples, beside information and success. */
export interface LeakOptions extends HeldOutOptions, InformationOptions {
  readonly shares?: SplitShares;
  /** Numbers of tries. */
  readonly tries?: readonly number[];
  /** A property of the secret, by name. */
  readonly property?: { readonly name: string; readonly of: (secret: string) => string };
  /** Accusing the guilty, at the costs of a false accusation. */
  readonly accusation?: { readonly guilty: (secret: string) => boolean; readonly costs: readonly number[] };
  /** Any other aim, given the secrets that the attacker knows, in its order. */
  readonly gain?: { readonly name: string; readonly of: (secrets: readonly string[]) => Gain };
}

/** With fewer pictures there is nothing to learn, choose and score on. */
export const fewestGroups = 30;

/** Every figure that the source bears; none where it has too few samples. Deterministic in the stream's state. */
export function leakFigures(source: LeakSource, rng: Rng, options: LeakOptions = {}): LeakFigure[] {
  if ('channel' in source) return channelFigures(source.channel);
  return [...informationFigures(source.examples, rng, options), ...heldOutFigures(source.examples, rng, options)];
}

function informationFigures(examples: readonly Example[], rng: Rng, options: LeakOptions): LeakFigure[] {
  if (examples.length === 0 || examples.some(({ symbol }) => symbol === undefined)) return [];
  const samples = examples.map(({ secret, symbol, group }) => ({ secret, view: symbol!, group }));
  const found = estimateInformation(samples, rng, options);
  return found ? [informationFigure(found)] : [];
}

function heldOutFigures(examples: readonly Example[], rng: Rng, options: LeakOptions): LeakFigure[] {
  if (byGroup(examples).size < fewestGroups) return [];
  const split = splitByGroup(examples, rng, options.shares);
  const attackers = fitAttackers(split, options.learners);
  // Whoever guesses best need not accuse best: for each aim the attacker is chosen anew, on validation, by what that aim earns there.
  const figure = <T>(
    earned: (posteriors: Posteriors) => T,
    worth: (found: T) => number,
    write: (found: T, who: string) => LeakFigure,
  ): LeakFigure => {
    const best = bestAttacker(attackers, (validation) => worth(earned(validation)));
    return write(earned(best.test()), best.name);
  };
  const succeeded = (quantity: 'tries' | 'property', earned: (of: Posteriors) => AttackSuccess, what: string) =>
    figure(
      earned,
      ({ success }) => success.k,
      (found, who) => successFigure(quantity, 'posterior gain', found, `${what}; ${who}`),
    );
  const gained = (earned: (of: Posteriors) => GainEstimate, what: string) =>
    figure(
      earned,
      ({ estimate }) => estimate,
      (found, who) => gainFigure(found, `${what}; ${who}`),
    );
  const { tries = [], property, accusation, gain } = options;
  return [
    ...attackFigures(scored(split, attackers, options)),
    ...tries.map((k) => succeeded('tries', (of) => triesSuccess(of, k), `${k} tries`)),
    ...(property ? [succeeded('property', (of) => propertySuccess(of, property.of), property.name)] : []),
    ...(accusation?.costs ?? []).map((cost) =>
      gained((of) => accusationsGain(of, accusation!.guilty, cost), `accusation at a cost of ${cost}`),
    ),
    ...(gain ? [gained((of) => expectedGain(of, gain.of(of.secrets)), gain.name)] : []),
  ];
}
