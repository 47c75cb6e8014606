/** The datasets that have a name, and where they are on this machine. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatorVersion } from '../dataset/generated/generate.ts';
import { photographsFolder } from '../dataset/open.ts';
import { cacheFolder } from '../disk/project.ts';
import { entriesIfThere } from '../disk/read.ts';

/** Seed of the generated corpus where the command line names none: that of the tradeoff experiment. */
export const defaultSeed = 2019;

/** A dataset with a name. */
export interface KnownDataset {
  readonly name: string;
  readonly present: boolean;
  /** Where it is, or how to get it. */
  readonly where: string;
  readonly summary: string;
}

/** Where a generated corpus lies. */
export const corpusFolder = (seed: number, pictures: number, directory = cacheFolder): string =>
  join(directory, `generated-${seed}-${pictures}-${generatorVersion}`);

/** Every dataset with a name: a generated corpus is listed for each seed and size that is in the cache. */
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
