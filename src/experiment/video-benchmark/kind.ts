/** Experiments on videos: edited clips against a list of clips, under MD5, vPDQ and TMK+PDQF. */
import type { Kind } from '../../harness/kind.ts';
import { check } from '../../schema/check.ts';
import { everyRow } from '../../schema/row.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { clipEditNamed } from '../../video/edit/index.ts';
import { libavDecoder } from '../../video/libav-decoder.ts';
import { VideoBenchmark } from './experiment.ts';
import { VideoBenchmarkMetrics } from './metrics.ts';
import { type VideoRow, videoRows } from './rows.ts';
import { videoMetrics } from './score.ts';
import { unchanged } from './tasks.ts';

const summaryOf = (edit: string): string =>
  edit === unchanged ? 'Sent as it is, byte by byte.' : clipEditNamed(edit).summary;

/** Files whose kind is 'video-benchmark'. */
export const videoBenchmark: Kind<VideoBenchmark, VideoRow, VideoBenchmarkMetrics> = {
  name: 'video-benchmark',
  experiment: VideoBenchmark,
  rows: videoRows,
  metrics: VideoBenchmarkMetrics,
  onPictures: false,
  tasks: moduleBeside(import.meta.url, './tasks.ts'),
  check(value, what) {
    const experiment = check(VideoBenchmark, value, what);
    for (const edit of experiment.edits) summaryOf(edit);
    return experiment;
  },
  score: async (rows, { experiment }) =>
    videoMetrics(await everyRow(rows), {
      experiment,
      decoder: `${libavDecoder.name} ${libavDecoder.version}`,
      edits: experiment.edits.map((edit) => ({ edit, summary: summaryOf(edit) })),
    }),
  report: async () => (await import('./report.ts')).videoParts,
  run: async () => (await import('./run.ts')).runVideoBenchmark,
  extent: ({ kind, clips, edits }) => ({
    facts: [
      ['kind', kind],
      ['clips', clips],
      ['edits', edits.join(', ')],
    ],
    json: { kind, clips, edits: edits.length },
    hashes: 3,
    edits: edits.length,
    strategies: 0,
  }),
};
