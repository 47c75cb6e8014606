/**
 * Finds all files below a folder, whatever their names. It follows links to files and folders. Each folder is read once, under its own name
 * if it has one here, so that a cycle of links ends. Skipped items are named or counted.
 */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAbsent, isMachineTrouble, reasonOf, systemCode, UserError } from '../util/errors.ts';
import { compare, counted, type FoundFiles, type Refusal } from './refusal.ts';

/** Maximum number of files: more than any dataset of pictures on one machine. */
export const mostFiles = 5_000_000;
/** Maximum depth of nested folders. */
const mostDepth = 100;

/** Searches a folder recursively. */
export async function findFiles(root: string): Promise<FoundFiles> {
  const walk = new Walk(root);
  await walk.folder({ path: '', bytes: Buffer.from(root), depth: 0 });
  await walk.links();
  return walk.found();
}

/** A folder or file: its displayed name, and its name in the file system. */
interface Place {
  readonly path: string;
  readonly bytes: Buffer;
  readonly depth: number;
}

class Walk {
  readonly #root: string;
  readonly #files: string[] = [];
  readonly #refused: Refusal[] = [];
  readonly #linked: Place[] = [];
  /** Folders already read: from the file system's name to the path here. */
  readonly #read = new Map<string, string>();
  #followed = 0;
  #hidden = 0;

  constructor(root: string) {
    this.#root = root;
  }

  found(): FoundFiles {
    const notices: string[] = [];
    if (this.#followed > 0) notices.push(`${counted(this.#followed, 'linked folder')} followed.`);
    if (this.#hidden > 0)
      notices.push(`${counted(this.#hidden, 'hidden file or folder', 'hidden files or folders')} passed over.`);
    return { files: this.#files.sort(compare), refused: this.#refused, notices };
  }

  async folder(place: Place): Promise<void> {
    const entries = await this.#entriesOf(place);
    for (const entry of entries) {
      const name = entry.name.toString('utf8');
      const below: Place = {
        path: place.path ? `${place.path}/${shown(entry.name)}` : shown(entry.name),
        bytes: Buffer.concat([place.bytes, Buffer.from('/'), entry.name]),
        depth: place.depth + 1,
      };
      if (name.startsWith('.')) this.#hidden++;
      else if (entry.isDirectory()) await this.folder(below);
      else if (entry.isSymbolicLink()) await this.#link(below);
      else this.#file(below);
    }
  }

  async #entriesOf({ path, bytes, depth }: Place): Promise<Dirent<Buffer>[]> {
    if (depth > mostDepth) {
      this.#refuse(path, `a folder below ${mostDepth} others is not read`);
      return [];
    }
    try {
      const { dev, ino } = await stat(bytes);
      this.#read.set(`${dev}:${ino}`, path || '.');
      const entries = await readdir(bytes, { withFileTypes: true, encoding: 'buffer' });
      return entries.sort((a, b) => Buffer.compare(a.name, b.name));
    } catch (error) {
      // The folder itself must exist: otherwise whoever named it gets an error.
      if (path === '' || systemCode(error) === undefined || isMachineTrouble(error)) throw error;
      this.#refuse(path, `unreadable folder: ${reasonOf(error)}`);
      return [];
    }
  }

  async #link(place: Place): Promise<void> {
    try {
      if ((await stat(place.bytes)).isDirectory()) this.#linked.push(place);
      else this.#file(place);
    } catch (error) {
      if (isAbsent(error)) this.#refuse(place.path, 'missing file: the link leads nowhere');
      else if (systemCode(error) === 'ELOOP') this.#refuse(place.path, 'the link leads back to itself');
      else throw error;
    }
  }

  /** Follows linked folders after all others, so that a folder with a name of its own here is read under that name. */
  async links(): Promise<void> {
    for (const place of this.#linked) {
      const { dev, ino } = await stat(place.bytes);
      const before = this.#read.get(`${dev}:${ino}`);
      if (before !== undefined) this.#refuse(place.path, `a link to a folder that is read already, as ${before}`);
      else {
        this.#followed++;
        await this.folder(place);
      }
    }
  }

  #file({ path, bytes }: Place): void {
    if (this.#files.length + this.#refused.length >= mostFiles)
      throw new UserError(`${this.#root} holds more than ${mostFiles} files; name a smaller folder`);
    // Names that are not valid text would be read under another name, or several under the same.
    if (!Buffer.from(bytes.toString('utf8')).equals(bytes))
      this.#refuse(path, 'its path is not UTF-8 (\\x stands for such a byte); rename it');
    else this.#files.push(path);
  }

  #refuse(picture: string, reason: string): void {
    this.#refused.push({ picture, reason });
  }
}

/** A name as text; bytes that are not UTF-8 become \xE9. */
function shown(name: Buffer): string {
  const text = name.toString('utf8');
  if (Buffer.from(text).equals(name)) return text;
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase()}`,
  ).join('');
}
