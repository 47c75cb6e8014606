/** `presend dataset ls|info|make|croissant`: the datasets of pictures for experiments. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { croissant, tableDigest, tableLines, tableName } from '../dataset/croissant.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { generate } from '../dataset/generated/generate.ts';
import { defaultPictures, openDataset } from '../dataset/open.ts';
import { compare } from '../dataset/refusal.ts';
import { cacheFolder } from '../disk/project.ts';
import { utf8 } from '../util/bytes.ts';
import { unixSeconds } from '../util/clock.ts';
import { MissingError, unexpected } from '../util/errors.ts';
import { groupBy } from '../util/group-by.ts';
import { printable } from '../util/printable.ts';
import { lookUp } from '../util/registry.ts';
import { examples, wholeNumber } from './arguments.ts';
import { corpusFolder, defaultSeed, knownDatasets } from './known-datasets.ts';
import { facts, say, writeNew } from './output.ts';
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
    .addCommand(croissantCommand())
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
      const dataset = await existing(name, { pictures, seed });
      say(json ? JSON.stringify(description(dataset), null, 2) : infoText(dataset));
    });

/** Opens a dataset, with progress. A MissingError if it is a generated corpus that does not exist yet. */
async function existing(name: string, { pictures, seed }: Pick<CorpusOptions, 'pictures' | 'seed'>): Promise<Dataset> {
  if (name === 'generated' && !existsSync(corpusFolder(seed, pictures)))
    throw new MissingError(
      `That corpus does not exist yet; create it with: presend dataset make generated --pictures ${pictures} --seed ${seed}`,
    );
  const progress = progressLine();
  return openDataset(name, {
    seed,
    pictures,
    onProgress: reporting(progress.update),
    onWait: progress.say,
  }).finally(progress.close);
}

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

interface CroissantFiles extends CorpusOptions {
  out: string;
  force?: boolean;
  licence?: string;
  url?: string;
  published?: string;
}

const croissantCommand = (): Command =>
  corpus(
    new Command('croissant')
      .description(
        'describe a dataset in Croissant (MLCommons): croissant.json, and pictures.csv with label, group and SHA-256',
      )
      .argument('<name|path>', 'as for info')
      .requiredOption('--out <folder>', 'folder for the two files')
      .option('--published <date>', 'date of publication, YYYY-MM-DD (default: today)', calendarDate)
      .option(
        '--licence <name>',
        'licence of the pictures: an SPDX identifier or an address (default: what the dataset says)',
      )
      .option('--url <address>', 'address where the dataset is published (default: its digest as a name)')
      .option('--force', 'overwrite the two files'),
  )
    .addHelpText(
      'after',
      examples(
        'dataset croissant generated --out ./described',
        'dataset croissant ./photographs --out ./described --published 2026-11-30 --licence CC-BY-4.0',
      ),
    )
    .action(
      async (
        name: string,
        { out, published = today(), licence, url, force = false, json = false, ...of }: CroissantFiles,
      ) => {
        const dataset = await existing(name, of);
        const tableSha256 = tableDigest(dataset.pictures);
        const about = croissant(dataset, { published, licence, url, tableSha256 });
        const file = join(out, 'croissant.json');
        await mkdir(out, { recursive: true });
        await writeNew(join(out, tableName), bytesOfLines(tableLines(dataset.pictures)), force);
        await writeNew(file, [utf8(`${JSON.stringify(about, null, 2)}\n`)], force);
        const made = { file, pictures: dataset.pictures.length, sha256: dataset.sha256, tableSha256 };
        say(json ? JSON.stringify(made) : facts(Object.entries(made)));
      },
    );

function* bytesOfLines(lines: Iterable<string>): Generator<Uint8Array> {
  for (const line of lines) yield utf8(line);
}

/** Today's date in UTC. */
const today = (): string => new Date(unixSeconds() * 1000).toISOString().slice(0, 10);

/** A date of the calendar as text, for Commander. */
function calendarDate(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text))
    return text;
  throw unexpected('--published', 'a date of the form YYYY-MM-DD', text);
}

const reporting =
  (update: (phase: string, done: number, total: number) => void) =>
  (done: number, total: number): void =>
    update('making pictures', done, total);
