/**
 * An ImageFolder tree, as in torchvision and Hugging Face datasets: the first-level folder is the label or, if all first-level folders are
 * splits (`train`, `val` …), the folder below it. https://huggingface.co/docs/datasets/image_dataset.
 */
import { basename, join, resolve } from 'node:path';
import { type Dataset, type FoundPicture, makeDataset, type Picture } from './dataset.ts';
import { contentsOf, unlabelled } from './folder.ts';

/** Names of splits, as in Hugging Face's `data_files.py`. */
const split = /^(?:train|training|validation|valid|val|dev|test|testing|eval|evaluation)$/i;

/** All pictures below the first-level folders; a picture outside these folders has no label. A metadata file's label overrides a folder's. */
export async function readImageFolder(folder: string, name = basename(resolve(folder))): Promise<Dataset> {
  const root = resolve(folder);
  const { files, labels, ...told } = await contentsOf(root);
  const found: FoundPicture[] = files.map((id) => ({
    id,
    path: join(root, id),
    topic: unlabelled,
    kind: 'image-folder',
    group: id,
    searched: true,
  }));
  const notes =
    'ImageFolder tree: labels are the first-level folders, or those below them where all of these are splits';
  const card = { source: root, licence: 'not stated', notes };
  return makeDataset(name, root, found, told, card, (pictures) => labelled(pictures, labels));
}

/** The pictures with labels from their folders or a metadata file. Folders without pictures are ignored. */
function labelled(
  pictures: readonly Picture[],
  labels: ReadonlyMap<string, string>,
): { pictures: Picture[]; notices: string[] } {
  const foldersOf = ({ id }: Picture): string[] => id.split('/').slice(0, -1);
  const at = (level: number): string[] => [
    ...new Set(pictures.flatMap((each) => foldersOf(each).slice(level, level + 1))),
  ];
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
      const topic = labels.get(each.id) ?? folders[splits ? level + 1 : 0] ?? unlabelled;
      return { ...each, topic, kind: splits ? (folders[level] ?? each.kind) : each.kind };
    }),
    notices: splits
      ? [`The folders ${names.join(', ')} were taken for splits: labels are the folders below them.`]
      : doubtful.map(
          (each) => `The folder ${each} was taken for a label, because not all folders beside it are splits.`,
        ),
  };
}
