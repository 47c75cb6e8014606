/**
 * Arithmetic with the same bits on every machine: only + - * / and Math.sqrt, Math.floor, Math.min, Math.max, which IEEE 754 and ECMAScript
 * define exactly. The results of Math.sin and similar functions depend on the engine, so the corpus has its own.
 */
import type { Rng } from '../../util/rng.ts';

const twoPi = 6.283185307179586;

/** Sine of an angle in turns (1 = a full circle), accurate to 1e-7: Taylor series up to the 11th power on a quarter turn. */
export function sine(turns: number): number {
  let t = turns - Math.floor(turns);
  if (t > 0.75) t -= 1;
  else if (t > 0.25) t = 0.5 - t;
  const x = t * twoPi;
  const q = x * x;
  return x * (1 - (q / 6) * (1 - (q / 20) * (1 - (q / 42) * (1 - (q / 72) * (1 - q / 110)))));
}

/** Cosine of an angle in turns. */
export const cosine = (turns: number): number => sine(turns + 0.25);

/** Uniform in [from, to). */
export const between = (rng: Rng, from: number, to: number): number => from + (to - from) * rng.next();

/** True with a probability. */
export const chance = (rng: Rng, probability: number): boolean => rng.next() < probability;

/** Roughly normal, mean 0, standard deviation 1: the sum of four uniforms (Irwin–Hall). */
export const bell = (rng: Rng): number => (rng.next() + rng.next() + rng.next() + rng.next() - 2) * 1.7320508;

/** Clamps a number to bounds. */
export const clamp = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);

/** 3t² − 2t³ on [0, 1], the smooth step. */
export const smooth = (t: number): number => t * t * (3 - 2 * t);

/** A linear mixture: a at t = 0, b at t = 1. */
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
