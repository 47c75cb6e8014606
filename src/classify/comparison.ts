/** How the answers of a detector file are compared: by bits, or vectors as they are and by bits only where bits are needed. */
import type { VectorDistance } from '../schema/detector-file.ts';
import { UserError } from '../util/errors.ts';

/** What a detector file says of it. */
interface Stated {
  readonly bits: number;
  readonly distance?: 'hamming' | 'cosine' | 'l2';
  readonly threshold: number;
  readonly step?: number;
  readonly thresholdBits?: number;
  /** Numbers in a vector. */
  readonly dimensions?: number | undefined;
}

/** What is compared, and up to where it is a match. */
interface Comparison {
  /** Largest distance of the bits, in bits, that is a match. */
  readonly threshold: number;
  /** Undefined where only bits are compared. */
  readonly vector: VectorDistance | undefined;
}

/** The comparison that a detector file states. Throws a UserError, which begins with `what`, about what contradicts itself. */
export function comparisonOf(stated: Stated, what: string): Comparison {
  const { bits, distance = 'hamming', threshold, step = 0.001, dimensions } = stated;
  if (distance === 'hamming') {
    for (const key of ['step', 'thresholdBits'] as const)
      if (stated[key] !== undefined)
        throw new UserError(`${what} at /${key}: only for the distances cosine and l2; remove it`);
    if (!Number.isInteger(threshold))
      throw new UserError(
        `${what} at /threshold: expected a whole number of bits but received ${threshold}; exact distances have distance: cosine or l2`,
      );
    return { threshold: sensibleBits(threshold, bits, what, 'threshold'), vector: undefined };
  }
  if (dimensions === undefined)
    throw new UserError(`${what}: the distance ${distance} needs /dimensions, the number of floats in a vector`);
  if (distance === 'cosine' && threshold >= 2)
    throw new UserError(
      `${what} at /threshold: cosine distances are from 0 to 2, so ${threshold} would match every picture; a threshold in bits has distance: hamming`,
    );
  const fault = thresholdFault(threshold, step);
  if (fault) throw new UserError(`${what} at /threshold: ${fault}; choose another /step`);
  const inBits = stated.thresholdBits ?? (distance === 'cosine' ? bitsOfAngle(threshold, bits) : undefined);
  if (inBits === undefined)
    throw new UserError(
      `${what}: the distance l2 needs /thresholdBits, the threshold where bits are compared, because bits estimate angles only`,
    );
  return {
    threshold: sensibleBits(inBits, bits, what, 'thresholdBits'),
    vector: { distance, threshold, step, dimensions },
  };
}

function sensibleBits(threshold: number, bits: number, what: string, key: string): number {
  if (threshold >= bits)
    throw new UserError(`${what} at /${key}: ${threshold} of ${bits} bits would match every picture`);
  return threshold;
}

/** The bits of random hyperplanes that differ on average at a cosine distance, rounded down: the angle in half turns (Charikar, see hyperplanes.ts). */
const bitsOfAngle = (cosineDistance: number, bits: number): number =>
  Math.floor((bits * Math.acos(1 - cosineDistance)) / Math.PI + 1e-9);

/** Most steps up to a threshold: the counts of all distances are kept. */
const mostOfThreshold = 10_000;

/** Why no threshold can be at a distance of a scale with that step; undefined if one can. */
export function thresholdFault(distance: number, step: number): string | undefined {
  const steps = distance / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-6 * Math.max(1, steps))
    return `expected a multiple of the step ${step} but received ${distance}`;
  return steps > mostOfThreshold ? `${distance} is more than ${mostOfThreshold} steps of ${step}` : undefined;
}
