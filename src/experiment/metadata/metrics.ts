/** The metrics of a run on metadata. */
import { type Static, Type } from 'typebox';
import { metricsOf, Nullable, RefusedFiles } from '../../schema/parts.ts';
import { ClusteredRate, Rate } from '../../schema/rate.ts';

const Clustered = (description: string) => Type.Object(ClusteredRate.properties, { description });
const Counted = (description: string) => Type.Object(Rate.properties, { description });
const Setting = Type.Object({ value: Type.Number(), source: Type.String() });

/** A rule or a classifier at an overlap, over all graphs. */
export const DetectorMetrics = Type.Object({
  overlap: Type.Number(),
  name: Type.String(),
  kind: Type.Enum(['rule', 'classifier']),
  keepDays: Nullable(Type.Integer()),
  targetFpr: Nullable(Type.Number()),
  calibration: Nullable(Counted('innocent accounts of calibration that are flagged')),
  found: Clustered('offending accounts flagged'),
  accused: Clustered('innocent accounts flagged'),
  trading: Counted('of the accounts that trade'),
  mingled: Counted('of the offending accounts that behave like everybody'),
  businesses: Counted('of the businesses'),
  bystanders: Counted('of the innocent members of groups for trading'),
  shown: Counted(
    'flagged offending accounts with something to show: a matched picture, or a report of something listed',
  ),
  accusedOfService: Type.Object(
    { estimate: Type.Number(), low: Type.Number(), high: Type.Number() },
    { description: 'innocent accounts of the service that would be flagged' },
  ),
  worth: Type.Array(
    Type.Object({
      prevalence: Type.Number(),
      ppv: Nullable(Type.Number({ description: 'flagged accounts that offend' })),
      low: Type.Number(),
      high: Type.Number(),
    }),
  ),
});
export type DetectorMetrics = Static<typeof DetectorMetrics>;

const Range = (description: string) =>
  Type.Object({ mean: Type.Number(), least: Type.Number(), most: Type.Number() }, { description });

export const MetadataMetrics = metricsOf('metadata', {
  dataset: Type.Object({ name: Type.String(), sha256: Type.String() }),
  notes: Type.Array(Type.String()),
  refused: RefusedFiles,
  accounts: Type.Integer({ description: 'of one graph' }),
  graphs: Type.Integer(),
  offendingShare: Setting,
  days: Type.Integer(),
  serviceAccounts: Setting,
  prevalences: Type.Array(Setting),
  rules: Type.Record(Type.String(), Type.String()),
  pictures: Type.Object({
    listed: Clustered('listed pictures as they are shown: those that match'),
    innocent: Clustered('innocent pictures as they are shown: those that match'),
    byEdit: Type.Array(Type.Object({ transform: Type.String(), listed: Rate, innocent: Rate })),
    entries: Type.Integer(),
  }),
  detectors: Type.Array(DetectorMetrics),
  curves: Type.Array(
    Type.Object({
      overlap: Type.Number(),
      name: Type.String(),
      keepDays: Nullable(Type.Integer()),
      auc: Range('over the graphs'),
      points: Type.Array(Type.Object({ fpr: Type.Number(), found: Rate })),
    }),
  ),
  signals: Type.Array(
    Type.Object({
      overlap: Type.Number(),
      name: Type.String(),
      keeps: Type.String(),
      what: Type.String(),
      alone: Range('AUC of the signal by itself, over the graphs'),
      without: Counted('offending accounts that the classifier on all other signals finds, at the first target'),
    }),
  ),
  shown: Type.Array(
    Type.Object({
      overlap: Type.Number(),
      offending: Clustered('offending accounts with a matched picture of their own or of a group'),
      innocent: Clustered('innocent accounts with one'),
    }),
  ),
  kept: Type.Array(
    Type.Object({
      keeps: Type.String(),
      fields: Type.Array(Type.String()),
      days: Type.Integer(),
      edges: Counted('edges of the graph that what is kept names'),
      bits: Type.Number({ description: 'that name the contacts, or the groups, of an account' }),
      alone: Counted('accounts whose kept numbers no other account has'),
    }),
  ),
  relay: Type.Object({
    fields: Type.Array(Type.String()),
    endpoints: Rate,
    sizes: Rate,
    edges: Rate,
    contents: Rate,
  }),
});
export type MetadataMetrics = Static<typeof MetadataMetrics>;
