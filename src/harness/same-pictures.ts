/**
 * The pictures with which a run began, in `partial/pictures.jsonl`, so that a resumed run can name those that were changed since. One line a
 * picture: its id and the first 8 digits of its SHA-256, sorted by id. The run's record has the digest of all, which is compared as well.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Picture } from '../dataset/dataset.ts';
import { compare } from '../dataset/refusal.ts';
import { linesOf, statIfThere } from '../disk/read.ts';
import { writeBeside } from '../disk/write.ts';
import { UserError } from '../util/errors.ts';
import { partialFolder } from './run-folder.ts';

/** Pictures in one write. */
const batch = 10_000;
/** Maximum number of pictures that a sentence names. */
const mostNamed = 3;

/** Keeps the pictures of a run that begins. Of a run that is resumed, throws a UserError if they differ, which names the first of them. */
export async function mustBeSamePictures(out: string, pictures: readonly Picture[]): Promise<void> {
  const file = join(partialFolder(out), 'pictures.jsonl');
  if (await statIfThere(file)) return compareWith(file, out, pictures);
  await mkdir(dirname(file), { recursive: true });
  await writeBeside(file, {
    async write(handle) {
      for (let at = 0; at < pictures.length; at += batch)
        await handle.writeFile(
          pictures
            .slice(at, at + batch)
            .map(lineOf)
            .join(''),
        );
    },
  });
}

const lineOf = ({ id, sha256 }: Picture): string => `${JSON.stringify([id, sha256.slice(0, 8)])}\n`;

function parsed(text: string, file: string): [id: string, sha256: string] {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(`${file} is damaged: ${error.message}; start the run again in another folder`);
  }
}

async function compareWith(file: string, out: string, pictures: readonly Picture[]): Promise<void> {
  const named: string[] = [];
  let differing = 0;
  const say = (id: string, how: string): void => {
    if (differing++ < mostNamed) named.push(`'${id}' ${how}`);
  };
  let at = 0;
  for await (const { text } of linesOf(file)) {
    const [id, sha256] = parsed(text, file);
    while (at < pictures.length && compare(pictures[at]!.id, id) < 0) say(pictures[at++]!.id, 'is new');
    const now = pictures[at];
    if (now?.id !== id) say(id, 'is gone');
    else {
      at++;
      if (!now.sha256.startsWith(sha256)) say(id, 'was changed');
    }
  }
  while (at < pictures.length) say(pictures[at++]!.id, 'is new');
  if (differing === 0) return;
  const more = differing > mostNamed ? `; and ${differing - mostNamed} more` : '';
  throw new UserError(
    `The run in ${out} is of other pictures: ${named.join('; ')}${more}. Please resume it with those that it was started with`,
  );
}
