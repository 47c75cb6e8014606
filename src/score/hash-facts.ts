/** The facts of a hash by its name: presend's own, or a detector that the experiment states. Scoring a run needs no more of a detector. */
import { exactHashes, isExact } from '../hash/exact-hashes.ts';
import { hashByName } from '../hash/index.ts';
import type { HashFacts } from '../hash/perceptual-hash.ts';
import type { DetectorFacts } from '../schema/detector-file.ts';

/** An experiment that may state detectors. */
export interface WithDetectors {
  readonly detectors?: readonly DetectorFacts[] | undefined;
}

/** The facts of presend's own hash of that name, perceptual or exact. Throws a UserError that lists the perceptual ones if there is none. */
export const ownHashFacts = (name: string): HashFacts => (isExact(name) ? exactHashes[name] : hashByName(name));

/** The facts of the hash of that name. Throws as `ownHashFacts` does. */
export const hashFactsOf = (name: string, { detectors = [] }: WithDetectors): HashFacts =>
  detectors.find((each) => each.name === name) ?? ownHashFacts(name);
