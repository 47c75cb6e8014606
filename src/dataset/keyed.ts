/**
 * A number that a seed and a name alone decide, so that what is drawn by it does not depend on what else there is to draw from: any part of a
 * dataset can be drawn anywhere, and a dataset that grows keeps what was drawn before.
 */
import { hash } from 'node:crypto';

/** 48 bits of SHA-256, as a number from 0 (inclusive) to 1 (exclusive). `purpose` keeps draws for different ends independent. */
export const keyedNumber = (seed: number, purpose: string, name: string): number =>
  Number.parseInt(hash('sha256', `presend ${purpose}\n${seed}\n${name}`).slice(0, 12), 16) / 2 ** 48;
