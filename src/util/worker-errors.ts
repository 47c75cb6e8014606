/** Transfers errors from worker threads. A structured clone loses class and fields, so errors are sent as data and created again. */
import { InterruptedError, MissingError, RefusedError, UserError } from './errors.ts';

/** An error as data. */
export interface CarriedError {
  /** Name of one of `classes`; undefined for any other class. */
  readonly type: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Own fields with plain values, such as the code, path and syscall of a system error. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: CarriedError;
  /** Of an AggregateError. */
  readonly errors?: readonly CarriedError[];
}

/** Preserved classes, derived ones before their bases. */
const classes = {
  RefusedError,
  MissingError,
  UserError,
  InterruptedError,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
} as const;

/** Maximum length of a preserved chain of causes. */
const mostCauses = 8;

/** Fields that are transferred separately. */
const own = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** Any thrown value, as data. */
export function carried(thrown: unknown, depth = 0): CarriedError {
  if (!(thrown instanceof Error))
    return { type: undefined, name: 'Error', message: String(thrown), stack: undefined, fields: {} };
  const { name, message, stack, cause } = thrown;
  const fields = Object.entries(thrown).filter(
    (field): field is [string, string | number | boolean] =>
      !own.has(field[0]) && ['string', 'number', 'boolean'].includes(typeof field[1]),
  );
  return {
    type: Object.entries(classes).find(([, known]) => thrown instanceof known)?.[0],
    name,
    message,
    stack,
    fields: Object.fromEntries(fields),
    ...(cause === undefined || depth >= mostCauses ? {} : { cause: carried(cause, depth + 1) }),
    ...(thrown instanceof AggregateError && depth < mostCauses
      ? { errors: thrown.errors.map((each) => carried(each, depth + 1)) }
      : {}),
  };
}

/** Creates the error again: with its class if known, and with the stack of the thread that threw it. */
export function madeAnew({ type, name, message, stack, fields, cause, errors }: CarriedError): Error {
  const options = cause ? { cause: madeAnew(cause) } : {};
  const error = errors
    ? new AggregateError(errors.map(madeAnew), message, options)
    : new (type === undefined ? Error : classes[type as keyof typeof classes])(message, options);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return Object.assign(error, fields);
}
