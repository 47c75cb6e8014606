/** Three kinds of failure: the reader's input, a thing that is missing, and (any other Error) our own bug. */

/** A mistake in the input that the reader can correct; the CLI prints it without a stack and exits with 2. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** A model, dataset or run that is not there; the message says what gets it. The CLI exits with 3. */
export class MissingError extends UserError {
  override readonly name = 'MissingError';
}

/** A picture that cannot be used. The message is the reason: one sentence, the same on every machine, without paths. */
export class RefusedError extends UserError {
  override readonly name = 'RefusedError';
}

/** Work stopped on request (ctrl-C); partial results are kept. The CLI exits with 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Exit codes of the CLI; the README's table is tested against this one. */
export const exitCodes = { done: 0, bug: 1, input: 2, missing: 3, interrupted: 130 } as const;

/** The one sentence for a bad value: what was expected, for what, what came. */
export function unexpected(name: string, expected: string, actual: unknown): UserError {
  const shown = typeof actual === 'string' ? `'${clip(actual)}'` : clip(shownOf(actual));
  return new UserError(`Expected ${expected} for ${name} but received ${shown} of type ${typeof actual}`);
}

/** A value as text. Only simple ones are asked for it: a stranger's object has a `toString` of his own, and a list may lie very deep. */
function shownOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'a map' : String(value);
}

/** What went wrong, in words, for anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of several attempts that failed (two addresses of one host, say) the message is empty.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error.message;
}

/** The code of a system error ('ENOENT'), also where Node found it out by itself ('ERR_FS_EISDIR'); undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^(?:ERR_FS_)?(E[A-Z0-9]+)$/.exec(error.code)?.[1];
}

/** Whether an error says that nothing is at a path. */
export const isAbsent = (error: unknown): boolean => systemCode(error) === 'ENOENT';

/** Codes of a machine that is full, broken or out of something: they say nothing about the file that was being read. */
const troubles = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN']);

/** Whether an error is the machine's (a full disk, no memory, no file handles), not the fault of the current picture or file. */
export const isMachineTrouble = (error: unknown): boolean => troubles.has(systemCode(error) ?? '');

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);
