/** The tables of a base-rate run. */

import { absent, bounds, type Cell, fraction, integer, percent, rare, rateCell, si } from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { Rate } from '../../schema/rate.ts';
import type { AlarmMetrics, BaseRateMetrics, Tpr, Wanted } from './metrics.ts';

type Classifier = BaseRateMetrics['classifiers'][number];

/** Alarms of every classifier, one line each. */
const everyAlarm = ({ classifiers }: BaseRateMetrics): { classifier: Classifier; each: AlarmMetrics }[] =>
  classifiers.flatMap((classifier) => classifier.alarms.map((each) => ({ classifier, each })));

const lineName = (classifier: Classifier, { alarm }: AlarmMetrics): string =>
  `${alarm.name}, ${classifier.scorer.network}`;

/** How the scores were made, for the text above a table. */
export const madeBy = ({ scorer: { network, backend, decoder, kernel } }: Classifier): string =>
  `${network} on ${backend}; ${decoder.split(';')[0]}; kernel ${kernel}`;

/** The same for every classifier of a run, the decoder once. */
const allMadeBy = ({ classifiers }: BaseRateMetrics): string =>
  [
    ...classifiers.map(({ scorer: { network, backend, kernel } }) => `${network} on ${backend}, kernel ${kernel}`),
    ...new Set(classifiers.map(({ scorer: { decoder } }) => `decoder ${decoder.split(';')[0]}`)),
  ].join('; ');

/** False alarms of every classifier at every threshold. */
export function alarmTable(metrics: BaseRateMetrics): ReportTable {
  return {
    title: 'False alarms about innocent pictures',
    explains: `Share of innocent pictures whose score for an alarm is at least the threshold, with the 95 % interval (the wider of Clopper–Pearson and the bootstrap by group). A name with + adds the scores. ${allMadeBy(metrics)}.`,
    head: ['alarm, classifier', 'innocent pictures', ...metrics.thresholds.map((each) => `≥ ${each}`)],
    lines: everyAlarm(metrics).map(({ classifier, each }) => ({
      name: lineName(classifier, each),
      cells: [plain(integer(each.innocents.pictures)), ...each.fpr.map((rate) => rateCell(rate))],
    })),
  };
}

/** PPV bounds as a cell: without a false alarm only the lower bound says something. */
function ppvCell({ estimate, low, high }: Wanted['ppv'], fpr: Rate): Cell {
  if (estimate === null) return absent('nothing was flagged');
  const range = `[${rare(low)}, ${rare(high)}]`;
  const counts = `false alarms ${fraction(fpr)}`;
  if (fpr.k === 0) {
    const main = `≥ ${rare(low)}`;
    return { main, small: [counts], plain: `${main}, ${counts}`, hover: `no false alarm seen: ${range}` };
  }
  return { main: rare(estimate), small: [range], plain: `${rare(estimate)} ${range}`, hover: `${counts}; ${range}` };
}

const tprText = (tpr: Tpr): string =>
  'assumed' in tpr ? `${percent(tpr.assumed)} assumed` : `${fraction(tpr)} ${percent(tpr.estimate ?? 0)}`;

/** How likely an alarm is correct at each prevalence. */
export function ppvTable(metrics: BaseRateMetrics): ReportTable {
  const { prevalences, thresholds } = metrics;
  return {
    title: 'How likely an alarm is correct: PPV',
    explains: `Share of alarms that would be correct (PPV) at the stated prevalence. Bounds: Bayes’ rule on Clopper–Pearson bounds of 97.5 % for TPR and FPR, at least 95 % together, one picture per group. Where no false alarm was seen, only the lower bound is a result. TPR: measured on the benign topics of the alarm, or assumed.`,
    head: ['alarm, classifier, prevalence', 'TPR at the lowest threshold', ...thresholds.map((each) => `≥ ${each}`)],
    lines: everyAlarm(metrics).flatMap(({ classifier, each }) =>
      prevalences.map(({ value }, at) => ({
        name: `${lineName(classifier, each)}, ${rare(value)}`,
        cells: [
          plain(each.points[0] ? tprText(each.points[0].tpr) : '–'),
          ...each.points.map(({ ppv, fpr }) => ppvCell(ppv[at]!, fpr)),
        ],
      })),
    ),
  };
}

/** Score with as many digits as it takes to tell it from 1: about the one that metrics.json holds to the last bit. */
export const scoreText = (score: number): string =>
  score > 0.999 ? `1 − ${rare(1 - score)}` : String(Number(score.toPrecision(3)));

/** What a wanted PPV asks for, and whether this run can show it. */
export function wantedTable(metrics: BaseRateMetrics): ReportTable {
  const [first] = metrics.classifiers;
  const shown = first ? [first.alarms[0], first.alarms.at(-1)] : [];
  const alarms = shown.filter((each, i): each is AlarmMetrics => each !== undefined && shown.indexOf(each) === i);
  return {
    title: 'The threshold that a required PPV needs, and whether the data can certify it',
    explains: `${first?.scorer.network ?? 'No classifier'}. The score is the smallest that reaches the PPV on half of the groups, by its lower bound, or otherwise by its estimate; the other half tests it. Needed FPR: at the best detection rate that the data allow. To certify: the number of innocent pictures without one false alarm that this needs (one-sided 95 %, the rule of three).`,
    head: [
      'alarm, prevalence, wanted PPV',
      'needed FPR',
      'score chosen',
      'FPR there',
      'PPV there',
      'certified',
      'innocent pictures to certify it',
    ],
    lines: alarms.flatMap(({ alarm, wanted }) =>
      wanted.map(({ prevalence, precision, neededFpr, score, fpr, ppv, certified, toCertify }) => ({
        name: `${alarm.name}, ${rare(prevalence)}, ${percent(precision)}`,
        cells: [
          plain(rare(neededFpr)),
          score === null ? absent('no score reaches it') : plain(`≈ ${scoreText(score)}`, String(score)),
          score === null ? absent('no score reaches it') : rateCell(fpr),
          score === null ? absent('no score reaches it') : ppvCell(ppv, fpr),
          certified
            ? plain('yes')
            : {
                ...plain('no', `the data cannot certify this: it would need ${integer(toCertify)} innocent pictures`),
                tone: 'warn' as const,
              },
          plain(integer(toCertify)),
        ],
      })),
    ),
  };
}

/** A share to six digits, for one that differs little from 100 %: '99.9962 %'. */
export const nearlyAll = (share: number): string => `${Number((100 * share).toPrecision(6))} %`;

/** A claimed accuracy in every reading. */
export function readingTable({ accuracy, prevalences: [first] }: BaseRateMetrics): ReportTable {
  const prevalence = first?.value ?? 0;
  return {
    title: `“${nearlyAll(accuracy.value)} accurate” at a prevalence of ${rare(prevalence)}`,
    explains: `The same number read in three ways, at the TPR shown. A detector that never raises an alarm is right about ${nearlyAll(1 - prevalence)} of all pictures, so an accuracy alone says nothing.`,
    head: ['reading', 'TPR', 'FPR', 'PPV', 'false alarms per 10⁹ pictures', 'innocent pictures to certify that FPR'],
    lines: accuracy.readings.map(({ reading, tpr, fpr, ppv, perBillion, toCertify }) => ({
      name: reading,
      cells: [
        plain(percent(tpr)),
        plain(rare(fpr)),
        plain(ppv === null ? '–' : rare(ppv)),
        plain(integer(perBillion)),
        plain(integer(toCertify)),
      ],
    })),
  };
}

/** False alarms of a service. */
export function volumeTable({ volume }: BaseRateMetrics): ReportTable {
  const { picturesPerDay, prevalence, tpr, secondsPerReview, hoursPerYear, rows } = volume;
  return {
    title: 'What a false-positive rate means for a service',
    explains: `${si(picturesPerDay)} pictures a day, prevalence ${rare(prevalence)}, TPR ${percent(tpr)}, ${secondsPerReview} s per review, ${integer(hoursPerYear)} hours a year. Measured rates with both ends of their interval: they are rates on this dataset, not of a service.`,
    head: ['FPR', 'false alarms per 10⁹', 'a year', 'PPV', 'reviewers'],
    lines: rows.map((row) => ({
      name: row.measured
        ? `${rare(row.fpr)}: ${row.measured.alarm} ≥ ${row.measured.threshold}, ${row.measured.classifier}`
        : rare(row.fpr),
      cells: [
        scaled(row, 'perBillion', rows),
        scaled(row, 'perYear', rows),
        plain(ppvOf(row, volume)),
        scaled(row, 'reviewers', rows),
      ],
    })),
  };
}

type VolumeRow = BaseRateMetrics['volume']['rows'][number];

/** A count that grows with the rate, with both ends; where no false alarm was seen, the upper end alone. */
function scaled(row: VolumeRow, count: 'perBillion' | 'perYear' | 'reviewers', rows: readonly VolumeRow[]): Cell {
  const value = row[count];
  if (!row.measured) return plain(value >= 100 ? integer(value) : String(Number(value.toPrecision(2))));
  const { low, high } = bounds(row.measured.rate);
  // Taken from a rate that is not 0: every count is proportional to it.
  const unit = rows.find((each) => each.fpr > 0);
  const at = (fpr: number): string => si(unit ? (fpr * unit[count]) / unit.fpr : 0);
  if (row.measured.rate.k === 0)
    return { main: `≤ ${at(high)}`, small: ['none seen'], plain: `≤ ${at(high)}, none seen`, hover: '' };
  const range = `[${at(low)}, ${at(high)}]`;
  return { main: si(value), small: [range], plain: `${si(value)} ${range}`, hover: range };
}

/** Share of right alarms at a rate; where none was false, the least that the data leave possible. */
function ppvOf({ measured, ppv }: VolumeRow, { prevalence, tpr }: BaseRateMetrics['volume']): string {
  if (ppv === null) return '–';
  if (measured?.rate.k !== 0) return rare(ppv);
  const right = prevalence * tpr;
  return `≥ ${rare(right / (right + (1 - prevalence) * bounds(measured.rate).high))}`;
}

/** False alarms by what pictures show and where they come from, at one threshold. */
export function sliceTable(metrics: BaseRateMetrics, classifier: Classifier, at: number): ReportTable {
  const parts = classifier.alarms[classifier.alarms.length - 1]?.slices ?? [];
  const keys = parts.map(({ by, name }) => ({ by, name }));
  return {
    title: `False alarms by topic and kind at ${metrics.thresholds[at]}, ${classifier.scorer.network}`,
    explains: `Innocent pictures that raise the alarm, Wilson 95 %, pictures as independent. ${madeBy(classifier)}.`,
    head: ['pictures', ...classifier.alarms.map(({ alarm }) => alarm.name)],
    lines: keys.map(({ by, name }) => ({
      name: by === 'kind' ? `kind: ${name}` : name,
      cells: classifier.alarms.map(({ slices }) => {
        const slice = slices.find((each) => each.by === by && each.name === name);
        const rate = slice?.rates[at];
        if (!rate) return absent('what the alarm is right about');
        return { ...rateCell(rate, true), ...(rate.k > 0 ? { heat: rate.estimate ?? 0 } : {}) };
      }),
    })),
  };
}

/** False alarms after edits, beside the same pictures before. */
export function editTable(metrics: BaseRateMetrics, classifier: Classifier, at: number): ReportTable {
  const transforms = classifier.alarms[0]?.edited.map(({ transform }) => transform) ?? [];
  return {
    title: `False alarms after edits at ${metrics.thresholds[at]}, ${classifier.scorer.network}`,
    explains: `Innocent pictures that raise the alarm after the edit, Wilson 95 %; in small type the same pictures unedited. ${madeBy(classifier)}.`,
    head: ['edit', ...classifier.alarms.map(({ alarm }) => alarm.name)],
    lines: transforms.map((transform) => ({
      name: transform,
      cells: classifier.alarms.map(({ edited }): Cell => {
        const found = edited.find((each) => each.transform === transform);
        if (!found) return absent('what the alarm is right about');
        const cell = rateCell(found.rates[at]!, true);
        const before = `before ${fraction(found.unedited[at]!, true)}`;
        return { ...cell, small: [...cell.small, before], plain: `${cell.plain}, ${before}` };
      }),
    })),
  };
}

/** What is claimed of classifiers. */
export const claimTable = (): ReportTable => ({
  title: 'What is claimed, as published',
  explains:
    'V: read in a public source at the address; V2: read in another source that quotes it. Accuracy, precision and false-positive rate are different quantities; none of these was replicated here.',
  head: ['of what', 'claim', 'tag', 'source'],
  lines: claims.map(({ what, claim, tag, source }) => ({
    name: what,
    cells: [plain(claim), plain(tag), plain(source)],
  })),
});

// What is claimed of classifiers, each as it was published and where it was read: beside the measured values, never mixed with them. V: read in a
// public source at the address; V2: read in another source that quotes it.

/** One published claim. */
interface Claim {
  readonly what: string;
  readonly claim: string;
  readonly tag: 'V' | 'V2';
  readonly source: string;
}

export const claims: readonly Claim[] = [
  {
    what: 'nsfwjs, MobileNetV2',
    claim: '~90 % on 15,000 pictures of 5 classes',
    tag: 'V',
    source: 'README of github.com/infinitered/nsfwjs',
  },
  {
    what: 'nsfw_model, Inception v3 and a newer MobileNet',
    claim: '93 %',
    tag: 'V',
    source: 'github.com/GantMan/nsfw_model; gist of mignev',
  },
  {
    what: 'AttM-CNN',
    claim: '92.72 % accuracy on 1 M adult, 1 M neutral and 5,000 real pictures; 80 % of targets in the top 8.5 %',
    tag: 'V',
    source: 'Gangwar et al., Neurocomputing 2021, abstract',
  },
  {
    what: 'explicit-content classifier on a hotline’s pictures',
    claim: '90.17 % accuracy',
    tag: 'V',
    source: 'Gutfeter, Gajewska and Pacut (NASK), arXiv 2406.14131 (2024)',
  },
  {
    what: 'Thorn Safer',
    claim: '“1 in 1000 falsely tagged”, so an FPR of 0.1 %',
    tag: 'V2',
    source: 'jmason.ie, 25 January 2024',
  },
  {
    what: 'detection of grooming',
    claim: '~90 %: 9 of 10 flagged are grooming, so a precision',
    tag: 'V2',
    source: 'answers of the Commission to Germany (2022), quoted by reclaimthenet.org',
  },
  {
    what: 'an estimate, no claim of a vendor',
    claim: 'more than 3 million wrong disclosures at an error of 10 %',
    tag: 'V2',
    source: 'P. Breyer, quoted by reclaimthenet.org',
  },
];
