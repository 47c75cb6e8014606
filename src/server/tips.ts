/** Reports to the curator that came in: append-only, in memory and, where a file is named, on disk before they are acknowledged. */
import { open, readFile } from 'node:fs/promises';
import { check } from '../schema/check.ts';
import { Tip } from '../schema/tip.ts';
import { reasonOf, UserError } from '../util/errors.ts';

/** Reports that are kept at most; a server that runs into it says so instead of filling the memory. */
export const mostTips = 100_000;

/** The reports of one server. */
export interface TipStore {
  readonly tips: readonly Tip[];
  /** Keeps a report and returns its number, 1 for the first; undefined when the store is full. */
  add(tip: Tip): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Opens the store. Reports that the file holds already count; a file that holds anything else is a UserError. */
export async function openTips(path?: string, most = mostTips): Promise<TipStore> {
  const tips = path === undefined ? [] : await readTips(path);
  const file = path === undefined ? undefined : await open(path, 'a').catch(unwritable(path));
  let last: Promise<unknown> = Promise.resolve();
  const append = async (tip: Tip): Promise<number | undefined> => {
    if (tips.length >= most) return undefined;
    await file?.appendFile(`${JSON.stringify(tip)}\n`);
    return tips.push(tip);
  };
  return {
    tips,
    add(tip) {
      // One after the other: lines never mix, and the order on disk is the order of the numbers.
      const added = last.then(() => append(tip));
      last = added.catch(() => undefined);
      return added;
    },
    async close() {
      await last;
      await file?.sync().catch(() => undefined);
      await file?.close();
    },
  };
}

const unwritable =
  (path: string) =>
  (error: unknown): never => {
    throw new UserError(`${path} cannot be written: ${reasonOf(error)}`);
  };

async function readTips(path: string): Promise<Tip[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}`);
  });
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new UserError(`${path}: its last line is cut; mend it, or name another file`);
  return lines.map((line, i) => {
    const where = `${path} line ${i + 1}`;
    try {
      return check(Tip, JSON.parse(line), where);
    } catch (error) {
      if (error instanceof SyntaxError) throw new UserError(`${where}: no JSON; mend it, or name another file`);
      throw error;
    }
  });
}
