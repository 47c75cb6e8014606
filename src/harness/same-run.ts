/** Whether a run can be resumed as it was started: every difference is named, with both values. */
import { backendNamed } from '../classify/backend.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { canonicalJson } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { mustHaveBackend } from './inference.ts';
import type { Surroundings } from './record.ts';
import type { RunOptions } from './run-options.ts';
import { inProcess } from './run-options.ts';

/** Named datasets; anything else is a path. */
const namedDatasets = ['generated', 'photographs', 'miniatures'];

/** Throws a UserError if the experiment, limit, transport, backend or software differs from the start. */
export function checkResumed(
  before: RunRecord,
  { experiment, out, limit, transport = inProcess, backend }: RunOptions<unknown>,
  now: Surroundings,
): void {
  const began = before.experimentResolved;
  const other = differences(began, withPathOf(began, experiment));
  if (other.length > 0)
    throw refused(out, 'is of another experiment', other, 'resume it with what it was started with');
  if (before.limit !== limit) {
    const said = (value: number | undefined) => (value === undefined ? 'without --limit' : `with --limit ${value}`);
    throw new UserError(
      `The run in ${out} was started ${said(before.limit)}, and this is ${said(limit)}; use the same value`,
    );
  }
  const crossed = before.transport ?? inProcess.name;
  if (crossed !== transport.name)
    throw new UserError(`The run in ${out} was started with --transport ${crossed}; resume it with the same transport`);
  mustHaveBackend(before.inference, backendNamed(backend), out);
  const system = ({ platform }: { platform: string }) => platform.split(',')[0]!;
  const software = differences(
    { ...softwareOf(before), platform: system(before) },
    { ...softwareOf(now), platform: system(now) },
  );
  if (software.length > 0)
    throw refused(
      out,
      'was begun by other software',
      software,
      'resume it with that, or start it again in another folder',
    );
}

/** Throws a UserError if the found pictures, or the list made from them, differ from the start. */
export function checkFound(before: RunRecord, out: string, now: Pick<RunRecord, 'dataset' | 'notes' | 'list'>): void {
  const what = ({ dataset, notes = [], list }: typeof now) => ({ dataset, notes, ...(list ? { list } : {}) });
  const other = differences(what(before), what(now));
  if (other.length > 0)
    throw refused(out, 'is of other pictures', other, 'resume it with those that it was started with');
}

const softwareOf = ({ commit, dirty, sources, node, packages, sharp }: Surroundings) => ({
  commit,
  dirty,
  ...(sources === undefined ? {} : { sources }),
  node,
  packages,
  sharp,
});

const refused = (out: string, what: string, differing: readonly string[], advice: string): UserError =>
  new UserError(
    `The run in ${out} ${what}: ${differing.slice(0, 3).join('; ')}${more(differing.length - 3)}. Please ${advice}`,
  );

const more = (count: number): string => (count > 0 ? `; and ${count} more` : '');

/** The experiment with the dataset path of the first start: a folder has many paths, and the digest of the pictures is compared instead. */
function withPathOf(before: unknown, experiment: unknown): unknown {
  const [began, now] = [datasetOf(before), datasetOf(experiment)];
  return isPath(began?.name) && isPath(now?.name)
    ? { ...(experiment as object), dataset: { ...now, name: began?.name } }
    : experiment;
}

const datasetOf = (experiment: unknown) => (experiment as { dataset?: { name?: unknown } } | null)?.dataset;
const isPath = (name: unknown): boolean => typeof name === 'string' && !namedDatasets.includes(name);

/** Paths at which two values differ, with both: '/seed was 1 and is 2'. */
function differences(before: unknown, now: unknown, place = ''): string[] {
  if (canonicalJson(before) === canonicalJson(now)) return [];
  if (isObject(before) && isObject(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(before[key], now[key], `${place}/${key}`));
  }
  if (Array.isArray(before) && Array.isArray(now) && before.length === now.length)
    return before.flatMap((each, i) => differences(each, now[i], `${place}/${i}`));
  return [`${place} was ${shown(before)} and is ${shown(now)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  const text = value === undefined ? 'not given' : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
