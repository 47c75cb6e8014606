/**
 * Scores made-up rows of an experiment in this process, and prints one line of JSON: seconds, CPU seconds and peak memory. Arguments: `write` or
 * `score`, the kind, a folder, and the number of pictures. The rows are written by another process than scores them, so that its memory does not count.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseRate } from '../src/experiment/base-rate/kind.ts';
import { readExperiment } from '../src/experiment/experiment-file.ts';
import { falsePositiveTail } from '../src/experiment/false-positive-tail/kind.ts';
import type { Kind } from '../src/harness/kind.ts';
import { assembleRows, type Observations, rowsOf } from '../src/harness/run-rows.ts';
import { hashByName } from '../src/hash/index.ts';
import type { HashRow } from '../src/schema/hashed.ts';
import type { Row } from '../src/schema/row.ts';
import type { RunRecord } from '../src/schema/run-record.ts';
import type { ScoreRow } from '../src/schema/scored.ts';
import { wallClock } from '../src/util/clock.ts';
import { UserError } from '../src/util/errors.ts';
import { toHex } from '../src/util/hex.ts';
import { normalVariate } from '../src/util/normal.ts';
import { type Rng, seededRng } from '../src/util/rng.ts';

/** Rows that are handed over at a time. */
const batch = 1000;
const topics = ['scene', 'landscape', 'texture', 'document', 'captioned', 'chart', 'drawing'];

const subjectOf = (i: number) => ({
  picture: `topic/${String(i).padStart(7, '0')}.jpg`,
  // Two of three pictures have one of the same group beside them.
  group: `g${String(i - (i % 3 === 1 ? 1 : 0)).padStart(7, '0')}`,
  topic: topics[Math.floor(i / 3) % topics.length]!,
  kind: 'made up',
});

/** Scores that sum to 1; most are near 0 or 1, as those of a trained network. */
function scores(count: number, rng: Rng): number[] {
  const weights = Array.from({ length: count }, () => Math.exp(3 * normalVariate(rng)));
  const sum = weights.reduce((total, each) => total + each, 0);
  return weights.map((each) => Math.round((each / sum) * 1e6) / 1e6);
}

const labels = ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'];
const network = 'nsfwjs-mobilenet-v2';

function scoredRow(i: number, rng: Rng): ScoreRow {
  const outcome = { state: 'scored', scores: scores(labels.length, rng) } as const;
  return { row: 'scored', ...subjectOf(i), set: 'none', transform: 'none', network, outcome };
}

/** Random bits; in groups, because queries and list share none. */
function hashedRow(i: number, rng: Rng, names: readonly string[], queries: number): HashRow {
  const hashes = Object.fromEntries(
    names.map((name) => [name, { hex: toHex(rng.bytes(hashByName(name).bits / 8)), quality: 100 }]),
  );
  const subject = subjectOf(i);
  return {
    row: 'hashed',
    ...subject,
    group: subject.picture,
    part: i < queries ? 'query' : 'list',
    set: 'none',
    transform: 'none',
    outcome: { state: 'hashed', hashes },
  };
}

async function* batches<R extends Row>(first: readonly R[], count: number, rowOf: (i: number) => R) {
  if (first.length > 0) yield first;
  for (let from = 0; from < count; from += batch)
    yield Array.from({ length: Math.min(batch, count - from) }, (_, i) => rowOf(from + i));
}

const wrong = (why: string) => new UserError(why);

async function write(kind: string, out: string, count: number): Promise<void> {
  const rng = seededRng(18, `bench scoring ${kind}`);
  let observations: Observations;
  if (kind === baseRate.name) {
    const scorer = { row: 'scorer', network, sha256: '', labels, backend: '', decoder: '', kernel: '' } as const;
    const rows = batches<ScoreRow>([scorer], count, (i) => scoredRow(i, rng));
    observations = await assembleRows(rows, baseRate.rows, { out, wrong });
  } else {
    const { hashes, queryShare } = falsePositiveTail.check((await readExperiment(kind)).experiment, kind);
    const queries = Math.round(count * queryShare);
    const rows = batches<HashRow>([], count, (i) => hashedRow(i, rng, hashes, queries));
    observations = await assembleRows(rows, falsePositiveTail.rows, { out, wrong });
  }
  await writeFile(join(out, 'observations.json'), JSON.stringify(observations));
}

async function score<E, R extends Row, M>(kind: Kind<E, R, M>, folder: string): Promise<void> {
  const observations = JSON.parse(await readFile(join(folder, 'observations.json'), 'utf8')) as Observations;
  const experiment = kind.check((await readExperiment(kind.name)).experiment, kind.name);
  const record = { dataset: { name: 'made up', sha256: '' }, notes: [] } as unknown as RunRecord;
  const start = { wall: wallClock(), ...process.cpuUsage() };
  const rows = rowsOf(kind.rows, { observations, folder, wrong: (file, why) => wrong(`${file}: ${why}`) });
  await kind.score(rows, { folder, experiment, record });
  const { user, system } = process.cpuUsage();
  process.stdout.write(
    `${JSON.stringify({
      rows: observations.rows,
      diskBytes: observations.files.reduce((sum, { bytes }) => sum + bytes, 0),
      seconds: (wallClock() - start.wall) / 1000,
      cpuSeconds: (user + system - start.user - start.system) / 1e6,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    })}\n`,
  );
}

const [task, kind, folder, count] = process.argv.slice(2) as [string, string, string, string];
if (task === 'write') await write(kind, folder, Number(count));
else if (kind === baseRate.name) await score(baseRate, folder);
else await score(falsePositiveTail, folder);
