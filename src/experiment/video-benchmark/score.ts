/**
 * From rows to metrics: each edited copy of a clip against its own listed clip (recall) and against all other listed clips of its part
 * (false matches). Thresholds are chosen on the calibration clips and scored on the evaluation clips; no pair crosses the two.
 */

import { tmkLevel1, tmkThresholds } from '../../hash/tmk.ts';
import { compareVpdq, type VpdqFrame, vpdqRule } from '../../hash/vpdq.ts';
import { clusteredProportion, type Trial } from '../../metric/bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import { rounded } from '../../score/rounded.ts';
import { countsOf } from '../../util/counts.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { VideoBenchmark } from './experiment.ts';
import type { VideoBenchmarkMetrics, VideoDetector } from './metrics.ts';
import type { ClipRow } from './rows.ts';

/** Name of the rendering that is on the list. */
export const listed = 'listed';

/** A row, decoded. */
interface Clip {
  readonly row: ClipRow;
  readonly frames: readonly VpdqFrame[];
  readonly average: Float32Array;
}

/** A detector: the score of a sent clip against a listed one; larger means nearer. */
interface Detector {
  readonly name: string;
  readonly says: string;
  /** Score from which its authors call two clips a match; undefined if every equality is one. */
  readonly authors: number | undefined;
  score(sent: Clip, listed: Clip): number;
}

const detectors: readonly Detector[] = [
  {
    name: 'md5',
    says: '1 if the files are equal, byte by byte',
    authors: undefined,
    score: (a, b) => Number(a.row.md5 === b.row.md5),
  },
  {
    name: 'vpdq',
    says: `share of the sent clip’s frames of quality ${vpdqRule.minQuality} or more that are within ${vpdqRule.distanceBits} bits of a listed one`,
    authors: vpdqRule.queryShare,
    score(a, b) {
      const { matched, of } = compareVpdq(a.frames, b.frames).query;
      return of === 0 ? 0 : matched / of;
    },
  },
  {
    name: 'tmk',
    says: 'cosine of the average features (level 1)',
    authors: tmkThresholds.level1,
    score: tmkLevel1,
  },
];

/** A comparison of a sent clip with a listed one. */
interface Pair {
  readonly clip: string;
  readonly edit: string;
  readonly score: number;
}

/** What the score needs beside the rows. */
interface VideoFacts {
  readonly experiment: VideoBenchmark;
  readonly decoder: string;
  readonly edits: readonly { readonly edit: string; readonly summary: string }[];
}

/** The metrics of a finished run. */
export function videoMetrics(
  rows: readonly ClipRow[],
  { experiment, decoder, edits }: VideoFacts,
): VideoBenchmarkMetrics {
  const { name, question, seed, framesPerSecond, fpr } = experiment;
  const clips = rows.map(decoded);
  const inPart = (part: ClipRow['part']): Clip[] => clips.filter(({ row }) => row.part === part);
  const parts = { calibration: inPart('calibration'), evaluation: inPart('evaluation') };
  const originals = rows.filter(({ edit }) => edit === listed);
  const qualities = rows.flatMap((row) => row.qualities);
  return rounded({
    schemaVersion: 1 as const,
    kind: 'video-benchmark' as const,
    experiment: name,
    question,
    seed,
    clips: {
      calibration: originals.filter(({ part }) => part === 'calibration').length,
      evaluation: originals.filter(({ part }) => part === 'evaluation').length,
      kinds: Object.fromEntries(countsOf(originals.map(({ kind }) => kind))),
    },
    frames: {
      decoded: rows.reduce((sum, { decodedFrames }) => sum + decodedFrames, 0),
      hashed: qualities.length,
      belowQuality: qualities.filter((quality) => quality < vpdqRule.minQuality).length,
    },
    framesPerSecond,
    target: fpr,
    decoder,
    edits: [...edits],
    detectors: detectors.map((detector) => detectorMetrics(detector, parts, experiment)),
    limits: [
      `The clips are generated, of 2 to 5 seconds and small frames; real videos are longer and their scenes more alike. Levels do not carry over; the order of edits may.`,
      `A false match is one of a pair. A clip that is compared with a list of many has as many chances, and those of the frames of one clip are correlated.`,
      'TMK is scored at level 1; level 2 would only remove matches. Every sent clip but the unchanged one is encoded anew, so MD5 finds none of them by construction.',
      `Intervals over all edits, and of false matches, are by sent clip.`,
    ],
  });
}

const decoded = (row: ClipRow): Clip => ({
  row,
  frames: row.qualities.map((quality, i) => ({
    quality,
    timeSeconds: 0,
    hash: fromHex(row.vpdq.slice(64 * i, 64 * i + 64)),
  })),
  average: new Float32Array(fromHex(row.tmk).slice().buffer),
});

function detectorMetrics(
  { name, says, authors, score }: Detector,
  parts: Readonly<Record<ClipRow['part'], readonly Clip[]>>,
  { seed, fpr, edits, bootstrap }: VideoBenchmark,
): VideoDetector {
  const calibration = pairsOf(parts.calibration, score);
  const { right, wrong } = pairsOf(parts.evaluation, score);
  const threshold = thresholdFor(
    calibration.wrong.map((pair) => pair.score),
    fpr,
  );
  const above = (pair: Pair): boolean => pair.score > threshold;
  const atAuthors = (pair: Pair): boolean => pair.score >= authors!;
  const clustered = (pairs: readonly Pair[], matches: (pair: Pair) => boolean, use: string) =>
    clusteredProportion(
      pairs.map((pair): Trial => ({ cluster: pair.clip, success: matches(pair) })),
      seededRng(seed, `${use}/${name}`),
      bootstrap,
    );
  const rate = (pairs: readonly Pair[], matches: (pair: Pair) => boolean) =>
    proportion(pairs.filter(matches).length, pairs.length);
  return {
    name,
    score: says,
    threshold,
    calibration: rate(calibration.wrong, above),
    fpr: clustered(wrong, above, 'fpr'),
    recall: clustered(right, above, 'recall'),
    authors:
      authors === undefined
        ? null
        : {
            threshold: authors,
            fpr: clustered(wrong, atAuthors, 'fpr at authors'),
            recall: clustered(right, atAuthors, 'recall at authors'),
          },
    edits: edits.map((edit) => {
      const own = right.filter((pair) => pair.edit === edit);
      return { edit, recall: rate(own, above), atAuthors: authors === undefined ? null : rate(own, atAuthors) };
    }),
  };
}

/** Every sent clip with its own listed clip, and with each other one. */
function pairsOf(clips: readonly Clip[], score: Detector['score']): { readonly right: Pair[]; readonly wrong: Pair[] } {
  const list = clips.filter(({ row }) => row.edit === listed);
  const right: Pair[] = [];
  const wrong: Pair[] = [];
  for (const sent of clips.filter(({ row }) => row.edit !== listed))
    for (const each of list) {
      const { clip, edit } = sent.row;
      (each.row.clip === clip ? right : wrong).push({ clip, edit, score: score(sent, each) });
    }
  return { right, wrong };
}

/** The smallest score of a wrong pair above which lies no larger share of wrong pairs than `fpr`; 0 without pairs. */
function thresholdFor(wrong: readonly number[], fpr: number): number {
  const largestFirst = [...wrong].sort((a, b) => b - a);
  return largestFirst[Math.floor(fpr * largestFirst.length)] ?? 0;
}
