/**
 * `npm run false-matches -- [--tail <run>]`: counts how often unrelated pictures match under each rule, over all pairs of
 * datasets/photograph-hashes/hashes.csv, and writes experiments/tradeoff/false-matches.json. `--tail`: a finished false-positive-tail run
 * (miniatures, 105,000), whose largest list is added to them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { projectRoot } from '../src/disk/project.ts';
import { modelFiles } from '../src/harness/model-inputs.ts';
import { type NodePair, pairRate } from '../src/metric/node-bootstrap.ts';
import type { FalseMatches } from '../src/schema/tradeoff-inputs.ts';
import { sha256Hex } from '../src/util/digest.ts';
import { seededRng } from '../src/util/rng.ts';

/**
 * Two pictures of one class within this many bits of PDQ count as copies. Of two classes, 15 of 38 million pairs are within 80 bits, and
 * none within 60.
 */
const copyBits = 90;

/** Columns of the table, and number of 32-bit words of each hash. */
const hashes = { pdq: 8, phash: 2, dhash: 2, lda_hash: 1 } as const;
type Hash = keyof typeof hashes;

/** Rules: for each hash that they use, the maximum number of differing bits. */
const rules: readonly (readonly [name: string, most: Partial<Record<Hash, number>>])[] = [
  ...[20, 31, 40, 60, 80].map((bits) => [`pdq <= ${bits}`, { pdq: bits }] as const),
  ['lda-hash =', { lda_hash: 0 }],
  ['phash <= 10', { phash: 10 }],
  ['dhash <= 10', { dhash: 10 }],
  ['pdq <= 31 and dhash <= 10', { pdq: 31, dhash: 10 }],
  ['lda-hash = and dhash <= 10', { lda_hash: 0, dhash: 10 }],
];

const file = join(projectRoot, 'datasets/photograph-hashes/hashes.csv');
const text = readFileSync(file);
const rows: Record<string, string>[] = parse(text, { columns: true });
const words = Object.fromEntries(
  Object.entries(hashes).map(([name, count]) => [
    name,
    Uint32Array.from(rows.flatMap((row) => Array.from({ length: count }, (_, i) => word(row[name]!, i)))),
  ]),
) as Record<Hash, Uint32Array>;
const classes = rows.map(({ path, source }) => `${source}/${path!.split('/').slice(0, -1).join('/') || path}`);

function word(hex: string, at: number): number {
  return Number.parseInt(hex.slice(8 * at, 8 * at + 8), 16);
}
function ones(bits: number): number {
  let x = bits - ((bits >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
function distance(hash: Hash, i: number, j: number): number {
  const [all, count] = [words[hash], hashes[hash]];
  let sum = 0;
  for (let w = 0; w < count; w++) sum += ones(all[i * count + w]! ^ all[j * count + w]!);
  return sum;
}

const positives = new Map<string, NodePair[]>(rules.map(([name]) => [name, []]));
for (let i = 0; i < rows.length; i++)
  for (let j = i + 1; j < rows.length; j++) {
    let copies: boolean | undefined;
    for (const [name, most] of rules) {
      if (!Object.entries(most).every(([hash, bits]) => distance(hash as Hash, i, j) <= bits)) continue;
      copies ??= classes[i] === classes[j] && distance('pdq', i, j) <= copyBits;
      if (!copies) positives.get(name)!.push([i, j]);
    }
  }

const counted = rules.map(([rule]): FalseMatches => {
  const pairs = positives.get(rule)!;
  const degrees = new Uint32Array(rows.length);
  for (const [i, j] of pairs) {
    degrees[i]!++;
    degrees[j]!++;
  }
  const histogram = Array.from({ length: Math.max(0, ...degrees) + 1 }, () => 0);
  for (const each of degrees) histogram[each]!++;
  const { designEffect } = pairRate(pairs, rows.length, seededRng(2019, `false matches/${rule}`));
  process.stderr.write(`${rule}: ${pairs.length} pairs, design effect ${designEffect}\n`);
  const rounded = designEffect === null ? null : Number(designEffect.toPrecision(6));
  return {
    rule,
    population: `${rows.length} photographs, each with each`,
    matches: { pictures: rows.length, degrees: histogram, designEffect: rounded },
  };
});

const { values } = parseArgs({ options: { tail: { type: 'string' } } });
const out = {
  what: 'False matches of unlike pictures by rule: degrees[m] pictures match m of the others. Written by npm run false-matches.',
  photographs: { pictures: rows.length, sha256: sha256Hex(text) },
  rules: [...counted, ...(values.tail === undefined ? kept() : tailRules(values.tail))],
};
writeFileSync(modelFiles.falseMatches, `${JSON.stringify(out, null, 1)}\n`);

/** The file's entries of a run that is not given now. */
function kept(): FalseMatches[] {
  try {
    const { rules: before } = JSON.parse(readFileSync(modelFiles.falseMatches, 'utf8')) as { rules: FalseMatches[] };
    return before.filter(({ matches }) => 'queries' in matches);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The largest list of every hash and threshold of a run. */
function tailRules(run: string): FalseMatches[] {
  const metrics = JSON.parse(readFileSync(join(run, 'metrics.json'), 'utf8')) as TailMetrics;
  return metrics.hashes.flatMap(({ name, thresholds }) =>
    thresholds.map(({ bits, rows: sizes }): FalseMatches => {
      const { size, rate } = sizes.filter((each) => each.rate).sort((a, b) => b.size - a.size)[0]!;
      return {
        rule: name === 'lda-hash' ? 'lda-hash =' : `${name} <= ${bits}`,
        population: `${metrics.dataset.name}: ${rate!.n} queries against ${size} others`,
        matches: { list: size, queries: rate!.n, matched: rate!.k },
      };
    }),
  );
}
interface TailMetrics {
  readonly dataset: { readonly name: string };
  readonly hashes: readonly {
    readonly name: string;
    readonly thresholds: readonly {
      readonly bits: number;
      readonly rows: readonly { readonly size: number; readonly rate?: { readonly k: number; readonly n: number } }[];
    }[];
  }[];
}
