/** The tables of pictures recovered from hashes. */
import type { HashLeakageMetrics, InversionLeak } from '../../schema/hash-leakage-metrics.ts';
import type { HashLeakSource } from '../../schema/hash-leakage-rows.ts';
import { type Line, plain, type ReportTable } from '../benchmark/table.ts';
import { absent, integer, percent, rateCell } from '../format.ts';
import { verdict } from './control-cells.ts';
import { numberCell, sourceName } from './words.ts';

const gain = (each: InversionLeak, of: 'ridge' | 'nearest', over: 'mean' | 'random' | 'best') =>
  each.gains.find((one) => one.of === of && one.over === over)!;

/** Quality of what is recovered, against what could be had without the hash. */
export function inversionTable(metrics: HashLeakageMetrics, source: HashLeakSource): ReportTable {
  const of = metrics.inversions.filter((each) => each.source === source);
  const first = of[0];
  return {
    title: `Picture from hash: ${sourceName(metrics, source)}`,
    explains: `${first ? `${integer(first.n)} pictures in ${integer(first.groups)} groups, ${integer(first.training)} to learn from and to look among. ` : ''}32 × 32 luma. Gains are paired by picture, with 95 % intervals by group. Explained: share of the mean picture's squared error that the ridge decoder removes; signs of Gaussian coefficients would give it 2/π = 63.7 %, 4.40 dB. Best: the gallery picture nearest to the truth itself, which no attacker can pick.`,
    head: [
      'hash',
      'PSNR, ridge',
      'over mean',
      'over random',
      'over best',
      'nearest: over mean',
      'over random',
      'SSIM, ridge',
      'over mean',
      'over best',
      'explained',
      'verdict',
    ],
    lines: of.map((each): Line => {
      const [mean, random, best] = (['mean', 'random', 'best'] as const).map((over) => gain(each, 'ridge', over));
      const tone = each.control === 'none' && mean!.psnr.low > 0 ? { tone: 'warn' as const } : {};
      return {
        name: each.hash,
        cells: [
          numberCell(each.quality.ridge.psnr, 'dB', 1),
          { ...numberCell(mean!.psnr, 'dB'), ...tone },
          numberCell(random!.psnr, 'dB'),
          numberCell(best!.psnr, 'dB'),
          numberCell(gain(each, 'nearest', 'mean').psnr, 'dB'),
          numberCell(gain(each, 'nearest', 'random').psnr, 'dB'),
          numberCell(each.quality.ridge.ssim, '', 3),
          numberCell(mean!.ssim, '', 3),
          numberCell(best!.ssim, '', 3),
          numberCell({ ...scaled(each.explained.ridge) }, '%', 1),
          each.control === 'none'
            ? plain(mean!.psnr.low > 0 ? '▲ better than no hash' : 'no better')
            : verdict(each.passed, `all, and ${each.self?.k ?? 0} of ${each.self?.n ?? 0} found`),
        ],
      };
    }),
  };
}

/** The negative controls of inversion, in which hashes are dealt anew several times. */
export function inversionControlTable(metrics: HashLeakageMetrics): ReportTable {
  const first = metrics.inversionControls[0];
  return {
    title: 'Picture from hash: hashes dealt anew',
    explains: `The same attack after hashes were dealt anew to the pictures that it learns from, ${first?.deals ?? 0} times. Means over the test pictures, Student's 95 % interval over the deals: what one deal gains by luck it gains on all test pictures alike. Held to 5 % for all controls together.`,
    head: ['hash', 'pictures to learn from', 'test pictures', 'ridge over mean', 'nearest over random', 'verdict'],
    lines: metrics.inversionControls.map(
      ({ source, hash, training, n, ridge, nearest, passed }): Line => ({
        name: `${hash}, ${sourceName(metrics, source)}`,
        cells: [
          plain(integer(training)),
          plain(integer(n)),
          numberCell(ridge, 'dB'),
          numberCell(nearest, 'dB'),
          verdict(passed, 'no gain'),
        ],
      }),
    ),
  };
}

const scaled = ({ estimate, low, high, method }: InversionLeak['explained']['ridge']) => ({
  estimate: 100 * estimate,
  low: 100 * low,
  high: 100 * high,
  method,
});

/** Whether recovered pictures can still be told apart by topic, and what a network makes of them. */
export function classifiableTable(metrics: HashLeakageMetrics, source: HashLeakSource): ReportTable {
  const of = metrics.inversions.filter((each) => each.source === source && each.control === 'none');
  const seen = metrics.features.filter((each) => each.source === source);
  const first = of[0];
  return {
    title: `Still classifiable: ${sourceName(metrics, source)}`,
    explains: `A classifier of thumbnails (${first?.topic.classifier ?? 'none'}), trained on real ones, looks at what was recovered; the commonest topic makes up ${percent(first?.topic.chance ?? 0)} of the test pictures. Cosine distance is that of the features of ${seen[0]?.classifier ?? 'no network'} between recovered and true thumbnail (${seen[0]?.n ?? 0} pictures): not LPIPS. Closer: by how much, compared with a random gallery picture.`,
    head: [
      'hash',
      'topic of the original',
      'of ridge',
      'of nearest',
      'of the mean picture',
      'cosine distance, ridge',
      'nearest',
      'random',
      'closer, ridge',
      'closer, nearest',
    ],
    lines: of.map((each): Line => {
      const features = seen.find(({ hash }) => hash === each.hash);
      return {
        name: each.hash,
        cells: [
          rateCell(each.topic.original),
          rateCell(each.topic.ridge),
          rateCell(each.topic.nearest),
          rateCell(each.topic.mean),
          ...(features
            ? [
                numberCell(features.distance.ridge, '', 3),
                numberCell(features.distance.nearest, '', 3),
                numberCell(features.distance.random, '', 3),
                numberCell(features.closer.ridge, '', 3),
                numberCell(features.closer.nearest, '', 3),
              ]
            : Array.from({ length: 5 }, () => absent('not asked'))),
        ],
      };
    }),
  };
}
