/** `presend dataset ls|info|make`: the datasets of pictures for experiments. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Dataset } from '../dataset/dataset.ts';
import { generate } from '../dataset/generated/generate.ts';
import { defaultPictures, openDataset } from '../dataset/open.ts';
import { compare } from '../dataset/refusal.ts';
import { cacheFolder } from '../disk/project.ts';
import { MissingError } from '../util/errors.ts';
import { groupBy } from '../util/group-by.ts';
import { printable } from '../util/printable.ts';
import { lookUp } from '../util/registry.ts';
import { examples, wholeNumber } from './arguments.ts';
import { corpusFolder, defaultSeed, knownDatasets } from './known-datasets.ts';
import { facts, say } from './output.ts';
import { progressLine } from './progress.ts';
import { table } from './table.ts';

/** Maximum number of refused files that `info` displays; it counts the others. */
const shown = 5;

interface CorpusOptions {
  pictures: number;
  seed: number;
  json?: boolean;
}

export const datasetCommand = (): Command =>
  new Command('dataset')
    .addCommand(lsCommand())
    .addCommand(infoCommand())
    .addCommand(makeCommand())
    .addHelpText('after', examples('dataset ls', 'dataset make generated --pictures 200'));

const corpus = (command: Command): Command =>
  command
    .option('--pictures <n>', 'pictures in the generated corpus', wholeNumber('--pictures', 1), defaultPictures)
    .option('--seed <n>', 'seed of the generated corpus', wholeNumber('--seed', 0), defaultSeed)
    .option('--json', 'print one JSON object');

const lsCommand = (): Command =>
  new Command('ls')
    .description('list the named datasets and their folders')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('dataset ls', 'dataset ls --json'))
    .action(async ({ json = false }: { json?: boolean }) => {
      const known = await knownDatasets();
      if (json) return say(JSON.stringify(known, null, 2));
      say(
        table(
          ['name', 'present', 'where'],
          known.map(({ name, present, where }) => [name, present ? 'yes' : 'no', where]),
        ),
      );
    });

const infoCommand = (): Command =>
  corpus(
    new Command('info')
      .description('show pictures, groups, topics and refused files of a dataset')
      .argument(
        '<name|path>',
        'generated, photographs, a folder, .csv manifest, .tar shards, .parquet files, or an s3:// address',
      ),
  )
    .addHelpText('after', examples('dataset info generated', 'dataset info s3://my-bucket/shard-{000..099}.tar --json'))
    .action(async (name: string, { pictures, seed, json = false }: CorpusOptions) => {
      if (name === 'generated' && !existsSync(corpusFolder(seed, pictures)))
        throw new MissingError(
          `That corpus does not exist yet; create it with: presend dataset make generated --pictures ${pictures} --seed ${seed}`,
        );
      const progress = progressLine();
      const dataset = await openDataset(name, {
        seed,
        pictures,
        onProgress: reporting(progress.update),
        onWait: progress.say,
      }).finally(progress.close);
      say(json ? JSON.stringify(description(dataset), null, 2) : infoText(dataset));
    });

/** The facts that `info` displays about a dataset. */
export function description({ name, root, pictures, refused, notices, sha256, card }: Dataset) {
  // Without a prototype, because a label can equal an inherited property name.
  const topics: Record<string, { pictures: number; groups: number }> = Object.create(null);
  const byTopic = [...groupBy(pictures, ({ topic }) => topic)].sort(([a], [b]) => compare(a, b));
  for (const [topic, own] of byTopic) topics[topic] = { pictures: own.length, groups: groupCount(own) };
  return {
    name,
    root,
    pictures: pictures.length,
    groups: groupCount(pictures),
    sha256,
    ...card,
    topics,
    notices,
    refused: { count: refused.length, first: refused.slice(0, shown) },
  };
}

const groupCount = (pictures: Dataset['pictures']): number => new Set(pictures.map(({ group }) => group)).size;

function infoText(dataset: Dataset): string {
  const { topics, refused, notices, ...rest } = description(dataset);
  const more = refused.count > shown ? `, the first ${shown} of them:` : '';
  return [
    facts([...Object.entries(rest), ['refused', `${refused.count}${more}`]]),
    ...refused.first.map(({ picture, reason }) => facts([[`  ${JSON.stringify(picture)}`, reason]])),
    ...notices.map(printable),
    '',
    table(
      ['topic', 'pictures', 'groups'],
      Object.entries(topics).map(([topic, counts]) => [topic, counts.pictures, counts.groups]),
    ),
  ].join('\n');
}

const makeCommand = (): Command =>
  corpus(
    new Command('make')
      .description('create the generated corpus now; the same seed and size give the same pictures')
      .argument('<name>', 'generated')
      .option('--out <folder>', 'folder for the corpus (default: the cache, which runs use)'),
  )
    .addHelpText(
      'after',
      examples('dataset make generated', 'dataset make generated --pictures 200 --seed 7 --out ./corpora'),
    )
    .action(async (name: string, { pictures, seed, out, json = false }: CorpusOptions & { out?: string }) => {
      lookUp({ generated: true }, 'dataset that can be made', name);
      const progress = progressLine();
      const directory = resolve(out ?? cacheFolder);
      const { root, sha256 } = await generate({
        seed,
        pictures,
        directory,
        onProgress: reporting(progress.update),
        onWait: progress.say,
      }).finally(progress.close);
      say(
        json
          ? JSON.stringify({ name, folder: root, pictures, seed, sha256 })
          : facts([
              ['folder', root],
              ['sha256', sha256],
            ]),
      );
    });

const reporting =
  (update: (phase: string, done: number, total: number) => void) =>
  (done: number, total: number): void =>
    update('making pictures', done, total);
