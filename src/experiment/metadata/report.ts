/** The reports of a run on metadata. */
import { csvOf, rateFields } from '../../report/csv.ts';
import { type Cell, integer, percent, rateCell, rateProse, si } from '../../report/format.ts';
import { html } from '../../report/page/html.ts';
import type { Finding } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { DetectorMetrics, MetadataMetrics } from './metrics.ts';

/** The overlap that headlines speak of: the one nearest to the share that Facebook estimated. */
const estimated = 0.75;
export const headline = ({ shown }: MetadataMetrics): number =>
  shown.map(({ overlap }) => overlap).reduce((a, b) => (Math.abs(b - estimated) < Math.abs(a - estimated) ? b : a));

const keepText = (days: number | null): string =>
  days === null ? '' : `, records of ${days} ${days === 1 ? 'day' : 'days'}`;
const nameOf = ({
  name,
  kind,
  keepDays,
  targetFpr,
}: Pick<DetectorMetrics, 'name' | 'kind' | 'keepDays' | 'targetFpr'>): string =>
  kind === 'rule'
    ? name
    : `classifier on ${name}${keepText(keepDays)}${targetFpr === null ? '' : `, at ${percent(targetFpr)}`}`;

const people = ({ estimate, low, high }: DetectorMetrics['accusedOfService']): Cell => ({
  ...plain(si(estimate)),
  small: [`${si(low)} to ${si(high)}`],
  plain: `${si(estimate)} [${si(low)}, ${si(high)}]`,
});

const worthCell = ({ ppv, low, high }: DetectorMetrics['worth'][number]): Cell =>
  ppv === null
    ? plain('nothing flagged')
    : {
        ...plain(percent(ppv)),
        small: [`${percent(low)} to ${percent(high)}`],
        plain: `${percent(ppv)} [${percent(low)}, ${percent(high)}]`,
      };

/** What rules and classifiers find, at one overlap. */
export function foundTable(metrics: MetadataMetrics, overlap = headline(metrics)): ReportTable {
  const { prevalences, serviceAccounts } = metrics;
  return {
    title: `What signals find, and whom they accuse, at an overlap of ${percent(overlap)}`,
    explains: `Accounts that had no part in training or in the choice of a threshold, ${metrics.graphs} graphs of ${integer(metrics.accounts)}. Overlap: offending accounts that behave like everybody. Accused: innocent accounts that are flagged, and how many that would be of ${si(serviceAccounts.value)}. Worth: flagged accounts that offend, at that share of offending accounts. Shown: flagged offending accounts with a matched picture, or a report of something listed.`,
    head: [
      'rule or classifier',
      'found',
      'accused',
      `accused of ${si(serviceAccounts.value)}`,
      ...prevalences.map(({ value }) => `worth at ${percent(value)}`),
      'bystanders',
      'shown',
    ],
    lines: metrics.detectors
      .filter((each) => each.overlap === overlap)
      .map((each) => ({
        name: nameOf(each),
        cells: [
          rateCell(each.found, true),
          rateCell(each.accused, true),
          people(each.accusedOfService),
          ...each.worth.map(worthCell),
          rateCell(each.bystanders, true),
          rateCell(each.shown, true),
        ],
      })),
  };
}

/** The same classifiers and rules over all overlaps: found alone. */
export function overlapTable(metrics: MetadataMetrics): ReportTable {
  const overlaps = metrics.shown.map(({ overlap }) => overlap);
  const first = metrics.detectors.filter(({ overlap }) => overlap === overlaps[0]);
  return {
    title: 'Where signals stop working',
    explains:
      'Offending accounts found, by the share of them that behave like everybody. At 100 % metadata knows nothing, and reports by users remain.',
    head: ['rule or classifier', ...overlaps.map((overlap) => `overlap ${percent(overlap)}`)],
    lines: first.map((each) => ({
      name: nameOf(each),
      cells: overlaps.map((overlap) => {
        const same = metrics.detectors.find(
          (other) =>
            other.overlap === overlap &&
            other.name === each.name &&
            other.keepDays === each.keepDays &&
            other.targetFpr === each.targetFpr,
        )!;
        return rateCell(same.found, true);
      }),
    })),
  };
}

/** What each signal adds. */
export function signalTable(metrics: MetadataMetrics, overlap = headline(metrics)): ReportTable {
  return {
    title: `What each signal adds, at an overlap of ${percent(overlap)}`,
    explains:
      'Alone: area under the ROC of the signal by itself, least and most of the graphs; 0.5 is chance. Without: what the classifier on all other signals finds, at its first target.',
    head: ['signal', 'must keep', 'alone', 'without'],
    lines: metrics.signals
      .filter((each) => each.overlap === overlap)
      .map(({ name, keeps, what, alone, without }) => ({
        name: `${name}: ${what}`,
        cells: [
          plain(keeps),
          { ...plain(alone.mean.toFixed(3)), small: [`${alone.least.toFixed(3)} to ${alone.most.toFixed(3)}`] },
          rateCell(without, true),
        ],
      })),
  };
}

/** What the relay knows about everybody. */
export function keptTable({ kept, relay }: MetadataMetrics): ReportTable {
  return {
    title: 'What has to be kept about everybody',
    explains: `Of every account, innocent or not. Edges: pairs of sender and recipient that what is kept names. Bits: to name the contacts of an account, or its groups, for somebody who knows how many they are. Singled out: accounts whose kept numbers nobody else has. While it delivers, a relay under e2ee sees ${relay.fields.join(', ')} of each message: sender, recipient and time of ${relay.endpoints.k} of ${relay.endpoints.n}, large from small in ${relay.sizes.k} of ${relay.sizes.n}, content of ${relay.contents.k}.`,
    head: ['kept', 'fields', 'edges named', 'bits', 'singled out'],
    lines: kept.map((each) => ({
      name:
        each.keeps === 'nothing'
          ? 'nothing (S1 e2ee)'
          : `${each.keeps}${each.days > 0 ? `, ${each.days} ${each.days === 1 ? 'day' : 'days'}` : ''}`,
      cells: [
        plain(each.fields.join(', ') || 'none'),
        rateCell(each.edges, true),
        plain(each.bits.toFixed(0)),
        rateCell(each.alone, true),
      ],
    })),
  };
}

/** Pictures as accounts show them, against the list. */
export function picturesTable({ pictures }: MetadataMetrics): ReportTable {
  return {
    title: 'Listed pictures as accounts show them',
    explains: `PDQ against ${pictures.entries} listed pictures. An innocent one that matches is a false match.`,
    head: ['shown after', 'listed: match', 'innocent: match'],
    lines: [
      { name: 'all', cells: [rateCell(pictures.listed, true), rateCell(pictures.innocent, true)] },
      ...pictures.byEdit.map(({ transform, listed, innocent }) => ({
        name: transform,
        cells: [rateCell(listed, true), rateCell(innocent, true)],
      })),
    ],
  };
}

/** A classifier at a target, at the overlap of the headline. */
const pick = (metrics: MetadataMetrics, name: string, overlap: number): DetectorMetrics => {
  const { detectors } = metrics;
  const own = detectors.filter((each) => each.overlap === overlap && each.name === name);
  return own.reduce((a, b) =>
    (b.keepDays ?? 0) > (a.keepDays ?? 0) || (b.targetFpr ?? 0) < (a.targetFpr ?? 0) ? b : a,
  );
};

/** The answer, in sentences with their counts. */
export function metadataAnswer(metrics: MetadataMetrics): Finding[] {
  const overlap = headline(metrics);
  const [pictures, all] = [pick(metrics, 'pictures-or-reports', overlap), pick(metrics, 'all', overlap)];
  const kept = metrics.kept.at(-1)!;
  const none = metrics.shown.map((each) => each.overlap).reduce((a, b) => Math.max(a, b));
  const last = pick(metrics, 'metadata alone', none);
  const share = all.worth.at(-1)!;
  return [
    {
      label: 'Pictures and reports',
      text: `Pictures that anybody can see, and reports by users, find ${rateProse(pictures.found)} of the offending accounts if ${percent(overlap)} of these behave like everybody, and accuse ${rateProse(pictures.accused)} of the innocent ones.`,
    },
    {
      label: 'With metadata',
      text: `A classifier on all signals finds ${rateProse(all.found)} and accuses ${rateProse(all.accused)}: ${si(all.accusedOfService.estimate)} of ${si(metrics.serviceAccounts.value)} accounts. Where ${percent(share.prevalence)} of accounts offend, ${share.ppv === null ? 'nothing is flagged' : `${percent(share.ppv)} of its flags are right`}. It has something to show for ${rateProse(all.shown)} of the offending accounts that it flags.`,
    },
    {
      label: 'Where they do not work',
      text: `If ${percent(none)} behave like everybody, metadata finds ${rateProse(last.found)} and accuses ${rateProse(last.accused)}.`,
    },
    {
      label: 'What it takes',
      text: `Records of ${kept.days} days name ${percent(kept.edges.estimate ?? 0)} of who writes to whom, ${kept.bits.toFixed(0)} bits an account, of everybody. A relay that keeps nothing has none of it after delivery.`,
    },
    {
      label: 'How many',
      text: `${metrics.graphs} graphs of ${integer(metrics.accounts)} made-up accounts at each overlap, ${integer(metrics.pictures.listed.n)} showings of listed pictures. How offending accounts behave is assumed.`,
    },
  ];
}

export const metadataParts = (metrics: MetadataMetrics): Parts => {
  const [found, kept] = [foundTable(metrics), keptTable(metrics)];
  const [overlaps, each, pictures] = [overlapTable(metrics), signalTable(metrics), picturesTable(metrics)];
  return {
    findings: metadataAnswer(metrics),
    tables: [found, kept, overlaps, each, pictures],
    sections: [
      ['found', 'What signals find', tableHtml(found)],
      ['kept', 'What has to be kept about everybody', tableHtml(kept)],
      ['overlap', 'Where signals stop working', tableHtml(overlaps)],
      ['signals', 'What each signal adds', tableHtml(each)],
      ['pictures', 'Listed pictures as accounts show them', tableHtml(pictures)],
    ],
    data: html`<p>${integer(metrics.accounts)} accounts a graph over ${metrics.days} days, made up; pictures of ${metrics.dataset.name}. Offending: ${percent(metrics.offendingShare.value)} (${metrics.offendingShare.source}).</p>`,
    csv: {
      'detectors.csv': csvOf(
        metrics.detectors.flatMap((each) =>
          (['found', 'accused', 'trading', 'mingled', 'businesses', 'bystanders', 'shown'] as const).map((what) => ({
            ...each,
            what,
            rate: each[what],
          })),
        ),
        ['overlap', 'kind', 'name', 'keepDays', 'targetFpr', 'what'],
        ({ rate }) => rateFields(rate),
      ),
      'roc.csv': csvOf(
        metrics.curves.flatMap(({ points, ...each }) => points.map(({ fpr, found }) => ({ ...each, fpr, found }))),
        ['overlap', 'name', 'keepDays', 'fpr'],
        ({ found }) => rateFields(found),
      ),
    },
  };
};
