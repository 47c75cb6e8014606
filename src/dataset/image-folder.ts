/** An ImageFolder tree, as torchvision and Hugging Face datasets read it: the first-level folder is the label. */
import { basename, join, resolve } from 'node:path';
import { type Dataset, type FoundPicture, makeDataset } from './dataset.ts';
import { imageFiles, unlabelled } from './folder.ts';

/** All image files below the first-level folders; a picture beside those folders has no label. */
export async function readImageFolder(folder: string, name = basename(resolve(folder))): Promise<Dataset> {
  const root = resolve(folder);
  const { files, refused } = await imageFiles(root);
  const found: FoundPicture[] = files.map((id) => ({
    id,
    path: join(root, id),
    topic: id.includes('/') ? id.slice(0, id.indexOf('/')) : unlabelled,
    kind: 'image-folder',
    group: id,
  }));
  const card = { source: root, licence: 'not stated', notes: 'ImageFolder tree: labels are the first-level folders' };
  return makeDataset(name, root, found, refused, card);
}
