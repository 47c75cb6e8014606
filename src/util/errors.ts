/** Three kinds of failure: invalid input, something missing, and (any other Error) a bug in presend. */

/** A mistake in the input that the user can correct. The CLI prints it without a stack and exits with 2. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** A missing model, dataset or run; the message says how to get it. The CLI exits with 3. */
export class MissingError extends UserError {
  override readonly name = 'MissingError';
}

/** An unusable picture. The message is the reason: one sentence, the same on every machine, without paths. */
export class RefusedError extends UserError {
  override readonly name = 'RefusedError';
}

/** The user interrupted the work (ctrl-C); partial results are stored. The CLI exits with 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Exit codes of the CLI; a test compares the README's table with this one. */
export const exitCodes = { done: 0, bug: 1, input: 2, missing: 3, interrupted: 130 } as const;

/** The one sentence for an invalid value: its name, what was expected, and the value. */
export function unexpected(name: string, expected: string, actual: unknown): UserError {
  const shown = typeof actual === 'string' ? `'${clip(actual)}'` : clip(shownOf(actual));
  return new UserError(`Expected ${expected} for ${name} but received ${shown} of type ${typeof actual}`);
}

/** A value as text. Only simple values are converted: a foreign object has its own `toString`, and a list can be nested very deeply. */
function shownOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'a map' : String(value);
}

/** A message for any thrown value. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // If several attempts failed (two addresses of one host, for example), the message is empty.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error.message;
}

/** The code of a system error ('ENOENT'), including Node's own ('ERR_FS_EISDIR'); undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^(?:ERR_FS_)?(E[A-Z0-9]+)$/.exec(error.code)?.[1];
}

/** Whether an error means that nothing exists at a path. */
export const isAbsent = (error: unknown): boolean => systemCode(error) === 'ENOENT';

/** Error codes of a machine that is full, broken or out of resources. They say nothing about the file being read. */
const troubles = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN']);

/** Whether an error comes from the machine (a full disk, no memory, no file handles), and not from the current picture or file. */
export const isMachineTrouble = (error: unknown): boolean => troubles.has(systemCode(error) ?? '');

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);
