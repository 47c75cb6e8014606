/**
 * Exports a blind challenge: originals, their edited copies, decoys and duplicates under random names, and apart from them the key. The edits
 * are those of copy detection, and the pictures those that such a run chooses with the same seed and limit.
 */
import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, truncate } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Picture } from '../dataset/dataset.ts';
import { subsample } from '../dataset/groups.ts';
import { takeLock } from '../disk/lock.ts';
import { version } from '../disk/project.ts';
import { entriesIfThere, statIfThere } from '../disk/read.ts';
import { makeFolders, syncFolder, writeWhole } from '../disk/write.ts';
import { setFacts, setSpecs, withPresets } from '../harness/edit-preset.ts';
import { choosePictures } from '../harness/hashes/choose.ts';
import { inOrder } from '../harness/in-order.ts';
import { openNamedDataset } from '../harness/open-dataset.ts';
import { startPool } from '../harness/pool.ts';
import { sharp } from '../image/sharp.ts';
import type { DatasetSpec } from '../schema/parts.ts';
import { canonicalJson } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { moduleBeside } from '../util/worker-loader.ts';
import { writeFolder } from './folder.ts';
import { type KeyHeader, type KeyPicture, keyLine, readKey, secretDraw, secretName } from './key.ts';
import type { Exported, ExportTask } from './render-task.ts';

/** What to export, and where. */
export interface ExportOptions {
  readonly dataset: DatasetSpec;
  /** A preset of edits, by name or file. */
  readonly edits: string;
  readonly seed: number;
  /** At most so many originals; default: ten elevenths of the dataset, so that the rest are decoys. */
  readonly limit?: number | undefined;
  /** Decoys; default: one for ten originals. */
  readonly decoys?: number | undefined;
  readonly duplicates: number;
  readonly impostors: number;
  readonly format: 'png' | 'jpeg';
  /** Folder of the challenge. */
  readonly out: string;
  /** File of the key, outside the folder. */
  readonly key: string;
  readonly threads?: number | undefined;
  /** 64 hex digits; default: random. Only tests need another. */
  readonly salt?: string | undefined;
  readonly onProgress: (phase: string, done: number, total: number) => void;
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly signal: AbortSignal;
}

/** What was exported. */
export interface Exporting {
  readonly files: number;
  readonly pairs: number;
  readonly originals: number;
  readonly decoys: number;
  readonly commitment: string;
}

/** Share of groups on which thresholds are chosen. */
const calibrationShare = 0.5;

/** Name of the experiment that scores a challenge. */
export const challengeName = 'challenge';

/**
 * Exports a challenge, or continues an interrupted export with the same options. Throws a UserError if the key would lie in the folder, if either is
 * there already, or if an unfinished export had other options; an InterruptedError when `signal` aborts.
 */
export async function exportChallenge(options: ExportOptions): Promise<Exporting> {
  const { out, key } = options;
  await makeFolders(out);
  await makeFolders(dirname(resolve(key)));
  const place = join(await realpath(dirname(resolve(key))), sep);
  if (place.startsWith(join(await realpath(out), sep)))
    throw new UserError(
      `The key ${key} lies in the folder ${out}, which leaves with the challenge; choose another --key`,
    );
  const lock = await takeLock(`${key}.lock`, key);
  try {
    return await exportAlone(options);
  } finally {
    await lock.release();
  }
}

async function exportAlone(options: ExportOptions): Promise<Exporting> {
  const { out, key, format, threads, onProgress, signal } = options;
  const [part, rendered] = [`${key}.part`, `${key}.pictures`];
  if (await statIfThere(key)) throw new UserError(`The key ${key} exists already; choose another --key and --out`);
  const begun = (await statIfThere(part)) ? await readKey(part, true) : undefined;
  if (!begun) await mustBeEmpty(out);
  const { header, chosen } = await plan(options, begun?.header.salt ?? options.salt ?? randomBytes(32).toString('hex'));
  if (begun && canonicalJson(begun.header) !== canonicalJson(header))
    throw new UserError(
      `${part} is an unfinished export with other options, pictures or software; export with the same ones, or remove it and ${rendered}`,
    );
  await makeFolders(rendered, 0o700);
  if (begun) await truncate(part, begun.bytes);
  else await writeWhole(part, keyLine(header), 0o600);
  const done = begun?.pictures.length ?? 0;
  const log = await open(part, 'a');
  const pool = startPool(threads, moduleBeside(import.meta.url, './render-task.ts'));
  try {
    onProgress('rendering', done, chosen.length);
    let count = done;
    const [set] = setSpecs({ name: challengeName, sets: [header.set] });
    await inOrder(
      chosen.slice(done),
      3 * pool.threads,
      async (each) => {
        const edits =
          each.edit === undefined ? set!.edits : set!.edits.filter((_, i) => labels(header)[i] === each.edit);
        const wanted = each.edit === undefined ? ['none', ...labels(header)] : [each.edit];
        const task: ExportTask = {
          picture: each.picture,
          seed: header.seed,
          sets: [{ ...set!, edits }],
          format,
          paths: Object.fromEntries(wanted.map((edit) => [edit, join(rendered, nameOf(header, each.picture, edit))])),
        };
        return pool.run<Exported>('exportPicture', task);
      },
      async (made, each) => {
        await log.appendFile(keyLine(entryOf(header, each, made)));
        onProgress('rendering', ++count, chosen.length);
      },
      signal,
    );
    await log.sync();
  } finally {
    await log.close();
    await pool.close();
  }
  const whole = await readKey(part);
  const counts = await writeFolder(whole, { out, rendered, onProgress, signal });
  await rename(part, key);
  await syncFolder(dirname(resolve(key)));
  await rm(rendered, { recursive: true });
  const readable = whole.pictures.filter(({ files }) => files.length > 0);
  const originals = readable.filter(({ role }) => role === 'original').length;
  return { ...counts, originals, decoys: readable.length - originals, commitment: whole.commitment };
}

/** A picture with its role; a decoy has one edit, an original all. */
interface Chosen extends Pick<KeyPicture, 'part' | 'role'> {
  readonly picture: Picture;
  readonly edit?: string;
}

const labels = ({ set }: Pick<KeyHeader, 'set'>): string[] =>
  setFacts({ name: challengeName, sets: [set] })[0]!.edits.map(({ label }) => label);

/** Chooses the pictures: originals as copy detection does, decoys among the groups that are left. */
async function plan(options: ExportOptions, salt: string): Promise<{ header: KeyHeader; chosen: readonly Chosen[] }> {
  const { dataset: spec, edits, seed, duplicates, impostors, format, onProgress, onNotice } = options;
  const {
    sets: [set],
  } = await withPresets({ name: challengeName, sets: [{ preset: edits }] });
  const uses =
    options.limit === undefined ? undefined : options.limit + (options.decoys ?? Math.ceil(options.limit / 10));
  const dataset = await openNamedDataset(
    { name: challengeName, seed, dataset: spec },
    { onProgress, ...(onNotice ? { onNotice } : {}), limit: uses },
  );
  const limit = options.limit ?? Math.max(1, Math.floor((dataset.pictures.length * 10) / 11));
  const originals = choosePictures(dataset, { seed, calibrationShare }, limit);
  const used = new Set(originals.pictures.map(({ group }) => group));
  const left = dataset.pictures.filter(({ group }) => !used.has(group));
  const wanted = options.decoys ?? Math.ceil(originals.pictures.length / 10);
  if (wanted > left.length)
    throw new UserError(
      `Dataset '${dataset.name}' has ${dataset.pictures.length} pictures: with ${originals.pictures.length} originals, ${left.length} are left for ${wanted} decoys; give a smaller --limit or --decoys`,
    );
  const header: KeyHeader = {
    challenge: 1,
    salt,
    seed,
    dataset: { spec, name: dataset.name, sha256: originals.sha256 },
    set: set!,
    calibrationShare,
    limit,
    decoys: wanted,
    duplicates,
    impostors,
    format,
    notes: [...dataset.notices, ...originals.notes],
    refused: dataset.refused.map(({ picture, reason }) => ({ picture, reason })),
    versions: { presend: version, node: process.version, ...(sharp.versions as Record<string, string>) },
  };
  const decoys = subsample(left, { seed, limit: wanted }).map((picture): Chosen => {
    const draw = (use: string): number => secretDraw(header, `decoy/${use}/${picture.id}`);
    return {
      picture,
      role: 'decoy',
      // Of the group, so that related decoys are never in both parts.
      part: secretDraw(header, `decoy/part/${picture.group}`) < calibrationShare ? 'calibration' : 'evaluation',
      edit: ['none', ...labels(header)][Math.floor(draw('edit') * (labels(header).length + 1))]!,
    };
  });
  const chosen = originals.pictures.map(
    ({ part, ...picture }): Chosen => ({ picture, role: 'original', part: part as KeyPicture['part'] }),
  );
  return { header, chosen: [...chosen, ...decoys] };
}

const nameOf = (header: KeyHeader, { id }: Picture, edit: string): string => secretName(header, `${edit}/${id}`);

/** The key's line on a picture. */
function entryOf(header: KeyHeader, { picture, part, role }: Chosen, made: Exported): KeyPicture {
  const { id, group, topic, kind } = picture;
  const about = { picture: id, group, topic, kind, part, role };
  if (made.state === 'unreadable') return { ...about, unreadable: made.reason, files: [], refused: [] };
  const files = made.files.map(({ edit, sha256 }) => {
    const name = nameOf(header, picture, edit);
    const twice = secretDraw(header, `duplicate/${name}`) < header.duplicates;
    return { name, sha256, edit, ...(twice ? { duplicate: secretName(header, `duplicate/${name}`) } : {}) };
  });
  return { ...about, files, refused: [...made.refused] };
}

async function mustBeEmpty(out: string): Promise<void> {
  const [first] = (await entriesIfThere(out)) ?? [];
  if (first)
    throw new UserError(
      `${out} is not empty: it holds ${first.name}, which would leave with the challenge; choose a new folder for --out`,
    );
}
