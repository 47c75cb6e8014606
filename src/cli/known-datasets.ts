/** The named datasets, and their location on this machine. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatorVersion } from '../dataset/generated/generate.ts';
import { photographsFolder } from '../dataset/open.ts';
import { cacheFolder } from '../disk/project.ts';
import { entriesIfThere } from '../disk/read.ts';

/** Default seed of the generated corpus: that of the tradeoff experiment. */
export const defaultSeed = 2019;

/** A named dataset. */
export interface KnownDataset {
  readonly name: string;
  readonly present: boolean;
  /** Its location, or how to get it. */
  readonly where: string;
  readonly summary: string;
}

/** Folder of a generated corpus. */
export const corpusFolder = (seed: number, pictures: number, directory = cacheFolder): string =>
  join(directory, `generated-${seed}-${pictures}-${generatorVersion}`);

/** Every named dataset. Generated corpora are listed for each seed and size in the cache. */
export async function knownDatasets(): Promise<KnownDataset[]> {
  const cached = ((await entriesIfThere(cacheFolder)) ?? [])
    .map(({ name }) => name)
    .filter((name) => new RegExp(`^generated-\\d+-\\d+-${generatorVersion}$`).test(name))
    .sort();
  const photographs = photographsFolder();
  const there = existsSync(photographs);
  return [
    {
      name: 'generated',
      present: cached.length > 0,
      where:
        cached.map((name) => join(cacheFolder, name)).join(' ') || 'made on first use: presend dataset make generated',
      summary: 'Pictures drawn by a program from a seed: scenes, textures, documents, captions, charts, drawings.',
    },
    {
      name: 'photographs',
      present: there,
      where: there ? resolve(photographs) : 'set PRESEND_PHOTOS to a folder of photographs, or to a manifest of them',
      summary: 'Photographs on this machine; presend does not include any.',
    },
  ];
}
