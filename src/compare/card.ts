/** The card of a detector: all that some runs measured of it. What none of them measured is said, and never 0. */
import { listed } from '../report/format.ts';
import { UserError } from '../util/errors.ts';
import { didYouMean } from '../util/registry.ts';
import { type DetectorResult, detectorsOf } from './detectors.ts';
import { type DetectorIdentity, identityOf } from './identity.ts';
import type { FinishedRun } from './open-run.ts';
import { type ThreatResult, threatsOf } from './threats.ts';

/** One detector in all runs that have it. */
export interface Card {
  readonly identity: DetectorIdentity;
  readonly runs: readonly FinishedRun[];
  readonly results: readonly DetectorResult[];
  readonly threats: readonly ThreatResult[];
  /** Limits that the runs state, without repetitions. */
  readonly limits: readonly string[];
}

/**
 * The card of a detector; `name` can be left out where the runs have one detector only. Throws a UserError that lists the detectors if there is
 * none of that name, or if two detectors of one name differ.
 */
export function cardOf(all: readonly FinishedRun[], name?: string): Card {
  const results = all.flatMap(detectorsOf);
  const threats = all.flatMap(threatsOf);
  const names = [...new Set([...results, ...threats].map(({ detector }) => detector))];
  const detector = name ?? (names.length === 1 ? names[0]! : undefined);
  if (detector === undefined)
    throw new UserError(
      names.length === 0
        ? 'These runs measured no detector: a card needs a run of copy-detection, false-positive-tail, tradeoff, hash-leakage, evasion or repurposing, or a scored challenge'
        : `Say which detector the card is for, with --detector: ${listed(names)}`,
    );
  if (!names.includes(detector))
    throw new UserError(
      `No detector '${detector}' in these runs.${didYouMean(names, detector)} They have: ${listed(names)}`,
    );
  const own = {
    results: results.filter((each) => each.detector === detector),
    threats: threats.filter((each) => each.detector === detector),
  };
  const runs = all.filter(({ name: run }) => [...own.results, ...own.threats].some((each) => each.run === run));
  const identities = [
    ...own.results,
    ...runs
      .filter(({ name: run }) => !own.results.some((each) => each.run === run))
      .map((run) => identityOf(run, detector, null)),
  ];
  const digests = new Set(
    identities.flatMap(({ sha256, versioned, answered }) => (sha256 === null || versioned || answered ? [] : [sha256])),
  );
  if (digests.size > 1)
    throw new UserError(
      `Two different detectors are called '${detector}': sha256 ${listed([...digests].map((each) => each.slice(0, 12)))}; make a card for the runs of one`,
    );
  const limits = [...new Set(runs.flatMap(({ metrics }) => metrics.limits))];
  return { identity: identities.find(({ bits }) => bits !== null) ?? identities[0]!, runs, ...own, limits };
}
