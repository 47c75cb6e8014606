/** A flat folder of pictures: no labels, every picture its own group. */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { reasonOf } from '../util/errors.ts';
import { compare, type Dataset, type FoundPicture, makeDataset, type Refusal } from './dataset.ts';

/** Label of a picture that has none. */
export const unlabelled = 'unlabelled';

// Formats that sharp may not decode are listed too: the harness then says so, where a silent skip would shrink the dataset unseen.
const image = /\.(?:jpe?g|png|webp|gif|avif|tiff?|bmp|hei[cf])$/i;

/** Paths of all image files below a folder, relative and '/'-separated, sorted; hidden files and folders are passed over. */
export async function imageFiles(root: string): Promise<{ files: string[]; refused: Refusal[] }> {
  const files: string[] = [];
  const refused: Refusal[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      refused.push({ picture: folder || '.', reason: `unreadable folder: ${reasonOf(error)}` });
      return [];
    });
    for (const entry of entries) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.name.startsWith('.')) continue;
      // Linked files are read, linked folders are not: a loop of links would never end.
      if (entry.isDirectory()) await visit(path);
      else if (image.test(entry.name)) files.push(path);
    }
  };
  await visit('');
  return { files: files.sort(compare), refused };
}

/** All image files below a folder, unlabelled. */
export async function readFolder(folder: string, name = basename(resolve(folder))): Promise<Dataset> {
  const root = resolve(folder);
  const { files, refused } = await imageFiles(root);
  const found: FoundPicture[] = files.map((id) => ({
    id,
    path: join(root, id),
    topic: unlabelled,
    kind: 'folder',
    group: id,
  }));
  const card = { source: root, licence: 'not stated', notes: 'flat folder: no labels, every picture its own group' };
  return makeDataset(name, root, found, refused, card);
}
