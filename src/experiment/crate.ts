/**
 * A finished run as an RO-Crate (RO-Crate 1.1 with the Process Run Crate profile 0.5 of the Workflow Run RO-Crate working group): its files with
 * their SHA-256, and a description in JSON-LD that says what was run, with which seed, software, pictures and licences. Paths of this machine
 * are left out: of a path only the last part stays.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, resolve, sep } from 'node:path';
import { wordsOf } from '../disk/command-line.ts';
import { version } from '../disk/project.ts';
import { textOf } from '../disk/read.ts';
import { partialName, runFiles } from '../harness/run-folder.ts';
import { refusedRow } from '../schema/row.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { sha256Hex } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { openFinished } from './reload.ts';
import { fileReports } from './report.ts';

/** A file of a crate: its path in it, and its content, which is text or the bytes of a file. */
export type CrateFile = { readonly path: string; readonly bytes: number; readonly sha256: string } & (
  | { readonly text: string }
  | { readonly from: string }
);

/** What the crate needs to know that no run record says. */
export interface CrateOptions {
  /** Licence of the run's files: an SPDX identifier, an address, or words. */
  readonly licence?: string | undefined;
  /** Name of the person who ran it. */
  readonly author?: string | undefined;
}

export const metadataFile = 'ro-crate-metadata.json';

/** Licence of the generated corpus (datasets/generated/card.json), and so of what is computed from it alone. */
const cc0 = 'CC0-1.0';

const formats: Readonly<Record<string, string>> = {
  json: 'application/json',
  html: 'text/html',
  md: 'text/markdown',
  csv: 'text/csv',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  tex: 'application/x-tex',
  parquet: 'application/vnd.apache.parquet',
};
const formatOf = (path: string): string => formats[path.split('.').at(-1)!] ?? 'application/octet-stream';

/** Descriptions of the files that every run has. */
const about: Readonly<Record<string, string>> = {
  [runFiles.record]: 'What was run: experiment, seed, digests, versions, platform.',
  [runFiles.metrics]: 'Every number, with its counts and interval; computed from the rows.',
  [runFiles.timings]: 'Wall times; the only file that never repeats.',
  'report.html': 'The report as a page.',
  'report.md': 'The report as Markdown.',
};
const aboutOf = (path: string): string | undefined =>
  about[path] ??
  (path.startsWith('rows/') ? `Rows of type ${basename(path).replace(/-\d+\.parquet$/, '')}.` : undefined);

/**
 * The files of a finished run, and the description of them, which comes first. Throws a MissingError if there is no run, and a UserError if it is
 * unfinished, or if a file that has to stay as it is contains a path of this machine.
 */
export async function crateOf(folder: string, options: CrateOptions = {}): Promise<CrateFile[]> {
  const { run, record: own, observations, kind } = await openFinished(folder);
  const local = localPaths(folder, own);
  const record = JSON.parse(local.hidden(JSON.stringify(own))) as RunRecord;
  const metrics = JSON.parse(await textOf(join(folder, runFiles.metrics))) as Parameters<typeof fileReports>[0];
  const reports = await fileReports(metrics, record, await run.timings());
  const changed: Readonly<Record<string, string>> = {
    [runFiles.record]: `${JSON.stringify(record, null, 2)}\n`,
    'report.html': reports.html,
    'report.md': reports.markdown,
  };
  if (kind.rows.some((type) => type.name === refusedRow.name))
    for await (const batch of run.rows([refusedRow], observations).of())
      for (const row of batch) local.refuseIn(JSON.stringify(row), 'A row of type refused');
  const files: CrateFile[] = [];
  for (const path of await pathsIn(folder)) {
    const from = join(folder, path);
    const text = changed[path];
    if (text !== undefined) {
      files.push({ path, text, bytes: Buffer.byteLength(text), sha256: sha256Hex(text) });
      continue;
    }
    if (/\.(json|csv|md|html|svg|tex)$/.test(path)) local.refuseIn(await textOf(from), path);
    files.push({ path, from, bytes: (await stat(from)).size, sha256: await digestOf(from) });
  }
  const text = `${JSON.stringify(description(record, files, await run.timings(), options), null, 2)}\n`;
  return [{ path: metadataFile, text, bytes: Buffer.byteLength(text), sha256: sha256Hex(text) }, ...files];
}

/** Paths of the files of a run, with `/`, sorted; without hidden files, locks and what only an unfinished run needs. */
async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(join(folder, sep).length).replaceAll(sep, '/'))
    .filter((path) => !/(^|\/)\./.test(path) && !/(^|\/)[\w.]*lock$/.test(path) && !path.startsWith(`${partialName}/`))
    .sort();
}

async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** What would show where this machine keeps its files: absolute paths of the command and of the dataset, and the folders around them. */
function localPaths(folder: string, { command, dataset }: RunRecord) {
  const named = [...wordsOf(command).map((word) => word.replace(/^--?[\w-]+=/, '')), dataset.name].filter(isAbsolute);
  const around = [process.cwd(), homedir(), resolve(folder)].filter((path) => path !== sep);
  const paths = [...new Set([...named, ...around])].sort((a, b) => b.length - a.length);
  return {
    /** The text with only the last part of each path. */
    hidden: (text: string): string =>
      paths.reduce((rest, path) => rest.replaceAll(JSON.stringify(path).slice(1, -1), `…/${basename(path)}`), text),
    /** Throws a UserError if the text contains one of the paths. */
    refuseIn(text: string, what: string): void {
      const found = paths.find((path) => text.includes(JSON.stringify(path).slice(1, -1)));
      if (found !== undefined)
        throw new UserError(
          `${what} contains '${found}', a path of this machine, and cannot be changed without changing its digest; repeat the run with a relative path`,
        );
    },
  };
}

type Entity = Readonly<Record<string, unknown>>;
const reference = (id: string): { '@id': string } => ({ '@id': id });

/** A licence as RO-Crate wants it: an entity with an address if there is one, otherwise words. */
function licenceEntity(licence: string): { readonly value: unknown; readonly entities: readonly Entity[] } {
  const id = /^https?:/.test(licence)
    ? licence
    : /^[A-Za-z0-9.+-]+$/.test(licence)
      ? `https://spdx.org/licenses/${licence}`
      : undefined;
  if (id === undefined) return { value: licence, entities: [] };
  return {
    value: reference(id),
    entities: [
      { '@id': id, '@type': 'CreativeWork', name: licence, description: `The licence ${licence}`, identifier: id },
    ],
  };
}

/** Milliseconds since 1970 as ISO 8601 with an offset, as the profile wants it. */
const moment = (millis: number): string => new Date(millis).toISOString().replace('Z', '+00:00');

/** The description of the crate as JSON-LD. */
function description(
  record: RunRecord,
  files: readonly CrateFile[],
  { phases }: { readonly phases: Readonly<Record<string, number>> },
  { licence: given, author }: CrateOptions,
): object {
  const { runId, created, command, seed, dataset, models, packages, node, commit, experimentResolved } = record;
  const { name = 'run', question = '' } = experimentResolved as { name?: string; question?: string };
  const isGenerated = dataset.name === 'generated';
  const licence = licenceEntity(
    given ?? (isGenerated ? cc0 : 'Not stated: whoever owns the pictures decides about what is computed from them'),
  );
  const software = licenceEntity('Apache-2.0');
  const corpus = isGenerated ? licenceEntity(cc0) : undefined;
  const started = Date.parse(created);
  const person = author === undefined ? undefined : { '@id': '#author', '@type': 'Person', name: author };
  const program = (id: string, of: string, its: string, more: Entity = {}): Entity => ({
    '@id': id,
    '@type': 'SoftwareApplication',
    name: of,
    softwareVersion: its,
    ...(id.startsWith('https:') ? { url: id } : {}),
    ...more,
  });
  const used = [
    ...Object.entries(packages).map(([of, its]) => program(`https://www.npmjs.com/package/${of}/v/${its}`, of, its)),
    program('https://nodejs.org/', 'Node.js', node),
  ];
  const weights = models.map((model) => ({
    '@id': `#model-${encodeURIComponent(model.name)}`,
    '@type': 'CreativeWork',
    name: model.name,
    identifier: `sha256:${model.sha256}`,
  }));
  const entities: Entity[] = [
    {
      '@id': metadataFile,
      '@type': 'CreativeWork',
      conformsTo: reference('https://w3id.org/ro/crate/1.1'),
      about: reference('./'),
    },
    {
      '@id': './',
      '@type': 'Dataset',
      name: `presend run ${runId}: ${name}`,
      description: question === '' ? `A run of presend, ${name}` : question,
      identifier: runId,
      datePublished: moment(started),
      ...(person ? { author: reference('#author') } : {}),
      license: licence.value,
      conformsTo: reference('https://w3id.org/ro/wfrun/process/0.5'),
      hasPart: files.map(({ path }) => reference(path)),
      mentions: reference('#run'),
    },
    {
      '@id': 'https://w3id.org/ro/wfrun/process/0.5',
      '@type': 'CreativeWork',
      name: 'Process Run Crate',
      version: '0.5',
    },
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `Run of ${name}`,
      description: command,
      startTime: moment(started),
      endTime: moment(started + Object.values(phases).reduce((sum, millis) => sum + millis, 0)),
      ...(person ? { agent: reference('#author') } : {}),
      instrument: reference('#presend'),
      object: [reference('#dataset'), reference('#seed'), ...weights.map((each) => reference(each['@id']))],
      result: files.map(({ path }) => reference(path)),
      actionStatus: 'http://schema.org/CompletedActionStatus',
    },
    program(
      '#presend',
      'presend',
      commit === null ? version : `${version}, commit ${commit}${record.dirty ? ', changed' : ''}`,
      {
        license: software.value,
        softwareRequirements: used.map((each) => reference(each['@id'] as string)),
        ...(record.sources ? { identifier: `sha256:${record.sources}` } : {}),
      },
    ),
    ...used,
    {
      '@id': '#dataset',
      '@type': 'Dataset',
      name: dataset.name,
      description: 'The pictures of the run; they are not in the crate.',
      identifier: `sha256:${dataset.sha256}`,
      ...(corpus ? { license: corpus.value } : {}),
    },
    ...(person ? [person] : []),
    { '@id': '#seed', '@type': 'PropertyValue', name: 'seed', value: String(seed) },
    ...weights,
    ...files.map(({ path, bytes, sha256 }) => ({
      '@id': path,
      '@type': 'File',
      name: path,
      ...(aboutOf(path) ? { description: aboutOf(path) } : {}),
      encodingFormat: formatOf(path),
      contentSize: String(bytes),
      sha256,
    })),
  ];
  const byId = new Map(
    [...entities, ...licence.entities, ...software.entities, ...(corpus?.entities ?? [])].map((each) => [
      each['@id'],
      each,
    ]),
  );
  return {
    '@context': ['https://w3id.org/ro/crate/1.1/context', { sha256: 'https://schema.org/sha256' }],
    '@graph': [...byId.values()],
  };
}
