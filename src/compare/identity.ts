/** What a detector is: its bits, source, licence and digest, from the record of a run, from presend's registry, or from a model's card. */
import { deepHashes } from '../classify/deep-hashes.ts';
import { readCard } from '../classify/model-folder.ts';
import { exactHashes, isExact } from '../hash/exact-hashes.ts';
import { hashes } from '../hash/index.ts';
import type { PerceptualHash } from '../hash/perceptual-hash.ts';
import type { DetectorFacts } from '../schema/detector-file.ts';
import type { FinishedRun } from './open-run.ts';

/** Facts on a detector that do not depend on what a run measured. Null: nobody stated it. */
export interface DetectorIdentity {
  readonly detector: string;
  /** Length of the hash; null for a detector that gave no hashes. */
  readonly bits: number | null;
  /** How two pictures are compared. */
  readonly distance: string;
  readonly what: string;
  readonly summary: string | null;
  readonly reference: string | null;
  readonly source: string | null;
  readonly licence: string | null;
  /** SHA-256 of the detector: of a network's weights, or of a detector file and what it names; of a challenge, of the answers. */
  readonly sha256: string | null;
  /** Whether the digest is that of presend's source, which changes with every version. */
  readonly versioned: boolean;
  /** Whether it answered a challenge, so that the digest is that of one set of answers. */
  readonly answered: boolean;
  /** What the digest is of, or why there is none. */
  readonly sha256Of: string;
}

const distanceNames = { hamming: 'Hamming', cosine: 'cosine', l2: 'Euclidean' } as const;

/** The facts on a detector of a run. Throws a UserError where the card of a bundled model cannot be read. */
export function identityOf({ record, metrics }: FinishedRun, detector: string, bits: number | null): DetectorIdentity {
  const { detectors = [] } = (record.experimentResolved ?? {}) as { detectors?: readonly DetectorFacts[] };
  const common = {
    detector,
    bits,
    distance: 'Hamming',
    summary: null,
    reference: null,
    versioned: false,
    answered: false,
  };
  if ('kind' in metrics && metrics.kind === 'challenge') {
    const { form, metric, answers } = metrics;
    return {
      ...common,
      answered: true,
      distance: metric === 'given' ? `${form}s as given` : distanceNames[metric],
      what: 'a detector that stayed with its owner; it answered a blind challenge',
      source: null,
      licence: null,
      sha256: answers.sha256,
      sha256Of: 'the answers',
    };
  }
  const file = detectors.find(({ name }) => name === detector);
  if (file)
    return {
      ...common,
      distance: file.vector ? `${distanceNames[file.vector.distance]}, where vectors are compared` : common.distance,
      what: `a ${file.kind} outside presend, described by the detector file ${file.file.split(/[\\/]/).at(-1)}`,
      source: file.source ?? null,
      licence: file.licence ?? null,
      sha256: file.sha256,
      sha256Of: 'the detector file and the files that it names',
    };
  if (Object.hasOwn(deepHashes, detector)) {
    const card = readCard(detector);
    return {
      ...common,
      what: 'a deep hash of presend',
      summary: card.summary,
      reference: 'reference' in card ? card.reference : null,
      source: card.source,
      licence: card.licence,
      sha256: record.models.find(({ name }) => name === detector)?.sha256 ?? null,
      sha256Of: 'the weights, as the run recorded them',
    };
  }
  const exact = isExact(detector);
  const known = exact
    ? exactHashes[detector]
    : Object.hasOwn(hashes, detector)
      ? (hashes as Readonly<Record<string, PerceptualHash>>)[detector]
      : undefined;
  return {
    ...common,
    ...(exact ? { distance: 'equality' } : {}),
    what: known ? `${exact ? 'an exact' : 'a perceptual'} hash of presend` : 'not stated',
    summary: known?.summary ?? null,
    reference: known?.reference ?? null,
    source: known ? 'presend, src/hash/' : null,
    licence: known ? 'Apache-2.0' : null,
    versioned: true,
    sha256: known ? (record.sources ?? null) : null,
    sha256Of: 'the source of presend that computed it',
  };
}
