/** Writes a page or Markdown to the file that the user names; its ending says which. */
import { utf8 } from '../util/bytes.ts';
import { unexpected } from '../util/errors.ts';
import { note, writeNew } from './output.ts';

/** The format of a file by its ending. Throws a UserError if it is neither .html nor .md. */
export function textFile(option: string, path: string): 'html' | 'markdown' {
  if (/\.html$/i.test(path)) return 'html';
  if (/\.md$/i.test(path)) return 'markdown';
  throw unexpected(option, 'a file that ends in .html or .md', path);
}

/** Writes the text and says where. Throws a UserError if the file exists, unless `force` is set. */
export async function writeText(path: string, text: string, force: boolean): Promise<void> {
  await writeNew(path, [utf8(text)], force);
  note(`Written: ${path}`);
}
