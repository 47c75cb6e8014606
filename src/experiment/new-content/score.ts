/** From what hash, network and heads said to what each detector finds: listed, edited, new of a known source, new of a source held out. */

import { clusteredProportion } from '../../metric/bootstrap.ts';
import { pairedDifference } from '../../metric/paired-difference.ts';
import { proportion } from '../../metric/proportion.ts';
import { justAbove } from '../../metric/roc.ts';
import { ofType } from '../../schema/row.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { NewContent } from './experiment.ts';
import type { AskedContent, DetectorMetrics, DetectorName, NewContentMetrics } from './metrics.ts';
import type { NewContentRow } from './rows.ts';
import {
  curvesOf,
  type Detector,
  detectorsOf,
  knownOf,
  type OperatingPoint,
  type SeenFold,
  type Sight,
  sightsOf,
} from './score-detectors.ts';
import { foldsOf } from './score-folds.ts';

/** What is not in the rows. */
interface NewContentFacts {
  readonly experiment: NewContent;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
}

/** One rendering under one detector. */
interface Finding {
  readonly content: AskedContent;
  readonly picture: string;
  readonly transform: string;
  readonly source: string | null;
  /** What trials of which hang together: the source of target content, the group of innocent pictures. */
  readonly cluster: string;
  readonly found: boolean;
}

/** Detectors that are compared on the same pictures. */
const compared: readonly (readonly [DetectorName, DetectorName])[] = [
  ['head', 'hash'],
  ['head', 'label'],
  ['hash-or-head', 'hash'],
  ['hash-or-head', 'head'],
  ['cascade', 'hash-or-head'],
  ['hash-and-head', 'hash'],
  ['confirmed', 'hash'],
];

const contents: readonly AskedContent[] = ['listed', 'edited', 'known source', 'new source', 'innocent'];

/** Metrics of a new-content run: a pure function of its rows and its experiment. */
export function newContentMetrics(
  rows: readonly NewContentRow[],
  { experiment, dataset, notes }: NewContentFacts,
): NewContentMetrics {
  const scorer = ofType(rows, 'scorer')[0];
  const looked = ofType(rows, 'looked').filter((row) => row.outcome.state !== 'failed');
  const heads = ofType(rows, 'head');
  const refused = ofType(rows, 'refused');
  if (!scorer) throw new UserError(`The run of '${experiment.name}' does not say which network scored`);
  const folds = sightsOf(foldsOf(looked, experiment), heads, experiment, scorer.labels.indexOf(experiment.label));
  const { seed, targetFpr } = experiment;
  const found = detectorsOf(experiment).map((detector) => applied(detector, folds));
  const findings = new Map(found.map((each) => [each.detector.name, each.findings]));
  const unedited = looked.filter(({ transform }) => transform === 'none');
  const innocent = unedited.filter(({ source }) => source === null);
  const metrics: Omit<NewContentMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'new-content',
    experiment: experiment.name,
    question: experiment.question,
    seed,
    dataset: { ...dataset, refused: refused.map(({ picture, reason }) => ({ picture, reason })) },
    scorer,
    hashes: { first: experiment.hash, second: experiment.secondHash },
    label: experiment.label,
    targetFpr,
    sources: Object.entries(experiment.sources).map(([name, labels]) => {
      const own = unedited.filter(({ source }) => source === name);
      const evaluated = own.filter(({ part }) => part === 'evaluation');
      return {
        name,
        labels: [...labels],
        training: own.length - evaluated.length,
        listed: evaluated.filter(({ listed }) => listed).length,
        fresh: folds.find(({ held }) => held === name)?.fresh.length ?? 0,
      };
    }),
    innocent: {
      training: innocent.filter(({ part }) => part === 'training').length,
      calibration: innocent.filter(({ part }) => part === 'calibration').length,
      evaluation: innocent.filter(({ part }) => part === 'evaluation').length,
    },
    detectors: found.map((each) => detectorMetrics(each, experiment)),
    pairs: compared.map(([first, second]) => ({
      first,
      second,
      differences: contents.map((content) => ({
        content,
        difference: difference(
          findings.get(first)!.filter((each) => each.content === content),
          findings.get(second)!.filter((each) => each.content === content),
          seededRng(seed, `bootstrap/${first} - ${second}/${content}`),
        ),
      })),
    })),
    curves: curvesOf(folds),
  };
  return rounded({ ...metrics, limits: [...notes, ...newContentLimits(metrics, experiment)] });
}

interface Applied {
  readonly detector: Detector;
  readonly operating: readonly { readonly held: string; readonly point: OperatingPoint }[];
  readonly findings: readonly Finding[];
}

/** A detector, calibrated in each fold and applied to what that fold counts. */
function applied(detector: Detector, folds: readonly SeenFold[]): Applied {
  const operating = folds.map(({ held, calibration }) => ({ held, point: detector.calibrate(calibration) }));
  const findings = folds.flatMap((fold, i): Finding[] => {
    const { point } = operating[i]!;
    const ask = (content: AskedContent, sights: readonly Sight[]): Finding[] =>
      sights.map((sight) => {
        const { picture, transform, source, group } = sight.row;
        return { content, picture, transform, source, cluster: source ?? group, found: point.flags(sight) };
      });
    return [
      ...ask('listed', knownOf(fold, 'listed')),
      ...ask('edited', knownOf(fold, 'edited')),
      ...ask('known source', knownOf(fold, 'known source')),
      ...ask('new source', fold.fresh),
      ...ask(
        'innocent',
        fold.innocent.filter(({ row }) => fold.counted.has(row.picture)),
      ),
    ];
  });
  return { detector, operating, findings };
}

function detectorMetrics(
  { detector, operating, findings }: Applied,
  { seed, sources, edits }: NewContent,
): DetectorMetrics {
  const { name, title, rule } = detector;
  const rate = (of: readonly Finding[], what: string) =>
    clusteredProportion(
      of.map(({ cluster, found }) => ({ cluster, success: found })),
      seededRng(seed, `bootstrap/${name}/${what}`),
    );
  const plain = (of: readonly Finding[]) => proportion(of.filter(({ found }) => found).length, of.length);
  const having = (content: AskedContent): Finding[] => findings.filter((each) => each.content === content);
  const transforms = edits.length === 0 ? [] : [...new Set(having('edited').map(({ transform }) => transform))];
  return {
    name,
    title,
    rule,
    operating: operating.map(({ held, point: { bits, score, secondBits, calibration } }) => ({
      held,
      bits: written(bits, -1),
      score: written(score, justAbove(1)),
      secondBits: written(secondBits, -1),
      calibration,
    })),
    rates: contents.map((content) => ({ content, rate: rate(having(content), content) })),
    byEdit: transforms.map((transform) => ({
      transform,
      rate: rate(
        having('edited').filter((each) => each.transform === transform),
        transform,
      ),
    })),
    bySource: Object.keys(sources).map((source) => ({
      source,
      known: plain(having('known source').filter((each) => each.source === source)),
      fresh: plain(having('new source').filter((each) => each.source === source)),
    })),
    newness: difference(having('new source'), having('known source'), seededRng(seed, `bootstrap/${name}/newness`)),
  };
}

/** A threshold as it is written down: none where everything is flagged, and one that nothing reaches where nothing is. */
function written(value: number | null, nothing: number): number | null {
  if (value === null || Number.isFinite(value)) return value;
  return value > 0 === nothing > 0 ? nothing : null;
}

/** First less second, on renderings that both were asked about. */
function difference(first: readonly Finding[], second: readonly Finding[], rng: ReturnType<typeof seededRng>) {
  const other = new Map(second.map((each) => [`${each.transform} ${each.picture}`, each.found]));
  return pairedDifference(
    first.flatMap(({ cluster, found, transform, picture }) => {
      const beside = other.get(`${transform} ${picture}`);
      return beside === undefined ? [] : [{ cluster, first: found, second: beside }];
    }),
    rng,
  );
}

// What a reader must know before quoting a number of a new-content run.

/** Limits of a run, most important first. */
function newContentLimits(
  { sources, innocent, scorer, dataset }: Omit<NewContentMetrics, 'limits'>,
  { targetFpr, label }: NewContent,
): string[] {
  const fresh = sources.map((each) => each.fresh);
  return [
    `Benign pictures stand in for everything: “target content” is what this experiment calls so (${sources.map(({ name }) => name).join(', ')}). How well a classifier finds real new content is not measured here; what is measured is how much it loses on a source that it has not seen.`,
    `${sources.length} sources were held out, one after the other: intervals by source rest on so few, and say little of a further one. Each has ${Math.min(...fresh)} to ${Math.max(...fresh)} new pictures.`,
    `All pictures come from “${dataset.name}”: what sets target content apart there (size, camera, origin of the files) a classifier learns too, so that rates for new content are on the high side.`,
    `Operating points rest on ${innocent.calibration} innocent pictures, of which a false-positive rate of ${targetFpr} lets ${Math.floor(targetFpr * innocent.calibration)} be flagged; on the ${innocent.evaluation} evaluation pictures the rate may be another. Real services need rates far below what these can show.`,
    `The label ${label} of ${scorer.network} was trained by others on pictures nobody here has seen: for it no source is new.`,
    'The list holds a few hundred pictures. With a list of millions a hash has to be far stricter than the rate on this one asks for.',
    'Pictures are asked about as they are stored, without the messenger step.',
  ];
}
