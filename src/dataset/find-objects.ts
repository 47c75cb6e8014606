/** Finds all objects below an s3:// address, as `findFiles` does below a folder. */
import { MissingError, UserError } from '../util/errors.ts';
import { mostFiles } from './find-files.ts';
import { compare, counted, type FoundFiles, type Refusal } from './refusal.ts';
import { objectsBelow } from './s3.ts';

/** Lists an address. Throws a MissingError if nothing lies below it. */
export async function findObjects(root: string): Promise<FoundFiles> {
  const files: string[] = [];
  const refused: Refusal[] = [];
  let hidden = 0;
  for await (const { name } of objectsBelow(root)) {
    // An object whose name ends with a slash stands for a folder.
    if (name === '' || name.endsWith('/')) continue;
    const parts = name.split('/');
    if (parts.some((part) => part === '.' || part === '..'))
      refused.push({ picture: name, reason: 'a part of its key is . or .., which no address can name; rename it' });
    else if (parts.some((part) => part.startsWith('.'))) hidden++;
    else files.push(name);
    if (files.length + refused.length > mostFiles)
      throw new UserError(`${root} holds more than ${mostFiles} objects; name a smaller part of it`);
  }
  if (files.length + refused.length + hidden === 0)
    throw new MissingError(`No dataset '${root}': no object lies below this address; check bucket and prefix`);
  const notices = hidden > 0 ? [`${counted(hidden, 'hidden object')} passed over.`] : [];
  return { files: files.sort(compare), refused, notices };
}
