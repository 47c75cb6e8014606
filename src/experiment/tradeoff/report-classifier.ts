/** What the classifier decides by, in sentences: the same on the page, in Markdown and in the terminal. */
import { areaCell, counted, percentRange, rateCell, thresholdScore } from '../../report/format.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { HeadPart, TrainedHead } from '../../schema/trained-head.ts';
import type { ClassifierMetrics, Metrics } from './metrics.ts';

/** With fewer sources on a side, the interval by source stands beside the one by picture. */
const few = 100;

/** The detector of the classifier strategies, then the untrained label where a head is there; none where no classifier ran. */
export function classifierSentences({ classifier, untrained }: Metrics): string[] {
  return [
    ...(classifier ? [`${decidingSentence(classifier)} ${found(classifier)}`] : []),
    ...(untrained ? [`Untrained variant: ${labelSentence(untrained)} ${found(untrained)}`] : []),
  ];
}

const headSentence = ({ kind, network, sha256, training, validation, threshold, scored }: TrainedHead): string =>
  `Classifier: a ${kind === 'mlp' ? 'two-layer' : kind} head on ${network.name} (sha256 ${sha256.slice(0, 12)}…), trained on ${partText(training)} and stopped on ${partText(validation)}, all of the calibration; its threshold was chosen on ${partText(threshold)} of the calibration that it has not seen; scored on ${partText(scored)} of the evaluation, of which it has seen none.`;

const decidingSentence = (classifier: ClassifierMetrics): string =>
  classifier.head
    ? headSentence(classifier.head)
    : classifier.program
      ? programSentence(classifier, classifier.program)
      : labelSentence(classifier);

const programSentence = (
  { name, label }: ClassifierMetrics,
  { sha256, refused }: NonNullable<ClassifierMetrics['program']>,
): string =>
  `Classifier: the program ${name} (sha256 ${sha256.slice(0, 12)}…), whose score stands for '${label}'.${refused > 0 ? ` It refused ${counted(refused, 'picture')} as sent, which no score flags.` : ''}`;

const labelSentence = ({ name, label }: ClassifierMetrics): string => `Classifier ${name}, label ${label}.`;

function partText({ target, innocent, sources }: HeadPart): string {
  const what = [...(target > 0 ? [`${target} target`] : []), ...(innocent > 0 ? [`${innocent} innocent`] : [])];
  return `${what.join(' and ') || 'no'} pictures (${counted(sources, 'source')})`;
}

function found({ threshold, tpr, fpr, auc, aucByPicture, sources, positives, negatives }: ClassifierMetrics): string {
  const side = (rate: ClusteredRate, of: number | undefined): string =>
    of !== undefined && of < few && rate.n > 0
      ? `${rateCell(rate).plain} (by picture ${range(rate.low, rate.high)}, by source ${range(rate.clusterLow, rate.clusterHigh)})`
      : rateCell(rate).plain;
  const fewest = sources && Math.min(sources.positives, sources.negatives);
  const byPicture =
    auc && aucByPicture && fewest !== undefined && fewest < few
      ? ` by source and [${aucByPicture.low.toFixed(3)}, ${aucByPicture.high.toFixed(3)}] by picture`
      : '';
  const trials = sources
    ? `, on ${positives} target pictures of ${counted(sources.positives, 'source')} and ${negatives} innocent ones of ${sources.negatives}`
    : '';
  return `At score ${thresholdScore(threshold.score)} it finds ${side(tpr, sources?.positives)} and wrongly flags ${side(fpr, sources?.negatives)}; AUC ${areaCell(auc).plain}${byPicture}${trials}.`;
}

const range = (low: number, high: number): string => percentRange(low, high);
