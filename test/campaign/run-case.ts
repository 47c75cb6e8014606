/** What presend makes of a damaged file: read, or refused with a typed error, within bounds. Anything else is a fault. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../src/util/errors.ts';
import { caseOf, damaged } from './mutate.ts';
import type { Seed, Target } from './target.ts';
import { apart, targets } from './targets/index.ts';

/** How a case ended. */
export type Outcome =
  | { readonly state: 'read'; readonly badLines: number }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'fault'; readonly error: string };

/** A case that was run, and what it cost. */
export interface Measured {
  readonly outcome: Outcome;
  /** Bytes of the damaged file. */
  readonly bytes: number;
  /** CPU of all threads of the process, in milliseconds. */
  readonly cpuMillis: number;
  /** By how much the case raised the peak of the process's memory. */
  readonly grownMebibytes: number;
}

/** The target whose turn a case is; one that is run apart has all cases. */
export const targetOf = (number: number, alone?: string): Target =>
  apart.find(({ name }) => name === alone) ?? targets[number % targets.length]!;

/** From how many cases on it is a target's turn again. */
export const turnsOf = (target: Target): number => (apart.includes(target) ? 1 : targets.length);

/** A target whose files are made. */
export interface OpenTarget {
  readonly target: Target;
  readonly seeds: readonly Seed[];
  /** Removes its folder. */
  close(): Promise<void>;
}

/** Makes the files of a target, and reads each of them whole, twice: what a reader loads once is no case's cost. */
export async function openTarget(target: Target): Promise<OpenTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'presend-campaign-'));
  const open = {
    target,
    seeds: await target.seeds(folder),
    close: () => rm(folder, { recursive: true, force: true }),
  };
  for (let time = 0; time < 2; time++) await checkSeeds(open);
  return open;
}

/** Reads the undamaged files: what a damaged one left behind must not keep them from being read. Throws where it does. */
export async function checkSeeds({ target, seeds }: OpenTarget): Promise<void> {
  for (const { name, bytes, read, refused = false } of seeds) {
    const outcome = await outcomeOf(() => read(bytes, bytes.length));
    if (outcome.state !== (refused ? 'refused' : 'read'))
      throw new Error(`${target.name}: the whole file ${name} is ${JSON.stringify(outcome)}`);
  }
}

/** Runs the case of that number on a file of its target: files take turns. */
export async function runCase(number: number, { target, seeds }: OpenTarget): Promise<Measured> {
  const { edits, piece } = caseOf(number);
  const seed = seeds[Math.floor(number / turnsOf(target)) % seeds.length]!;
  const file = damaged(
    seed.bytes,
    edits,
    seeds.map((each) => each.bytes),
  );
  return { bytes: file.length, ...(await measured(() => outcomeOf(() => seed.read(file, piece)))) };
}

/** What reading came to. */
export async function outcomeOf(read: () => number | Promise<number>): Promise<Outcome> {
  try {
    return { state: 'read', badLines: await read() };
  } catch (error) {
    if (error instanceof UserError) return { state: 'refused', reason: error.message };
    return { state: 'fault', error: String((error as Error)?.stack ?? error) };
  }
}

/** Does the work and measures what it costs this process. */
export async function measured(work: () => Promise<Outcome>): Promise<Omit<Measured, 'bytes'>> {
  const peak = process.resourceUsage().maxRSS;
  const start = process.cpuUsage();
  const outcome = await work();
  const { user, system } = process.cpuUsage(start);
  const grownMebibytes = (process.resourceUsage().maxRSS - peak) / 1024;
  return { outcome, cpuMillis: (user + system) / 1000, grownMebibytes };
}

/** What a case cost too much, if it did. */
export function excess(
  { floorMillis, millisPerByte, mostMebibytes }: Target,
  { bytes, cpuMillis, grownMebibytes }: Measured,
): string | undefined {
  const limit = floorMillis + millisPerByte * bytes;
  if (cpuMillis > limit)
    return `${cpuMillis.toFixed(0)} ms of CPU for ${bytes} bytes, limit ${limit.toFixed(0)} (${floorMillis} and ${millisPerByte} a byte)`;
  if (grownMebibytes > mostMebibytes)
    return `${grownMebibytes.toFixed(0)} MiB more for ${bytes} bytes, limit ${mostMebibytes}`;
  return undefined;
}
