/** Detectors of an experiment or of a command: reads their files, states their facts, and starts their programs. */
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { comparisonOf } from '../../classify/comparison.ts';
import { deepHashes, loadDeepHash } from '../../classify/deep-hashes.ts';
import { readCard } from '../../classify/model-folder.ts';
import { beside, readNetworkValue } from '../../classify/network-file.ts';
import { readNetworkFile } from '../../classify/user-network.ts';
import { bytesIfThere, statIfThere } from '../../disk/read.ts';
import { writeScratch } from '../../disk/write.ts';
import { exactHashes, isExact } from '../../hash/exact-hashes.ts';
import { hashByName, hashes } from '../../hash/index.ts';
import { multiHashes } from '../../hash/multi-hashes.ts';
import { check } from '../../schema/check.ts';
import { type DetectorFacts, ProgramFile } from '../../schema/detector-file.ts';
import type { WithDetectors } from '../../score/hash-facts.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { MissingError, UserError } from '../../util/errors.ts';
import type { Pool } from '../pool.ts';
import type { RunOptions } from '../run-options.ts';
import type { Answer, RefusedPicture } from './answers.ts';
import type { DetectorsOfTask } from './hasher.ts';
import { type AnyProgram, folderForPrograms, hashProgram, type Program } from './program.ts';
import { answerAt } from './program-port.ts';

/** Whether the name of a hash is the path of a detector file. */
export const isDetectorFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

/** Whether a detector of that name is read before its facts are known: one of a file, or a deep hash of presend, which is loaded like a network of a file. */
export const isUnread = (name: string, detectors: readonly DetectorFacts[] = []): boolean =>
  (isDetectorFile(name) || Object.hasOwn(deepHashes, name)) && !detectors.some((detector) => detector.name === name);

/** Whether a hash of that name is a detector: one that is still to be read, or that an experiment states. */
export const isDetector = (name: string, detectors: readonly DetectorFacts[] = []): boolean =>
  isUnread(name) || detectors.some((detector) => detector.name === name);

/** Checks the name of a hash where exact hashes are allowed too. Throws as `checkHashName` does. */
export function checkAnyHashName(name: string, detectors: readonly DetectorFacts[] = []): void {
  if (!isExact(name)) checkHashName(name, detectors);
}

/** Checks the name of a hash where detector files are allowed. Throws a UserError if there is no such hash; files are read later. */
export function checkHashName(name: string, detectors: readonly DetectorFacts[] = []): void {
  if (isExact(name))
    throw new UserError(
      `${name} compares the bytes of files for equality, and distances between pictures are needed here; name a perceptual hash or a detector`,
    );
  if (!isDetector(name, detectors)) hashByName(name);
}

/** A detector file that was read. */
export interface Detector {
  readonly facts: DetectorFacts;
  /** Undefined for a network. */
  readonly program: ProgramFile | undefined;
}

/**
 * Reads and checks a detector file, or loads the deep hash of presend of that name. Throws a UserError about the first fault, a MissingError if it
 * does not exist.
 */
export async function readDetector(file: string): Promise<Detector> {
  if (Object.hasOwn(deepHashes, file)) return deepDetector(file);
  const what = `Detector file ${file}`;
  const value = await readNetworkValue(file, what);
  const kind = (value as { kind?: unknown } | null)?.kind ?? 'network';
  if (kind !== 'network' && kind !== 'program')
    throw new UserError(`${what} at /kind: expected network or program but received ${JSON.stringify(kind)}`);
  if (kind === 'program' && (value as { score?: unknown }).score !== undefined)
    throw new UserError(
      `${what}: a program that gives scores is a classifier, not a hash; name it among the /classifiers of a base-rate experiment, or as /messages/scorer/name of an experiment on messages`,
    );
  const program = kind === 'program' ? checkProgram(check(ProgramFile, value, what), what) : undefined;
  const network = program ? undefined : await readNetworkFile(file);
  const { name, bits, source, licence } = (program ?? network)!;
  const dimensions = program ? program.vector?.dimensions : network!.dimensions;
  const { threshold, vector } = comparisonOf({ ...(program ?? network)!, dimensions }, what);
  if ([hashes, exactHashes, multiHashes, deepHashes].some((names) => Object.hasOwn(names, name)))
    throw new UserError(`${what} at /name: '${name}' is the name of a hash of presend; choose another`);
  const parts = program
    ? program.command
    : [network!.model, ...(network!.matrix === undefined ? [] : [network!.matrix.path])];
  return {
    facts: {
      name,
      kind,
      file,
      bits,
      threshold,
      ...(vector === undefined ? {} : { vector }),
      minQuality: program ? (program.minQuality ?? 0) : 1,
      sha256: await digestOfDetector(file, value, parts),
      ...(source === undefined ? {} : { source }),
      ...(licence === undefined ? {} : { licence }),
    },
    program,
  };
}

async function deepDetector(file: string): Promise<Detector> {
  const { name, bits, threshold, minQuality, sha256 } = await loadDeepHash(file);
  const { source, licence } = readCard(name);
  return {
    facts: { name, kind: 'network', file, bits, threshold, minQuality, sha256, source, licence },
    program: undefined,
  };
}

function checkProgram(program: ProgramFile, what: string): ProgramFile {
  if (!program.vector && program.distance !== 'hamming')
    throw new UserError(
      `${what} at /distance: expected hamming, because it gives hashes, but received ${program.distance}`,
    );
  return program;
}

/** SHA-256 of a detector: of the content of its file, and of those of `names` that are files beside it. */
export const digestOfDetector = async (file: string, value: unknown, names: readonly string[]): Promise<string> =>
  sha256Hex(canonicalJson({ value, parts: await digestsBeside(file, names) }));

/** SHA-256 of those of the names that are files beside the detector file. */
async function digestsBeside(file: string, names: readonly string[]): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of names) {
    const path = beside(file, name);
    if (!(await statIfThere(path))?.isFile()) continue;
    const bytes = await bytesIfThere(path);
    if (bytes !== undefined) digests[name] = sha256Hex(bytes);
  }
  return digests;
}

/** Names the hashes of an experiment anew: how a kind says where in its experiments hashes are named. */
export type NameHashes<E> = (experiment: E, nameOf: (name: string) => string) => E;

/**
 * The experiment with each detector file replaced by its name, and with the facts of all, so that its record states what was run. Those of a run
 * that goes on are read again. Throws as `readDetector` does, and a MissingError if the file of such a run is not on this machine.
 */
export async function withDetectors<E extends WithDetectors & { readonly name: string }>(
  experiment: E,
  named: NameHashes<E>,
): Promise<E> {
  const known = new Map((experiment.detectors ?? []).map(({ name, file }) => [name, file]));
  const files = new Map<string, string>();
  named(experiment, (name) => {
    const file = known.get(name) ?? (isUnread(name) ? name : undefined);
    if (file !== undefined) files.set(name, file);
    return name;
  });
  const read = new Map<string, DetectorFacts>();
  for (const [name, file] of files) {
    if (known.has(name) && !(await statIfThere(file)))
      throw new MissingError(
        `The run needs the detector ${name}, and its file ${file} is not here; bring the file, or start from the folder in which the run was started`,
      );
    const { facts } = await readDetector(file);
    if ([...read.values()].some((other) => other.name === facts.name))
      throw new UserError(`Experiment ${experiment.name}: there are two detector files called '${facts.name}'`);
    read.set(name, facts);
  }
  if (read.size === 0) return experiment;
  return { ...named(experiment, (name) => read.get(name)?.name ?? name), detectors: [...read.values()] };
}

/** Detectors at work. */
export interface Detectors {
  /** Files of networks, which worker threads load. */
  readonly networks: readonly string[];
  readonly programs: readonly Program<Exclude<Answer, RefusedPicture>>[];
  /** Folder in which pictures are written for programs; undefined without programs. */
  readonly folder: string | undefined;
  /** For the run's record, each with the digest of its file and of what that names. */
  readonly models: readonly { readonly name: string; readonly sha256: string }[];
  /** Calls a function of the pool's workers. Its task has what a `Hasher` needs in the field `detectors`, if there are any. */
  run<R>(pool: Pool, name: string, task: object): Promise<R>;
  /** Stops the programs and removes their pictures. */
  close(): Promise<void>;
}

/**
 * Starts the programs of an experiment, and tries each with a picture. Throws a UserError about one that does not work. `stderrName`: the
 * file in which the end of what a program writes on standard error is kept. `scorers`: programs that do not hash, to start with them.
 */
export async function openDetectors(
  files: readonly string[],
  processes: number,
  {
    stderrName,
    scorers = [],
  }: { readonly stderrName?: (program: string) => string; readonly scorers?: readonly OpenScorer[] } = {},
): Promise<Detectors> {
  const read = await Promise.all(files.map(async (file) => ({ file, ...(await readDetector(file)) })));
  const programs = read.flatMap(({ file, program }) => (program ? [hashProgram(file, program, processes)] : []));
  const networks = read.flatMap(({ file, program }) => (program ? [] : [file]));
  const detectors = read.map(({ facts }) => facts);
  const models = [...detectors, ...scorers].map(({ name, sha256 }) => ({ name, sha256 }));
  const all = [...programs, ...scorers.map(({ program }) => program)];
  return { networks, programs, models, ...(await openPrograms(all, detectors, stderrName)) };
}

/** A program that gives scores, and what the record says of it. */
export interface OpenScorer {
  readonly name: string;
  readonly sha256: string;
  readonly program: AnyProgram;
}

/**
 * Starts programs, and tries each with a picture. Throws a UserError about one that does not work. `stderrName`: as in `openDetectors`;
 * `detectors`: what tasks are told of those that hash.
 */
export async function openPrograms(
  programs: readonly AnyProgram[],
  detectors: readonly DetectorFacts[],
  stderrName?: (program: string) => string,
): Promise<Pick<Detectors, 'folder' | 'run' | 'close'>> {
  const folder = programs.length > 0 ? await folderForPrograms() : undefined;
  const close = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.close()));
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    for (const { name, stderr } of stderrName === undefined ? [] : programs)
      if (stderr !== '') await writeScratch(stderrName!(name), stderr);
  };
  try {
    for (const program of programs) await program.mustWork(folder!);
  } catch (error) {
    await close();
    throw error;
  }
  const run = async <R>(pool: Pool, name: string, task: object): Promise<R> => {
    if (detectors.length + programs.length === 0) return pool.run<R>(name, task);
    if (folder === undefined) return pool.run<R>(name, { ...task, detectors: { detectors } satisfies DetectorsOfTask });
    const { port1, port2: port } = new MessageChannel();
    answerAt(port1, programs);
    try {
      const given: DetectorsOfTask = { detectors, programs: { port, folder } };
      return await pool.run<R>(name, { ...task, detectors: given }, { transfer: [port] });
    } finally {
      port1.close();
    }
  };
  return { folder, run, close };
}

/** The files of a run in which the end of what its programs write on standard error is kept: of each process that works on the run, its own. */
export function stderrOf({ out, shard, worker }: Pick<RunOptions<unknown>, 'out' | 'shard' | 'worker'>) {
  const ofProcess = shard ? `-${shard.index}-of-${shard.of}` : worker ? `-worker-${process.pid}` : '';
  return (program: string): string => join(out, `stderr-${program}${ofProcess}.txt`);
}

/**
 * Does the work of a run with the detectors of its experiment, which `withDetectors` has read, and with other programs of it. What programs write
 * on standard error is kept in its folder.
 */
export async function withOpenDetectors<T>(
  options: Pick<RunOptions<WithDetectors>, 'experiment' | 'threads' | 'out' | 'shard' | 'worker'>,
  work: (detectors: Detectors) => Promise<T>,
  scorers: readonly OpenScorer[] = [],
): Promise<T> {
  const files = (options.experiment.detectors ?? []).map(({ file }) => file);
  const means = { stderrName: stderrOf(options), scorers };
  const detectors = await openDetectors(files, options.threads ?? availableParallelism(), means);
  try {
    return await work(detectors);
  } finally {
    await detectors.close();
  }
}
