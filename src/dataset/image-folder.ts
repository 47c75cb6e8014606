/**
 * An ImageFolder tree, as in torchvision and Hugging Face datasets: the first-level folder is the label or, if all first-level folders are
 * splits (`train`, `val` …), the folder below it. https://huggingface.co/docs/datasets/image_dataset.
 */
import { basename } from 'node:path';
import { type Dataset, makeDataset, type Picture } from './dataset.ts';
import type { Draw } from './draw.ts';
import { contentsOf, entriesOf, unlabelled } from './folder.ts';
import type { Listing } from './listing.ts';
import type { About } from './metadata.ts';
import { rootOf } from './storage.ts';

/** Names of splits, as in Hugging Face's `data_files.py`. */
const split = /^(?:train|training|validation|valid|val|dev|test|testing|eval|evaluation)$/i;

/** All pictures below the first-level folders; a picture outside these folders has no label. A metadata file's label overrides a folder's. */
export const readImageFolder = (folder: string, name?: string, draw?: Draw): Promise<Dataset> =>
  makeDataset(imageFolderListing(folder, name), draw);

function imageFolderListing(folder: string, name?: string): Listing {
  const root = rootOf(folder);
  let told: readonly string[] = [];
  let about: ReadonlyMap<string, About> = new Map();
  return {
    name: name ?? basename(root),
    root,
    async *entries() {
      const contents = await contentsOf(root);
      told = contents.notices;
      about = contents.metadata;
      // Labels follow from all folders together: `describe` gives them.
      yield* entriesOf(contents, root, 'image-folder', () => unlabelled);
    },
    card: () => ({
      source: root,
      licence: 'not stated',
      notes: 'ImageFolder tree: labels are the first-level folders, or those below them where all of these are splits',
    }),
    notices: () => told,
    describe: (pictures) => labelled(pictures, about),
  };
}

/** The pictures with labels from their folders or a metadata file. Folders without pictures are ignored. */
function labelled(
  pictures: readonly Picture[],
  about: ReadonlyMap<string, About>,
): { pictures: Picture[]; notices: string[] } {
  const foldersOf = ({ id }: Picture): string[] => id.split('/').slice(0, -1);
  const at = (level: number): string[] => {
    const names = new Set<string>();
    for (const each of pictures) for (const name of foldersOf(each).slice(level, level + 1)) names.add(name);
    return [...names];
  };
  // On Hugging Face's hub, everything can be in one folder called data.
  const wrapped =
    at(0).length === 1 && at(0)[0] === 'data' && at(1).length > 0 && at(1).every((each) => split.test(each));
  const level = wrapped ? 1 : 0;
  const names = at(level);
  const splits = names.length > 0 && names.every((each) => split.test(each));
  const doubtful = splits ? [] : names.filter((each) => split.test(each));
  return {
    pictures: pictures.map((each) => {
      const folders = foldersOf(each);
      const topic = about.get(each.id)?.label ?? folders[splits ? level + 1 : 0] ?? unlabelled;
      return { ...each, topic, kind: splits ? (folders[level] ?? each.kind) : each.kind };
    }),
    notices: splits
      ? [`The folders ${names.join(', ')} were taken for splits: labels are the folders below them.`]
      : doubtful.map(
          (each) => `The folder ${each} was taken for a label, because not all folders beside it are splits.`,
        ),
  };
}
