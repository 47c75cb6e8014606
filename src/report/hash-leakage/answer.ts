/** What a hash-leakage run answers, computed from its numbers. */
import type { HashLeakageMetrics, InversionLeak, TopicLeak } from '../../schema/hash-leakage-metrics.ts';
import type { Finding } from '../answer.ts';
import { counted, integer, listed, percent, rateProse } from '../format.ts';
import { liftCell, numberProse, sourceName, sourcesOf, strategyName } from './words.ts';

/** The item with the largest value. */
const top = <T>(items: readonly T[], by: (item: T) => number): T | undefined =>
  items.toSorted((a, b) => by(b) - by(a))[0];

/** The findings, one a question. */
export const hashLeakageAnswer = (metrics: HashLeakageMetrics): Finding[] => [
  { label: 'Topic from hash', text: topicSentences(metrics) },
  { label: 'Picture from hash', text: inversionSentences(metrics) },
  { label: 'Who is listed', text: membershipSentences(metrics) },
  { label: 'Controls', text: controlSentence(metrics) },
];

function topicSentences(metrics: HashLeakageMetrics): string {
  return sourcesOf(metrics)
    .map((source) => {
      const of = metrics.topics.filter(
        (each) => each.source === source && each.control === 'none' && each.lift !== null,
      );
      const best = top(of, ({ lift }) => lift!.estimate);
      if (!best) return '';
      const above = of.filter(({ aboveChance }) => aboveChance);
      const least = of.filter((each) => !above.includes(each)).map(({ hash }) => hash);
      const deep = of.find((each) => each.deep);
      return `On ${sourceName(metrics, source)} (${best.topics} topics) ${above.length} of ${counted(of.length, 'hash')} give the topic away above chance${least.length > 0 ? ` (not shown for ${listed(least)})` : ''}; most does ${describe(best)}${deep && deep !== best ? `; ${describe(deep)}` : ''}.`;
    })
    .join(' ');
}

const describe = ({ hash, first, lift, uniformLift, leakedBits }: TopicLeak): string =>
  `${hash}: ${rateProse(first.success)}, ${liftCell(lift).plain} the commonest topic (${percent(first.chance.commonest)}), ${uniformLift?.toFixed(1) ?? '–'}× one in K, ${leakedBits?.toFixed(2) ?? '–'} bits`;

function inversionSentences(metrics: HashLeakageMetrics): string {
  return sourcesOf(metrics)
    .map((source) => {
      const of = metrics.inversions.filter((each) => each.source === source && each.control === 'none');
      const best = top(of, ({ explained }) => explained.ridge.estimate);
      if (!best) return '';
      const gain = (each: InversionLeak, over: 'mean' | 'random' | 'best') =>
        each.gains.find((one) => one.of === 'ridge' && one.over === over)!;
      const rest = of
        .filter((each) => each !== best)
        .map((each) => `${each.hash} ${numberProse(gain(each, 'mean').psnr, 'dB')}`);
      return `On ${sourceName(metrics, source)} a linear decoder gets most from ${best.hash}: ${numberProse(gain(best, 'mean').psnr, 'dB')} over the mean picture, ${numberProse(gain(best, 'best').psnr, 'dB')} over the best gallery picture, ${percent(Math.max(0, best.explained.ridge.estimate))} of the mean picture's error explained; the topic of what it recovers is told in ${percent(best.topic.ridge.estimate ?? 0)} (of the true thumbnails in ${percent(best.topic.original.estimate ?? 0)}, chance ${percent(best.topic.chance)}). ${rest.length > 0 ? `Over the mean: ${listed(rest)}.` : ''}`;
    })
    .join(' ')
    .trim();
}

function membershipSentences(metrics: HashLeakageMetrics): string {
  const of = metrics.membership.filter(({ control }) => control === 'none');
  const big = top(of, ({ others }) => others);
  if (!big) return 'No strategy was asked.';
  const own = of.filter(({ source }) => source === big.source);
  const found = own.map((each) => {
    const at = each.at.findLast(({ enough }) => enough) ?? each.at.at(-1)!;
    const best = each.at.find(({ enough }) => enough) ?? at;
    return { each, best };
  });
  const quiet = found.filter(({ each }) => each.auc.low <= 0.5 && each.auc.high >= 0.5);
  const loud = found.filter((one) => !quiet.includes(one));
  const words = ({ each, best }: (typeof found)[number]): string =>
    `${strategyName(each)} ${percent(best.tpr.estimate ?? 0)} at FPR ${percent(best.fpr)}${best.enough ? '' : ' (n too small)'}${each.perQuery ? ', one question each' : ''}`;
  return `Of ${integer(big.members)} members (${sourceName(metrics, big.source)}, up to ${integer(big.others)} others) a device finds: ${listed(loud.map(words))}.${
    quiet.length > 0
      ? ` Nothing is shown for ${listed(quiet.map(({ each, best }) => `${strategyName(each)} (AUC ${numberProse(each.auc, '', 3)}, ${rateProse(best.tpr)} at FPR ${percent(best.fpr)})`))}.`
      : ''
  }`;
}

function controlSentence({ controls: { topics, inversion, membership } }: HashLeakageMetrics): string {
  const sum = (control: 'shuffled' | 'identity', key: 'k' | 'n'): number =>
    topics[control][key] + inversion[control][key] + membership[control][key];
  return `${sum('shuffled', 'k')} of ${sum('shuffled', 'n')} negative controls are inside chance (topics ${topics.shuffled.k} of ${topics.shuffled.n}, inversion ${inversion.shuffled.k} of ${inversion.shuffled.n}, membership ${membership.shuffled.k} of ${membership.shuffled.n}); ${sum('identity', 'k')} of ${sum('identity', 'n')} positive controls are at 1.`;
}
