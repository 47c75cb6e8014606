/** The table of topics guessed from hashes. */

import { absent, areaCell, type Cell, integer, notMeasured, percent, rateCell } from '../../report/format.ts';
import { scroll } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { type Line, plain, type ReportTable } from '../../report/table.ts';
import type { HashLeakageMetrics, InversionLeak, MembershipLeak, TopicLeak } from './metrics.ts';
import { liftCell, numberCell, sourceName, strategyName } from './report-words.ts';
import type { HashLeakSource } from './rows.ts';

/** Topics guessed from each hash of a source, each beside its negative control; the positive one at the end. */
export function topicTable(metrics: HashLeakageMetrics, source: HashLeakSource): ReportTable {
  const of = metrics.topics.filter((each) => each.source === source);
  const first = of[0];
  const fives = of.some(({ five }) => five);
  const line = (each: TopicLeak): Line => {
    const { first: one, five, lift, uniformLift, leakedBits, lowerBound, aboveChance, control, bits, attacker } = each;
    return {
      name: each.hash,
      cells: [
        plain(String(bits)),
        plain(attacker),
        { ...rateCell(one.success), ...(aboveChance && control === 'none' ? { tone: 'warn' as const } : {}) },
        plain(`≥ ${percent(lowerBound)}`),
        plain(percent(one.chance.commonest)),
        liftCell(lift),
        plain(uniformLift === null ? notMeasured : `${uniformLift.toFixed(2)}×`),
        plain(leakedBits === null ? notMeasured : leakedBits.toFixed(2)),
        ...(fives
          ? five
            ? [rateCell(five.success), plain(percent(five.chance.commonest))]
            : [absent('too few'), absent('too few')]
          : []),
        control === 'none' ? plain(aboveChance ? '▲ above chance' : 'not above') : verdict(each.passed, 'all right'),
        shuffledCell(of, each),
      ],
    };
  };
  return {
    title: `Topic from hash: ${sourceName(metrics, source)}`,
    explains: `${first ? `${integer(first.topics)} topics, ${integer(first.training)} pictures to learn from, ${integer(first.validation)} to choose the learner on, ${integer(first.first.success.n)} to guess, once (the deep hash: fewer). ` : ''}Lift: success relative to always guessing the most frequent topic in training; over 1/K: relative to guessing blindly among K topics. Bits: log₂ of the lift. Bound: one-sided 95 %, Clopper–Pearson, one picture per group. Above chance: at 5 % for all attacks together (Bonferroni).`,
    head: [
      'hash',
      'bits',
      'learner chosen',
      'top-1',
      'bound',
      'commonest topic',
      'lift',
      'over 1/K',
      'bits leaked',
      ...(fives ? ['top-5', '5 commonest'] : []),
      'verdict',
      'shuffled hashes',
    ],
    lines: of
      .filter(({ control }) => control !== 'shuffled')
      .toSorted(identityLast)
      .map(line),
  };
}

const identityLast = (a: { readonly control: string }, b: { readonly control: string }): number =>
  Number(a.control === 'identity') - Number(b.control === 'identity');

/** The same attack after hashes were dealt anew. */
const shuffledCell = (all: readonly TopicLeak[], { hash, deep }: TopicLeak): Cell =>
  controlCell(
    all.find((each) => each.control === 'shuffled' && each.hash === hash && each.deep === deep),
    ({ first }) => rateCell(first.success),
  );

// The table of what a device finds out about a list.

/** What a device finds out about the list. */
export function membershipTable(metrics: HashLeakageMetrics, source: HashLeakSource): ReportTable {
  const of = metrics.membership.filter((each) => each.source === source);
  const first = of[0];
  const fprs = first?.at.map(({ fpr }) => fpr) ?? [];
  const control = ({ strategy }: MembershipLeak, wanted: MembershipLeak['control']): MembershipLeak | undefined =>
    of.find((each) => each.strategy === strategy && each.control === wanted);
  const line = (each: MembershipLeak): Line => ({
    name: strategyName(each),
    cells: [
      plain(each.perQuery ? 'one question' : 'nothing'),
      ...each.at.flatMap(({ tpr, measuredFpr, advantage, enough, needs }): Cell[] => {
        const cell = rateCell(tpr);
        return [
          enough
            ? cell
            : {
                ...cell,
                small: [...cell.small, 'n too small'],
                hover: `${cell.hover}; ${integer(needs)} others needed`,
                tone: 'muted',
              },
          rateCell(measuredFpr),
          numberCell(advantage, '', 3),
        ];
      }),
      areaCell(each.auc),
      plain(integer(each.others)),
      controlCell(control(each, 'shuffled'), ({ auc }) => areaCell(auc)),
      controlCell(control(each, 'identity'), ({ at }) => rateCell(at[0]!.tpr)),
      plain(each.means),
    ],
  });
  return {
    title: `List membership from a device: ${sourceName(metrics, source)}`,
    explains: `A list of ${integer(first?.listed ?? 0)} entries; members against others of the same source. Thresholds are chosen on ${integer(first?.calibration ?? 0)} further others. Advantage: true-positive rate minus false-positive rate. The figure is grey where the number of others is below 30 divided by the rate.`,
    head: [
      'strategy',
      'cost of a guess',
      ...fprs.flatMap((fpr) => [`TPR at FPR ${percent(fpr)}`, 'measured FPR', 'advantage']),
      'AUC',
      'others',
      'AUC, shuffled labels',
      'given the label',
      'what the device does',
    ],
    lines: of.filter((each) => each.control === 'none').map(line),
  };
}

// The tables of pictures recovered from hashes.

const gain = (each: InversionLeak, of: 'ridge' | 'nearest', over: 'mean' | 'random' | 'best') =>
  each.gains.find((one) => one.of === of && one.over === over)!;

/** Quality of what is recovered, against what could be had without the hash. */
export function inversionTable(metrics: HashLeakageMetrics, source: HashLeakSource): ReportTable {
  const of = metrics.inversions.filter((each) => each.source === source);
  const first = of[0];
  return {
    title: `Picture from hash: ${sourceName(metrics, source)}`,
    explains: `${first ? `${integer(first.n)} pictures in ${integer(first.groups)} groups, ${integer(first.training)} to learn from and to look among. ` : ''}32 × 32 luma. Gains are paired by picture, with 95 % intervals by group. Explained: share of the mean picture's squared error that the ridge decoder removes; signs of Gaussian coefficients would give it 2/π = 63.7 %, 4.40 dB. Best: the gallery picture nearest to the true picture, which no attacker can choose.`,
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
    title: 'Picture from hash: shuffled hashes',
    explains: `The same attack after the hashes of its training pictures were shuffled, ${first?.deals ?? 0} times. Means over the test pictures, Student's 95 % interval over the shuffles, because a lucky shuffle gains on all test pictures. Tested at 5 % for all controls together.`,
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
    explains: `A classifier of thumbnails (${first?.topic.classifier ?? 'none'}), trained on real ones, classifies the recovered pictures; the most frequent topic has ${percent(first?.topic.chance ?? 0)} of the test pictures. Cosine distance is that of the features of ${seen[0]?.classifier ?? 'no network'} between recovered and true thumbnail (${seen[0]?.n ?? 0} pictures): not LPIPS. Closer: by how much, compared with a random gallery picture.`,
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

// The table of all controls, counted.

/** Every control, counted. */
export function controlTable({ controls: counted }: HashLeakageMetrics): ReportTable {
  const names = { topics: 'topic from hash', inversion: 'picture from hash', membership: 'list membership' } as const;
  const must = {
    topics: ['success not above chance', 'every topic right'],
    inversion: ['no gain over the mean picture', 'all of the error gone, every picture found'],
    membership: ['the interval of the AUC contains ½', 'every member found'],
  } as const;
  return {
    title: 'Controls',
    explains:
      'Negative: the same attack after hashes or labels were shuffled. Positive: the attack receives the secret itself. Each must give the stated result; with 95 % intervals, one in twenty negative controls may fail by chance.',
    head: ['attack', 'negative control', 'holds', 'positive control', 'holds'],
    lines: (Object.keys(names) as (keyof typeof names)[]).map((attack): Line => {
      const { shuffled, identity } = counted[attack];
      const cell = ({ k, n }: { k: number; n: number }): Cell => ({
        ...plain(`${k} of ${n}`),
        ...(k < n ? { tone: 'warn' as const } : {}),
      });
      return {
        name: names[attack],
        cells: [plain(must[attack][0]), cell(shuffled), plain(must[attack][1]), cell(identity)],
      };
    }),
  };
}

// Cells that tell whether a control came out as it must.

/** A mark and a word; empty for an attack, which is no control. */
const verdict = (passed: boolean | null, yes: string): Cell =>
  passed === null ? plain('') : passed ? plain(`✓ ${yes}`) : { ...plain('✗ fails'), tone: 'warn' };

/** The number of a control behind a mark that says whether it came out as it must; empty where there was none. */
function controlCell<T extends { readonly passed: boolean | null }>(control: T | undefined, of: (it: T) => Cell): Cell {
  if (!control) return plain('');
  const cell = of(control);
  const mark = control.passed ? '✓' : '✗';
  return {
    ...cell,
    main: `${mark} ${cell.main}`,
    plain: `${mark} ${cell.plain}`,
    ...(control.passed ? {} : { tone: 'warn' as const }),
  };
}

// The contact sheet: generated pictures, and what their hashes give back.

/** Pixels a side at which a thumbnail of 32 × 32 is shown. */
const shownSide = 96;

const picture = (base64: string, alt: string): Html =>
  html`<img src="data:image/png;base64,${base64}" alt="${alt}" width="${shownSide}" height="${shownSide}" style="image-rendering:pixelated;display:block">`;

/** One sheet a source, a row a picture, a pair of columns a hash; empty where nothing was shown. */
export function contactSheet(metrics: HashLeakageMetrics, source: HashLeakSource): Html | '' {
  const shown = metrics.shown.filter((each) => each.source === source);
  const first = shown[0];
  if (!first) return '';
  const name = sourceName(metrics, source);
  const decibel = (value: number): string => `${value.toFixed(1)} dB`;
  const head = html`<thead><tr><td rowspan="2">topic</td><th scope="col" rowspan="2">thumbnail</th>${first.recovered.map(
    ({ hash }) => html`<th scope="colgroup" colspan="2">${hash}</th>`,
  )}<th scope="col" rowspan="2">mean</th></tr><tr>${first.recovered.map(
    () => html`<th scope="col">from hash</th><th scope="col">nearest</th>`,
  )}</tr></thead>`;
  const rows = shown.map(
    ({ topic, original, mean, recovered }) =>
      html`<tr><th scope="row">${topic}</th><td>${picture(original, `${topic}, as it is`)}</td>${recovered.map(
        ({ hash, ridge, nearest, ridgeDb, nearestDb }) =>
          html`<td>${picture(ridge, `${topic}, decoded from its ${hash}`)}<small>${decibel(ridgeDb)}</small></td><td>${picture(nearest, `gallery picture with the nearest ${hash}`)}<small>${decibel(nearestDb)}</small></td>`,
      )}<td>${picture(mean, 'mean of the gallery')}</td></tr>`,
  );
  return html`<h3>Contact sheet: ${name}</h3>
<p class="note">Test pictures, one of each topic in turn, not selected by result: the 32 × 32 thumbnail, what the ridge decoder recovers from each hash, the gallery picture with the
nearest hash, and the mean of the gallery, which needs no hash. Generated pictures only; the PSNR is below each.</p>
${scroll(`Contact sheet of ${name}`, html`<table>${head}<tbody>${rows}</tbody></table>`)}`;
}

// What others reported of hashes that give topics and pictures away; none of it is on these pictures.

/** One published figure. */
interface Published {
  readonly what: string;
  readonly value: string;
  readonly source: string;
  /** How it stands to this run. */
  readonly verdict: string;
}

/** Published figures, in the order of the attacks. */
export const published: readonly Published[] = [
  {
    what: 'topic from NeuralHash, 96 bits, 1,000 ImageNet classes (a network on 1.28 million hashes)',
    value: 'top-1 4.34 ± 0.05 %, 43 × chance; top-5 12.03 %; top-10 17.75 %',
    source:
      'Struppek et al., "Learning to break deep perceptual hashing" (FAccT 2022), arXiv 2111.06628, and its repository',
    verdict: 'not comparable: other classes and data',
  },
  {
    what: 'the same, 85 groups of classes',
    value: 'top-1 8.76 %; top-5 25.85 %; top-10 38.59 %',
    source: 'the same',
    verdict: 'not comparable: other classes and data',
  },
  {
    what: 'picture from aHash, PDQ, NeuralHash and PhotoDNA, on consumer hardware',
    value: 'recognisable reconstructions with generative networks',
    source:
      'Hawkes, Weinert et al., "Perceptual hash inversion attacks on image-based sexual abuse removal tools" (IEEE S&P Magazine 2024), arXiv 2412.06056',
    verdict: 'not comparable: other decoder, pictures and measures',
  },
  {
    what: 'picture from PhotoDNA',
    value: 'recognisable thumbnails',
    source: 'Athalye, "Inverting PhotoDNA" (2021)',
    verdict: 'not comparable: the hash is not public',
  },
  {
    what: 'picture from PhotoDNA, PDQ and NeuralHash',
    value: 'first version: "original images can be reconstructed"; second version: "significant robustness"',
    source: 'Madden, Bhavsar, Dorje & Li, arXiv 2406.00918, versions 1 and 2',
    verdict: 'contradicts itself: measured here for PDQ',
  },
];
