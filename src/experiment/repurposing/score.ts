/** The metrics of a re-purposing run, from its rows. */

import { ofType } from '../../schema/row.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import type { RepurposingExperiment } from './experiment.ts';
import type { PoisonedHash, RepurposingMetrics } from './metrics.ts';
import type { RepurposingRow, ScannedRow } from './rows.ts';
import { claimsOf } from './score-claims.ts';
import { factsOf } from './score-facts.ts';
import { classifierMetrics } from './score-heads.ts';
import { poisonedHash } from './score-list.ts';
import { worldOf } from './score-matching.ts';

/** What the rows are of. */
interface RepurposingContext {
  readonly experiment: RepurposingExperiment;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
}

/** Everything that a run says. A UserError where no picture could be hashed. */
export function repurposingMetrics(rows: readonly RepurposingRow[], context: RepurposingContext): RepurposingMetrics {
  const { experiment, dataset } = context;
  const scanned = ofType(rows, 'scanned');
  if (!scanned.some(({ outcome }) => outcome.state === 'hashed'))
    throw new UserError(`No picture of dataset '${dataset.name}' could be hashed`);
  const hashes = experiment.hashes.map((name) =>
    poisonedHash(worldOf(scanned, factsOf(name, experiment), experiment.seed), experiment),
  );
  const heads = ofType(rows, 'hidden-head');
  const classifier = experiment.classifier ? classifierMetrics(heads, experiment.classifier, experiment.seed) : null;
  const originals = scanned.filter(({ edit }) => edit === 'none');
  const known = {
    hashes,
    list: { entries: experiment.list.entries, reference: experiment.list.reference },
    locations: locationFacts(originals),
    tradeoff: tradeoffOf(hashes, experiment.list.reference),
    classifier,
  };
  const bystanders = (split: ScannedRow['split']): number =>
    originals.filter((row) => row.use === 'bystander' && row.split === split).length;
  return rounded({
    schemaVersion: 1,
    kind: 'repurposing',
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: {
      name: dataset.name,
      sha256: dataset.sha256,
      bystanders: { calibration: bystanders('calibration'), evaluation: bystanders('evaluation') },
      refused: refusedOf(rows),
    },
    visit: experiment.visit,
    operatorFpr: experiment.operatorFpr,
    ...known,
    claims: claimsOf(known),
    limits: limitsOf(known, context),
  } satisfies RepurposingMetrics);
}

/** Files that could not be used: by the reader, or when they were decoded. */
const refusedOf = (rows: readonly RepurposingRow[]): RepurposingMetrics['dataset']['refused'] =>
  rows.flatMap((row) => {
    if (row.row === 'refused') return [{ picture: row.picture, reason: row.reason }];
    if (row.row !== 'scanned' || row.edit !== 'none' || row.outcome.state === 'hashed') return [];
    const reason = row.outcome.state === 'refused' ? row.outcome.reason : row.outcome.error;
    return [{ picture: row.picture, reason }];
  });

function locationFacts(rows: readonly ScannedRow[]): RepurposingMetrics['locations'] {
  const count = (split: ScannedRow['split']): number =>
    new Set(rows.flatMap((row) => (row.location !== undefined && row.split === split ? [row.location] : []))).size;
  const names = [...new Set(rows.flatMap(({ location }) => location ?? []))];
  const sizes = names.map(
    (name) => rows.filter(({ location, use }) => location === name && use === 'insertable').length,
  );
  return {
    drawn: rows.some(({ standpoints }) => standpoints !== undefined),
    calibration: count('calibration'),
    evaluation: count('evaluation'),
    insertable: { least: Math.min(...sizes, sizes[0] ?? 0), most: Math.max(...sizes, 0) },
    heldOut: rows.filter(({ use, split }) => use === 'held-out' && split === 'evaluation').length,
  };
}

/** Robustness against what is seen at the reference share, hash against hash, each at the operator's threshold. */
function tradeoffOf(hashes: readonly PoisonedHash[], reference: number): RepurposingMetrics['tradeoff'] {
  const points = hashes.flatMap((hash) => {
    const at = hash.thresholds.find(({ reasons }) => reasons.includes('operator'));
    const cell = at?.cells.find(({ share, choice }) => share === reference && choice === 'random');
    const [x, y] = [at?.robustness.estimate, cell?.hit.estimate];
    return typeof x === 'number' && typeof y === 'number' ? [{ x, y }] : [];
  });
  const signs = points.flatMap((a, i) => points.slice(i + 1).map((b) => Math.sign(a.x - b.x) * Math.sign(a.y - b.y)));
  if (signs.length === 0) return null;
  const [concordant, discordant] = [1, -1].map((sign) => signs.filter((each) => each === sign).length) as [
    number,
    number,
  ];
  return {
    hashes: points.length,
    pairs: concordant + discordant,
    concordant,
    tau: (concordant - discordant) / signs.length,
  };
}

// What a re-purposing run cannot say.

/** Every limit, in sentences. */
function limitsOf(
  { locations, classifier, list }: Pick<RepurposingMetrics, 'locations' | 'classifier' | 'list'>,
  { experiment, notes }: RepurposingContext,
): string[] {
  return [
    'Benign pictures only: objects and places without people. Nothing here measures how well a person is recognised.',
    locations.drawn
      ? 'Locations are drawn by a program. How much two photographs of one place differ (standpoints, light, crops, things that moved) was chosen by us and decides the hit rates; real places may be seen more or less often.'
      : 'Labels of the dataset stand for locations: shelves of one fruit in a few shops, views along one street. They are proxies; photographs of one spot resemble each other more.',
    `What counts is how many photographs of a place are listed, not the share: ${list.reference} of ${list.entries} entries is ${Math.round(list.reference * list.entries)} photographs, and would be ${Math.round(list.reference * 1e6).toLocaleString('en')} of a list of a million.`,
    `Intervals hold the variation between ${locations.evaluation} locations, and for false alarms between bystanders too; hashes and thresholds are many, and intervals are not adjusted for their number.`,
    'Each location is the target by itself. An insider who inserts several at once divides the share among them.',
    'Held-out photographs come from the same model, or the same day, as the inserted ones. Photographs of another season would match less.',
    ...(classifier
      ? [
          'Heads are penalised logistic functions of the embedding of one fixed network; an insider who retrains the whole network can hide more, and hide it better.',
          'The auditor compares with an honest head on the same pictures. One who has only a published accuracy needs more of them; one who searches for hidden targets by other means may need fewer.',
          'Benchmark pictures recur in several heads; intervals of rates are by hidden target, those of changes by head.',
        ]
      : []),
    ...(experiment.hashes.includes('mobilenet-lsh')
      ? [
          'mobilenet-lsh is a stand-in for a deep hash: its network was trained to tell subjects apart, not to recognise copies.',
        ]
      : []),
    ...notes,
  ];
}
