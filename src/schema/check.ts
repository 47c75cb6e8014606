/** Checking strangers' JSON against a schema, with one clear sentence when it does not fit. */
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { UserError } from '../util/errors.ts';

/** The value, typed, if it fits; otherwise a UserError that names the place, what was expected and what came. */
export function check<S extends TSchema>(schema: S, value: unknown, what: string): Static<S> {
  if (Value.Check(schema, value)) return value as Static<S>;
  // An unknown key is reported twice: first as 'schema is false', then with its name.
  const first = Value.Errors(schema, value).find(({ keyword }) => keyword !== 'boolean');
  const place = first?.instancePath ? ` at ${first.instancePath}` : '';
  throw new UserError(`${what}${place}: ${explain(first)}`);
}

/** Whether a value fits, without a reason: for the hot path of the roles. */
export const fits = <S extends TSchema>(schema: S, value: unknown): value is Static<S> => Value.Check(schema, value);

function explain(error: { keyword: string; message: string; params: unknown } | undefined): string {
  if (!error) return 'does not fit its schema';
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties') {
    const extra = (params.additionalProperties as string[] | undefined)?.join(', ') ?? '';
    return `unknown key ${extra}; remove it or correct its spelling`;
  }
  if (error.keyword === 'enum' && Array.isArray(params.allowedValues))
    return `expected one of ${(params.allowedValues as unknown[]).join(', ')}`;
  return error.message;
}
