/** From rows to what reports hold, what of them can be used, and what a review of them costs. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import { quantile } from '../../metric/quantile.ts';
import { betaVariate } from '../../metric/random.ts';
import { reviewQueue } from '../../metric/review-queue.ts';
import type { MessageRow } from '../../schema/observation.ts';
import type { ClusteredRate, Interval } from '../../schema/rate.ts';
import { rounded } from '../../score/rounded.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { UserError } from '../../util/errors.ts';
import { groupBy } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import type { ReportsExperiment } from './experiment.ts';
import { FieldName, type QueueMetrics, type ReportsMetrics, type StrategyReports } from './metrics.ts';
import type { ReportRow } from './rows.ts';

const limits = [
  'Devices in this process have no network address, so that no view has one. A service that is reached over a network sees one under every strategy.',
  'A class from A1 to B2 is for reviewers of real reports. Here pictures are ordinary, and none is classified; what a strategy allows is in the column of reports that a human saw.',
  'The published shares of usable reports are of reports as providers made them then, most of them from services that read what is sent. Whether a report of another design is as usable is not known; the shares count different things and are not one error rate.',
  'Whether a picture must be opened under a warrant is US law (United States v. Wilson, 13 F.4th 961, 9th Cir. 2021); other circuits and countries decide otherwise.',
  'Reviewers err independently of the picture, take what comes first, and do not tire. Their error rates and hours are inputs. What a queue holds of innocent pictures is taken picture by picture, also under strategies that open accounts.',
];

/** Metrics of a run on reports: a pure function of its rows and its experiment. */
export function reportsMetrics(
  rows: readonly (MessageRow | ReportRow)[],
  experiment: ReportsExperiment,
  { name: dataset, sha256 }: { readonly name: string; readonly sha256: string },
): ReportsMetrics {
  if (rows.length === 0) throw new UserError(`The run of '${experiment.name}' has no rows of messages`);
  const { name, question, seed, strategies, usable, queue } = experiment;
  const byStrategy = groupBy(rows, ({ strategy }) => strategy);
  const messages = strategies.map((each) => messagesOf(byStrategy.get(each) ?? []).length);
  return rounded({
    schemaVersion: 1,
    kind: 'reports',
    experiment: name,
    question,
    seed,
    dataset: { name: dataset, sha256 },
    messages: Math.max(...messages),
    usable: usable.map(({ k, n, ...each }) => ({ ...each, share: proportion(k, n) })),
    queueInputs: {
      prevalence: queue.prevalence.value,
      listedShare: queue.listedShare.value,
      secondsPerReview: queue.secondsPerReview.value,
      hoursPerMillion: queue.hoursPerMillion.value,
      sensitivity: [queue.sensitivity.low, queue.sensitivity.high],
      specificity: [queue.specificity.low, queue.specificity.high],
      sources: Object.fromEntries(
        Object.entries(queue).flatMap(([input, each]) => (typeof each === 'object' ? [[input, each.source]] : [])),
      ),
    },
    strategies: strategies.map((each) => strategyReports(each, byStrategy.get(each) ?? [], experiment)),
    limits,
  } satisfies ReportsMetrics);
}

const messagesOf = (rows: readonly (MessageRow | ReportRow)[]): MessageRow[] =>
  rows.filter((row): row is MessageRow => row.row === 'message');

function strategyReports(
  name: string,
  rows: readonly (MessageRow | ReportRow)[],
  experiment: ReportsExperiment,
): StrategyReports {
  const strategy = strategyByName(name);
  const reports = rows.filter((row): row is ReportRow => row.row === 'report');
  const messages = messagesOf(rows).filter(({ split }) => split === 'evaluation');
  const listed = messages.filter(({ content }) => content === 'listed');
  const fresh = messages.filter(({ content }) => content === 'new');
  const innocent = messages.filter(({ content }) => content === 'innocent');
  const share = (of: readonly MessageRow[], member: 'tipped' | 'flagged'): ClusteredRate =>
    clusteredProportion(
      of.map((row) => ({
        // Below a threshold an account's messages pass together.
        cluster: strategy.threshold ? row.sender : row.group,
        success: row.outcome.state === 'scored' && row.outcome[member],
      })),
      seededRng(experiment.seed, `bootstrap/${name}/${member}`),
    );
  const asSent = listed.filter(({ transform }) => transform === 'none');
  const flagged = {
    listed: share(listed, 'flagged'),
    fresh: share(fresh, 'flagged'),
    innocent: share(innocent, 'flagged'),
  };
  const counted = (holds: (row: ReportRow) => boolean) => proportion(reports.filter(holds).length, reports.length);
  const reported = {
    listed: share(asSent, 'tipped'),
    fresh: share(fresh, 'tipped'),
    innocent: share(innocent, 'tipped'),
  };
  return {
    strategy: name,
    id: strategy.id,
    reported,
    flagged,
    reports: reports.length,
    fields: FieldName.enum.map((field) => ({
      field,
      rate: field === 'conversation' ? conversation(reports) : counted(holds[field]),
    })),
    opens: counted(({ picture, account, time, viewed }) => picture && account && time && viewed),
    usable: experiment.usable.map(({ name: which, k, n }) => ({
      name: which,
      perThousand: product(reported.listed, { k, n }, experiment, `${name}/${which}`),
    })),
    queue: queueOf(strategy, flagged, reports, experiment),
  };
}

/** Of the other messages of the accounts in reports of which the record is there, those whose picture is there, too. */
const conversation = (reports: readonly ReportRow[]) =>
  proportion(
    reports.reduce((sum, row) => sum + row.conversation, 0),
    reports.reduce((sum, row) => sum + row.records, 0),
  );

/** Whether a report has each field. */
const holds: Readonly<Record<Exclude<FieldName, 'conversation'>, (row: ReportRow) => boolean>> = {
  picture: ({ picture }) => picture,
  hashOnly: ({ picture, hash }) => hash && !picture,
  entry: ({ entry }) => entry,
  score: ({ score }) => score,
  account: ({ account }) => account,
  recipient: ({ recipient }) => recipient,
  time: ({ time }) => time,
  address: ({ address }) => address,
  records: ({ records }) => records > 0,
  viewed: ({ viewed }) => viewed,
  classified: ({ classified }) => classified,
};

/** Usable reports for a thousand listed messages: two rates that were counted, drawn from their posteriors. */
function product(
  a: { readonly k: number; readonly n: number },
  b: { readonly k: number; readonly n: number },
  { seed, queue }: ReportsExperiment,
  stream: string,
): Interval {
  const rng = seededRng(seed, `reports/usable/${stream}`);
  const draw = ({ k, n }: typeof a): number => betaVariate(k + 0.5, n - k + 0.5, rng);
  const values = Array.from({ length: queue.draws }, () => 1000 * draw(a) * draw(b));
  const [low, high] = [0.025, 0.975].map((p) => quantile(values, p)) as [number, number];
  const estimate = a.n === 0 ? 0 : 1000 * (a.k / a.n) * (b.k / b.n);
  return {
    estimate,
    low: Math.min(low, estimate),
    high,
    method: `product of the shares; central 95 % of ${queue.draws} draws, Jeffreys' posterior`,
  };
}

/** The queue of a strategy that puts something before reviewers, or reports it unseen. */
function queueOf(
  { design, proactive, name }: Strategy,
  flagged: StrategyReports['flagged'],
  reports: readonly ReportRow[],
  { seed, queue }: ReportsExperiment,
): QueueMetrics | null {
  if (design.warnOnly || (!proactive && !design.franking)) return null;
  const { prevalence, listedShare, secondsPerReview, hoursPerMillion, sensitivity, specificity, draws } = queue;
  const reviewed = reports.some(({ viewed }) => viewed);
  const known = {
    prevalence: prevalence.value,
    listedShare: listedShare.value,
    secondsPerReview: secondsPerReview.value,
    hoursPerMillion: hoursPerMillion.value,
    sensitivity: [sensitivity.low, sensitivity.high],
    specificity: [specificity.low, specificity.high],
    draws,
  } as const;
  return { reviewed, ...reviewQueue({ ...flagged, reviewed }, known, seededRng(seed, `reports/queue/${name}`)) };
}
