/** `npm run bench -- [names…]`: benchmarks parts of presend against comparable libraries, in one process and one run. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { wallClock } from '../src/util/clock.ts';
import { exitCodes, MissingError, reasonOf, UserError, unexpected } from '../src/util/errors.ts';
import { lookUp } from '../src/util/registry.ts';
import { classify } from './classify.ts';
import { cli } from './cli.ts';
import { crypto } from './crypto.ts';
import { hash, pdqCppHelp } from './hash.ts';
import { mainJob } from './main-job.ts';
import { type Group, measure, type Result } from './measure.ts';
import { relay } from './relay.ts';
import { rows } from './rows.ts';
import { scoring } from './scoring.ts';
import { search } from './search.ts';
import { table } from './table.ts';
import { video, vpdqCppHelp } from './video.ts';

/** Every benchmark, in the order in which they run. */
const benchmarks: Readonly<Record<string, (options: Options) => Groups>> = {
  hash,
  classify,
  crypto,
  search,
  relay,
  rows,
  scoring,
  video,
  cli,
  main: mainJob,
};
interface Options {
  readonly large: boolean;
  readonly memory: boolean;
  readonly count: number;
  readonly minutes: number;
  /** For the main job: at most so many pictures; for scoring: so many. */
  readonly pictures: number | undefined;
}
type Groups = Promise<Group[]> | AsyncIterable<Group>;

const help = `Usage: npm run bench -- [${Object.keys(benchmarks).join(' | ')}]… [--rounds N] [--large] [--memory [--count N | --minutes N]] [--pictures N] [--json FILE]

Times are medians of interleaved rounds, with quartiles; ratios are taken within a round.
All benchmarks run when none is named. --large adds a search of ten million hashes (3 GB of memory).
--memory: classify watches its memory over 10,000 classifications (or --count) instead, some ten minutes;
relay that of a server under load, for ten minutes or --minutes.
main runs the main job once, on all its pictures or on at most --pictures.
scoring computes metrics of 100,000 made-up rows, or of --pictures.

${pdqCppHelp}

${vpdqCppHelp}

  npm run bench -- hash
  npm run bench -- crypto search --rounds 30 --json bench.json
  npm run bench -- main classify
  npm run bench -- classify --memory
  npm run bench -- relay --memory --minutes 1
`;

async function main(words: string[]): Promise<void> {
  const { values, positionals } = readArguments(words);
  if (values.help) return void process.stdout.write(help);
  const [rounds, count, minutes, pictures] = (['rounds', 'count', 'minutes', 'pictures'] as const).map((name) => {
    if (values[name] === undefined) return undefined;
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1)
      throw unexpected(`--${name}`, 'a whole number of at least 1', values[name]);
    return value;
  }) as [number, number, number, number | undefined];
  const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
  // All names are checked before the first benchmark starts.
  const chosen = names.map((name) => ({ name, groups: lookUp(benchmarks, 'benchmark', name) }));

  const results: (Result & { readonly benchmark: string })[] = [];
  for (const { name, groups } of chosen)
    for await (const group of await groups({ large: values.large, memory: values.memory, count, minutes, pictures })) {
      const result = await measure(group, { rounds, minMillis: 20, clock: wallClock });
      results.push({ benchmark: name, ...result });
      process.stdout.write(`${table(result)}\n`);
    }

  if (values.json === undefined) return;
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, platform: process.platform };
  const record = { schemaVersion: 1, node: process.version, machine, results };
  await writeFile(values.json, `${JSON.stringify(record, null, 2)}\n`);
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        rounds: { type: 'string', default: '15' },
        large: { type: 'boolean', default: false },
        memory: { type: 'boolean', default: false },
        count: { type: 'string', default: '10000' },
        minutes: { type: 'string', default: '10' },
        pictures: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node adds advice on dashes after the first sentence.
    throw new UserError(`${reasonOf(error).split('. ')[0]}. See npm run bench -- --help.`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof MissingError ? exitCodes.missing : exitCodes.input;
}
