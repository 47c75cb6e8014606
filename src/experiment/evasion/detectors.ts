/** Detectors of an evasion experiment: where its hashes are named. */
import { withDetectors } from '../../harness/detectors/detectors.ts';
import type { Evasion } from './experiment.ts';

/** The experiment with its detector files read. Throws as `withDetectors` does. */
export const withEvasionDetectors = (experiment: Evasion): Promise<Evasion> =>
  withDetectors(experiment, (each, nameOf) => {
    const named = <S extends Evasion['evasion'] | NonNullable<Evasion['collision']>>(section: S): S => ({
      ...section,
      targets: section.targets.map((target) => ({ ...target, hash: nameOf(target.hash) })),
    });
    return {
      ...each,
      evasion: named(each.evasion),
      ...(each.collision ? { collision: named(each.collision) } : {}),
    };
  });
