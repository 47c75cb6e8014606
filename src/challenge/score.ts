/**
 * Scores the answers to a challenge. Every form gives distances of the same pairs, and so the same measures: the ROC over these pairs, and thresholds
 * chosen on the calibration half and scored on the other. Hashes and vectors are also compared among all unrelated pictures, for lists of
 * any size, and hashes become the rows of a copy-detection run.
 */
import { join } from 'node:path';
import { linesOf } from '../disk/read.ts';
import { copyDetectionMetrics } from '../experiment/copy-detection/score.ts';
import { setFacts } from '../harness/edit-preset.ts';
import { hammingDistance } from '../hash/hamming.ts';
import { hashByName, hashes } from '../hash/index.ts';
import { cosineDistance, euclideanDistance } from '../match/vector-distances.ts';
import { proportion } from '../metric/proportion.ts';
import { quantileOfSorted } from '../metric/quantile.ts';
import type { HashRow } from '../schema/hashed.ts';
import { rounded } from '../score/rounded.ts';
import { UserError } from '../util/errors.ts';
import { firstOfEach } from '../util/group-by.ts';
import { toHex } from '../util/hex.ts';
import { type Answers, readAnswers } from './answers.ts';
import { challengeName } from './export.ts';
import { challengeFiles } from './folder.ts';
import { committedKey, type Key } from './key.ts';
import type { ChallengeMetrics } from './metrics.ts';
import { originalOf, pairName, pairsOf } from './pairs.ts';
import { type Compared, pairMetrics, type Trial } from './score-pairs.ts';
import { nearProtocols, protocolRows } from './score-protocols.ts';

/** How a challenge is scored. */
export interface ScoreOptions {
  readonly folder: string;
  readonly answers: string;
  readonly key: string;
  /** Name of the detector; one of presend's own hashes is scored with its authors' threshold too. */
  readonly detector: string;
  /** How vectors are compared. */
  readonly metric: 'cosine' | 'l2';
  /** Hashes whose quality is stated and less count as refused; default 0. */
  readonly minQuality?: number | undefined;
  readonly onProgress: (phase: string, done: number, total: number) => void;
}

/** Least precision of copy detection's thresholds, and rates at which recall is quoted: those of experiments/hash-benchmark. */
const [precision, pairFprs] = [0.9999, [1e-3, 1e-4]];

/** False-positive rates over listed pairs at which thresholds are chosen. */
const targets = [1e-2, 1e-3];

/** Unrelated pictures that are all compared with each other, for lists. */
const mostUnrelated = 4000;

/** Reads key and answers and computes the metrics. Throws a UserError if the key is not the committed one, or if no answer can be used. */
export async function scoreChallenge(options: ScoreOptions): Promise<ChallengeMetrics> {
  const key = await committedKey(options.folder, options.key);
  await mustBeItsManifest(options.folder, key);
  const names = new Set(key.pictures.flatMap(({ files }) => files.flatMap(namesOf)));
  const pairs = new Set<string>();
  for (const { query, original } of pairsOf(key)) pairs.add(pairName(query, original));
  const given = await readAnswers(options.answers, { names, pairs });
  const { answers, quality } = withLeastQuality(given, options.minQuality ?? 0);
  const byPair = answers.form !== 'hash' && answers.form !== 'vector';
  const asked = byPair ? pairs.size : names.size;
  const answered = answers.hashes.size + answers.vectors.size + answers.distances.size;
  const metric = byPair ? 'given' : answers.form === 'hash' ? 'hamming' : options.metric;
  const distance = distanceBy(answers, metric);
  const { header } = key;
  const of = (role: 'original' | 'decoy') => key.pictures.filter((each) => each.role === role && each.files.length > 0);
  const originals = of('original').filter((each) => originalOf(each)).length;
  const copyDetection = answers.form === 'hash' ? copyMetrics(key, answers, options) : null;
  return rounded({
    schemaVersion: 1,
    kind: 'challenge',
    experiment: challengeName,
    question:
      'How many edited copies does this detector find, and how often does it match unrelated pictures, on pictures that it had not seen?',
    seed: header.seed,
    detector: options.detector,
    form: answers.form,
    metric,
    commitment: key.commitment,
    dataset: { name: header.dataset.name, sha256: header.dataset.sha256 },
    edits: 'name' in header.set ? header.set.name : header.set.preset,
    files: {
      originals,
      copies: of('original').reduce((sum, { files }) => sum + files.length, 0) - originals,
      decoys: of('decoy').length,
      duplicates: key.pictures.reduce((sum, { files }) => sum + files.filter((each) => each.duplicate).length, 0),
    },
    answers: {
      sha256: answers.sha256,
      asked,
      answered,
      refused: answers.refused.size,
      missing: asked - answered - answers.refused.size,
      quality,
      mistakes: { count: answers.mistakes.count, first: [...answers.mistakes.first] },
    },
    consistency: consistencyOf(key, answers, distance),
    pairs: pairMetrics(trialsOf(key, distance), {
      seed: header.seed,
      targets: answers.form === 'match' ? null : targets,
      edits: editsOf(key),
      unrelated: byPair ? null : unrelatedOf(key, answers, distance),
    }),
    copyDetection,
    protocols: answers.form === 'hash' ? protocolsOf(key, answers) : null,
    limits: limitsOf(byPair),
  });
}

/** The answers without hashes of less quality, which count as refused. Throws a UserError if a quality is asked for and none is stated, or if no hash is left. */
function withLeastQuality(
  answers: Answers,
  least: number,
): { answers: Answers; quality: ChallengeMetrics['answers']['quality'] } {
  const stated = [...answers.qualities.values()].sort((a, b) => a - b);
  if (stated.length === 0) {
    if (least > 0)
      throw new UserError('--min-quality needs answers with a quality: their first line is name,hash,quality');
    return { answers, quality: null };
  }
  const below = [...answers.qualities].filter(([, each]) => each < least).map(([name]) => name);
  const hashes = new Map([...answers.hashes].filter(([name]) => !(answers.qualities.get(name)! < least)));
  if (hashes.size === 0) throw new UserError(`Every hash is below a quality of ${least}; give a smaller --min-quality`);
  return {
    answers: { ...answers, hashes, refused: new Set([...answers.refused, ...below]) },
    quality: { least, below: below.length, median: quantileOfSorted(stated, 0.5) },
  };
}

/** The hashes in private protocols: copies of the evaluation half, and one unrelated picture a group. */
function protocolsOf(key: Key, { hashes }: Answers): ChallengeMetrics['protocols'] {
  const unrelated = unrelatedNames(key, hashes).map((name) => hashes.get(name)!);
  const copies = key.pictures.flatMap((each) => {
    const original = each.role === 'original' && each.part === 'evaluation' ? originalOf(each) : undefined;
    if (original === undefined) return [];
    return each.files
      .filter(({ edit }) => edit !== 'none')
      .map(({ name }) => ({
        group: each.group,
        hash: hashes.get(name) ?? null,
        original: hashes.get(original.name) ?? null,
      }));
  });
  const bits = 8 * hashes.values().next().value!.length;
  return { near: nearProtocols(), equality: protocolRows({ seed: key.header.seed, bits, copies, unrelated }) };
}

const namesOf = ({ name, duplicate }: Key['pictures'][number]['files'][number]): string[] =>
  duplicate === undefined ? [name] : [name, duplicate];

const editsOf = ({ header }: Key) => setFacts({ name: challengeName, sets: [header.set] })[0]!.edits;

/** The manifest names what was handed out: it must be what the key says. */
async function mustBeItsManifest(folder: string, key: Key): Promise<void> {
  const path = join(folder, challengeFiles.manifest);
  const known = new Set(
    key.pictures.flatMap(({ files }) => files.flatMap((file) => namesOf(file).map((name) => `${name},${file.sha256}`))),
  );
  const changed = (why: string): UserError => new UserError(`${path} was changed: ${why}`);
  const seen = new Set<string>();
  let number = 0;
  for await (const { text } of linesOf(path)) {
    const line = text.trim();
    if (++number === 1 || line === '') continue;
    if (!known.has(line)) throw changed(`'${line.length > 120 ? `${line.slice(0, 119)}…` : line}' is not in the key`);
    if (seen.has(line)) throw changed(`line ${number} is there twice`);
    seen.add(line);
  }
  if (seen.size !== known.size) throw changed(`it has ${seen.size} files, and the key ${known.size}`);
}

/** Distance of two files; null where an answer is missing. */
type Distance = (a: string, b: string) => number | null;

function distanceBy({ form, hashes, vectors, distances }: Answers, metric: ChallengeMetrics['metric']): Distance {
  if (form === 'hash') return between(hashes, hammingDistance);
  if (form === 'vector') return between(vectors, metric === 'l2' ? euclideanDistance : cosineDistance);
  return (a, b) => distances.get(pairName(a, b)) ?? null;
}

const between =
  <T>(values: ReadonlyMap<string, T>, distance: (a: T, b: T) => number): Distance =>
  (a, b) => {
    const [x, y] = [values.get(a), values.get(b)];
    return x === undefined || y === undefined ? null : distance(x, y);
  };

/** The pairs that are scored, with their distances. */
function trialsOf(key: Key, distance: Distance): Trial[] {
  const trials: Trial[] = [];
  for (const { query, original, genuine, duplicateOf, of, edit, against } of pairsOf(key))
    if (duplicateOf === undefined)
      trials.push({
        genuine,
        edit,
        part: of.part,
        group: of.group,
        other: against.group,
        distance: distance(query, original),
      });
  return trials;
}

/** Two answers on one file under two names: of how many files they are the same, and the largest difference. */
function consistencyOf(
  key: Key,
  { hashes, vectors, distances }: Answers,
  distance: Distance,
): ChallengeMetrics['consistency'] {
  /** Largest difference by file: the pairs of one file are not independent. */
  const differences = new Map<string, number>();
  const add = (name: string, difference: number | null): void => {
    if (difference !== null) differences.set(name, Math.max(difference, differences.get(name) ?? 0));
  };
  if (hashes.size + vectors.size > 0)
    for (const { files } of key.pictures)
      for (const { name, duplicate } of files) {
        const [a, b] = [vectors.get(name), vectors.get(duplicate ?? '')];
        // Rounding can leave a cosine of equal vectors a little below 1.
        if (duplicate !== undefined)
          add(name, a && b && a.every((each, i) => each === b[i]) ? 0 : distance(name, duplicate));
      }
  else
    for (const { query, original, duplicateOf } of pairsOf(key)) {
      if (duplicateOf === undefined) continue;
      const [one, two] = [distances.get(pairName(query, original)), distances.get(pairName(duplicateOf, original))];
      if (one !== undefined && two !== undefined) add(duplicateOf, Math.abs(one - two));
    }
  const all = [...differences.values()];
  const largest = all.reduce((most, each) => Math.max(most, each), 0);
  return {
    same: proportion(all.filter((each) => each === 0).length, all.length),
    largest: all.length === 0 ? null : largest,
  };
}

/** One answered picture of each group that no threshold was chosen on: evaluation originals and decoys. */
function unrelatedNames({ pictures }: Key, answered: ReadonlyMap<string, unknown>): string[] {
  const usable = pictures.flatMap((each) => {
    const file = each.role === 'decoy' ? each.files[0] : each.part === 'evaluation' ? originalOf(each) : undefined;
    return file && answered.has(file.name) ? [{ name: file.name, group: each.group }] : [];
  });
  return firstOfEach(usable, ({ group }) => group)
    .map(({ name }) => name)
    .sort()
    .slice(0, mostUnrelated);
}

function unrelatedOf(key: Key, { hashes, vectors }: Answers, distance: Distance): Compared {
  const names = unrelatedNames(key, hashes.size > 0 ? hashes : vectors);
  return { count: names.length, distance: (i, j) => distance(names[i]!, names[j]!)! };
}

/** The answers as the rows of a copy-detection run, scored as such. */
function copyMetrics(
  key: Key,
  answers: Answers,
  { detector, onProgress }: ScoreOptions,
): ChallengeMetrics['copyDetection'] {
  const { header, pictures } = key;
  const bits = 8 * answers.hashes.values().next().value!.length;
  if (Object.hasOwn(hashes, detector) && hashByName(detector).bits !== bits)
    throw new UserError(
      `The answers have hashes of ${bits} bits, and ${detector} has ${hashByName(detector).bits}; give the detector another --name`,
    );
  const set = 'name' in header.set ? header.set.name : header.set.preset;
  const refusedFiles = header.refused.map((each): HashRow => ({ row: 'refused', ...each }));
  const rows = pictures.flatMap((each): HashRow[] => {
    if (each.role === 'decoy') return [];
    const { picture, group, topic, kind, part, files, refused, unreadable } = each;
    if (unreadable !== undefined) return [{ row: 'refused', picture, reason: unreadable }];
    const about = { row: 'hashed' as const, picture, group, topic, kind, part, set };
    return [
      ...files.map(({ name, edit }): HashRow => {
        const hash = answers.hashes.get(name);
        return {
          ...about,
          transform: edit,
          outcome: hash
            ? { state: 'hashed', hashes: { [detector]: { hex: toHex(hash), quality: 100 } } }
            : { state: 'refused', reason: 'no answer' },
        };
      }),
      ...refused.map(
        ({ edit, reason }): HashRow => ({ ...about, transform: edit, outcome: { state: 'refused', reason } }),
      ),
    ];
  });
  return copyDetectionMetrics([...refusedFiles, ...rows], {
    experiment: {
      version: 1,
      kind: 'copy-detection',
      name: challengeName,
      question: 'How many edited copies does this detector find?',
      seed: header.seed,
      dataset: header.dataset.spec,
      hashes: [detector],
      quality: 'any',
      sets: [header.set],
      calibrationShare: header.calibrationShare,
      precision,
      pairFprs,
    },
    dataset: { name: header.dataset.name, sha256: header.dataset.sha256 },
    notes: header.notes,
    sets: setFacts({ name: challengeName, sets: [header.set] }),
    onProgress: (done, total) => onProgress('scoring', done, total),
  });
}

const limitsOf = (byPair: boolean): string[] => [
  'Benign pictures and edits stand in for everything: recall on them is a proxy, and an adversary chooses edits that are not here.',
  'The answers are taken at their word: whether they come from the detector that is sold, and whether it judged each picture by itself, a challenge cannot tell. See docs/challenge.md.',
  'An edited copy without an answer counts as not found. A pair of unrelated pictures without an answer is left out: a detector that refuses hard pictures has a lower false-positive rate here than in use.',
  'Unrelated pairs share pictures: their intervals are by both pictures. Edits of one picture are not independent: their intervals are by group of pictures.',
  byPair
    ? 'From listed pairs only, a list of N entries is bounded by N times the rate of one pair (union bound); nothing is measured on a list.'
    : 'For lists, one picture of each group is compared with every other: evaluation originals and decoys. Beyond their number there are bounds only.',
];
