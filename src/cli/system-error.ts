/** Describes an error of the operating system in one sentence: which path, why, and what to do. Such an error is not a bug of the program. */
import { systemCode } from '../util/errors.ts';

/** The fields of a system error that the sentences need. */
interface SystemError extends Error {
  readonly path?: string;
  readonly dest?: string;
  readonly syscall?: string;
}

/** Errors that concern a path. */
const ofPath: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no '${path}', or the folder that it would be in is not there`,
  ENOTDIR: (path) => `A part of '${path}' is a file, where a folder was expected; name another path`,
  EISDIR: (path) => `'${path}' is a folder, where a file was expected; name a file`,
  EEXIST: (path) => `'${path}' is there already, and something else was to be made under that name; name another path`,
  ENOTEMPTY: (path) => `'${path}' is a folder that is not empty; name another path, or empty it`,
  EACCES: (path) => `No permission for '${path}'; change its permissions, or name another path`,
  EPERM: (path) => `No permission for '${path}'; change its permissions, or name another path`,
  EROFS: (path) => `'${path}' is on a file system that cannot be written to; name another path`,
  ENAMETOOLONG: (path) => `The path '${shortened(path)}' is longer than the file system allows; name a shorter one`,
  ELOOP: (path) => `'${path}' is a link that leads back to itself; name another path`,
  EXDEV: (path) => `'${path}' is on another file system than its temporary file; name another path`,
  EINVAL: (path) => `The file system does not allow '${path}'; name another path`,
  EBUSY: (path) => `'${path}' is in use by another program; try again when it has ended`,
  ETXTBSY: (path) => `'${path}' is a program that is running; name another path`,
  EFBIG: (path) => `'${path}' would be larger than the file system allows; name a path on another one`,
};

/** Errors of the machine, with the path if known. */
const ofMachine: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full; free some space, and run the same command again',
  EDQUOT: 'The disk quota is used up; free some space, and run the same command again',
  EIO: 'The disk failed to read or write; check it, and run the same command again',
  EMFILE: 'Too many files are open; allow more with `ulimit -n`, or use fewer --threads',
  ENFILE: 'The machine has too many open files; end other programs, and run the same command again',
  ENOMEM: 'The machine has too little memory; end other programs, or use fewer --threads',
  ENOBUFS: 'The machine has too little memory for the network; end other programs, and run the same command again',
};

/** The sentence for an error that the user can fix; undefined for any other error, which is a bug. */
export function systemSentence(error: unknown): string | undefined {
  if (hasZeroByte(error)) return 'A path has a zero byte in it, which no file system allows; name another path';
  const code = systemCode(error);
  if (code === undefined) return undefined;
  const { path, dest } = error as SystemError;
  const where = dest ?? path;
  const trouble = ofMachine[code];
  if (trouble) return where === undefined ? trouble : `${trouble} (at '${shortened(where)}')`;
  const refused = ofPath[code];
  return refused && where !== undefined ? refused(where) : undefined;
}

/** Whether Node rejects a path because of a zero byte. Text in a file can contain one, so this is not a bug of the program. */
const hasZeroByte = (error: unknown): boolean =>
  error instanceof TypeError &&
  (error as NodeJS.ErrnoException).code === 'ERR_INVALID_ARG_VALUE' &&
  error.message.includes('without null bytes');

const shortened = (path: string): string => (path.length > 120 ? `${path.slice(0, 60)}…${path.slice(-50)}` : path);
