/** What a threshold experiment simulates: its cells, each named by the hash of what is in it. */
import { betaShape, geometricHeld, type Held, zipfHeld } from '../../metric/threshold-model.ts';
import { check } from '../../schema/check.ts';
import { idOf } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { type DetectionSpec, type HeldSpec, ThresholdExperiment } from './experiment.ts';

/** Offending accounts. */
export interface OffenderCell {
  readonly kind: 'offender';
  readonly id: string;
  readonly held: HeldSpec;
  readonly detection: DetectionSpec;
}

/** Innocent accounts. */
export interface InnocentCell {
  readonly kind: 'innocent';
  readonly id: string;
  readonly pictures: number;
  readonly falseMatch: ThresholdExperiment['innocents']['falseMatch'][number];
  readonly spread: number;
  readonly bursts?: { readonly count: number; readonly size: number };
}

/** Accounts of which the provider sees how many vouchers open. */
export interface OpenedCell {
  readonly kind: 'opened';
  readonly id: string;
  readonly pictures: number;
  readonly syntheticShare: number;
  readonly matches: number;
}

/** Accounts that go through the real protocol. */
export interface ProtocolCell {
  readonly kind: 'protocol';
  readonly id: string;
  readonly threshold: number;
  readonly synthetic: boolean;
}

/** A cell whose accounts are simulated as counts. */
export type CountCell = OffenderCell | InnocentCell | OpenedCell;

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkThreshold(value: unknown, what: string): ThresholdExperiment {
  const experiment = check(ThresholdExperiment, value, what);
  const { innocents, knowledge } = experiment;
  const { count, size } = innocents.bursts;
  if (count * size > innocents.pictures.value)
    throw new UserError(
      `${what} at /innocents/bursts: ${count} × ${size} pictures are more than the ${innocents.pictures.value} of an account`,
    );
  const most = Math.max(...knowledge.matches);
  const few = knowledge.settings.find(({ pictures }) => pictures < most);
  if (few) throw new UserError(`${what} at /knowledge: ${most} matches are more than ${few.pictures} pictures`);
  const ids = Object.values(thresholdCells(experiment)).flatMap((cells) => cells.map(({ id }) => id));
  if (new Set(ids).size < ids.length) throw new UserError(`${what}: two cells are equal; remove one`);
  return experiment;
}

/** Every cell, in the order in which they are run and reported. */
export function thresholdCells({ offenders, innocents, knowledge, protocol }: ThresholdExperiment) {
  const { bursts } = innocents;
  const innocent = (falseMatch: InnocentCell['falseMatch'], spread: number, burst: boolean): InnocentCell => {
    const what = {
      pictures: innocents.pictures.value,
      spread,
      ...(burst ? { bursts: { count: bursts.count, size: bursts.size } } : {}),
    };
    return { kind: 'innocent', id: idOf({ innocent: { ...what, rate: falseMatch.rate } }), ...what, falseMatch };
  };
  return {
    offenders: offenders.held.flatMap((held) =>
      offenders.detection.map((detection): OffenderCell => {
        const { source: _, name: __, ...shape } = held;
        const { rate, correlation } = detection;
        return { kind: 'offender', id: idOf({ offender: { shape, rate, correlation } }), held, detection };
      }),
    ),
    innocents: innocents.falseMatch.flatMap((falseMatch) => [
      ...innocents.spreads.map((spread) => innocent(falseMatch, spread, false)),
      innocent(falseMatch, 0, true),
    ]),
    knowledge: knowledge.settings.flatMap(({ pictures, syntheticShare }) =>
      [...new Set([0, ...knowledge.matches])].map((matches): OpenedCell => {
        const what = { pictures, syntheticShare, matches };
        return { kind: 'opened', id: idOf({ opened: what }), ...what };
      }),
    ),
    protocol: protocol.thresholds.flatMap((threshold) =>
      [false, true].map((synthetic): ProtocolCell => {
        const { thresholds: _, ...settings } = protocol;
        return {
          kind: 'protocol',
          id: idOf({ protocol: { threshold, synthetic, ...settings } }),
          threshold,
          synthetic,
        };
      }),
    ),
  };
}

/** The distribution that a spec names. */
export const heldOf = (spec: HeldSpec): Held =>
  spec.shape === 'geometric' ? geometricHeld(spec.mean) : zipfHeld(spec.exponent, spec.most);

/** Shape of the beta distribution that an account's rate is drawn from. */
export const detectionShape = ({ rate, correlation }: DetectionSpec) => betaShape({ rate, correlation });
