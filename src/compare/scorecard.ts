/** A scorecard: the measured figures of a run under each of a set of published criteria. It gives no marks. */
import type { AnyMetrics } from '../experiment/index.ts';
import type { Criteria, Criterion, Figure } from '../schema/criteria.ts';
import { UserError } from '../util/errors.ts';

/** One value, with the line that it belongs to. */
export interface Found {
  /** Line of the table, for example 'S0 server-scan'; 'the run' where there is one value for all. */
  readonly line: string;
  readonly value: unknown;
  /** JSON pointer (RFC 6901) into metrics.json. */
  readonly pointer: string;
}

/** A figure with what the run has of it. */
export interface MeasuredFigure extends Pick<Figure, 'what' | 'path'> {
  readonly found: readonly Found[];
}

/** A criterion with the figures of a run. */
export interface ScoredCriterion extends Omit<Criterion, 'figures'> {
  readonly figures: readonly MeasuredFigure[];
  /** Figures of it that runs of other kinds have, by kind. */
  readonly elsewhere: readonly { readonly kind: string; readonly what: readonly string[] }[];
}

export interface Scorecard extends Omit<Criteria, 'criteria'> {
  readonly experiment: string;
  readonly kind: string;
  readonly criteria: readonly ScoredCriterion[];
}

/** The name of the line that has the value of a run as a whole. */
export const whole = 'the run';

/** Fills criteria with the metrics of a run. Throws a UserError if a path leads nowhere or to several values of one line. */
export function scorecardOf(criteria: Criteria, metrics: AnyMetrics): Scorecard {
  const kind = 'kind' in metrics ? metrics.kind : 'tradeoff';
  return {
    ...criteria,
    experiment: metrics.experiment,
    kind,
    criteria: criteria.criteria.map(({ figures, ...criterion }): ScoredCriterion => {
      const others = figures.filter((each) => each.kind !== kind);
      return {
        ...criterion,
        figures: figures
          .filter((each) => each.kind === kind)
          .map((figure) => ({ what: figure.what, path: figure.path, found: foundBy(figure, metrics, criteria.name) })),
        elsewhere: [...new Set(others.map((each) => each.kind))].map((other) => ({
          kind: other,
          what: others.filter((each) => each.kind === other).map(({ what }) => what),
        })),
      };
    }),
  };
}

function foundBy({ path, take, what }: Figure, metrics: AnyMetrics, set: string): Found[] {
  const lines = new Map<string, Found>();
  for (const found of valuesAt(metrics, path, set)) {
    const known = lines.get(found.line);
    if (known && take === undefined)
      throw new UserError(
        `Criteria ${set}, '${what}': ${path} finds several values of ${found.line}; name members in brackets, or say which to take`,
      );
    if (!known || exceeds(found.value, known.value, take)) lines.set(found.line, found);
  }
  return [...lines.values()];
}

/** Whether a value is to be taken in place of another. A value that was not measured never is. */
function exceeds(value: unknown, other: unknown, take: Figure['take']): boolean {
  const [a, b] = [sizeOf(value), sizeOf(other)];
  if (a === undefined || b === undefined) return b === undefined && a !== undefined;
  return take === 'highest' ? a > b : a < b;
}

/** A number, or the estimate of a rate or interval. */
function sizeOf(value: unknown): number | undefined {
  const size = isRecord(value) ? value.estimate : value;
  return typeof size === 'number' ? size : undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Step {
  readonly member: string;
  /** Conditions on the members of an array; undefined where there is none. */
  readonly among: readonly (readonly [member: string, value: string])[] | undefined;
}

const stepsOf = (path: string): Step[] =>
  // A value in brackets may have a dot.
  [...path.matchAll(/([A-Za-z]+)(\[([^\]]*)\])?/g)].map(([, member = '', , conditions]) => {
    const among = conditions
      ?.split(',')
      .filter((condition) => condition !== '')
      .map((condition) => condition.split('=') as [string, string]);
    return { member, among };
  });

/** All values that a path leads to. A member that is left out is a value that was not measured. */
function valuesAt(metrics: AnyMetrics, path: string, set: string): Found[] {
  let at: Found[] = [{ line: whole, value: metrics, pointer: '' }];
  for (const [i, { member, among }] of stepsOf(path).entries()) {
    at = at.flatMap(({ line, value, pointer }): Found[] => {
      const next = isRecord(value) ? value[member] : undefined;
      const here = `${pointer}/${member}`;
      if (i === 0 && next === undefined)
        throw new UserError(`Criteria ${set}: the metrics have no member '${member}', of the path ${path}`);
      if (among === undefined) return [{ line, value: next, pointer: here }];
      if (!Array.isArray(next)) return [{ line, value: undefined, pointer: here }];
      return next.flatMap((each: unknown, place): Found[] => {
        if (!isRecord(each) || !among.every(([name, due]) => String(each[name]) === due)) return [];
        return [{ line: line === whole ? lineOf(each, place) : line, value: each, pointer: `${here}/${place}` }];
      });
    });
  }
  return at;
}

/** What a member of an array is called in a table: its id and its name, whichever it has. */
function lineOf(each: Readonly<Record<string, unknown>>, place: number): string {
  const name = [each.strategy, each.name, each.hash, each.keeps].find((value) => typeof value === 'string');
  const words = [each.id, name].filter((value) => typeof value === 'string');
  return words.length > 0 ? words.join(' ') : `${place + 1}`;
}
