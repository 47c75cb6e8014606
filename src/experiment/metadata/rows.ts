/** Raw rows: pictures that were hashed as they are shown, what came of each graph in tallies, and what the relay's view holds. */
import { type Static, Type } from 'typebox';
import { hashedRow } from '../../schema/hashed.ts';
import { Nullable } from '../../schema/parts.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';

const Count = Type.Integer({ minimum: 0 });
const Counts = Type.Object({ k: Count, n: Count });

/** Flagged accounts by cluster: accounts that share a group for trading are one, every other account is its own. */
const Clusters = Type.Array(Type.Object({ clusters: Count, k: Count, n: Count }));

/** A rule, or a classifier at a threshold, on the accounts that are scored. */
export const JudgedDetector = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['rule', 'classifier']),
  keepDays: Nullable(Type.Integer({ description: 'for how long records are kept for it; null: it needs none' })),
  targetFpr: Nullable(Type.Number({ description: 'of a classifier, on the accounts of calibration' })),
  threshold: Nullable(Type.Number()),
  calibration: Nullable(Counts),
  offending: Clusters,
  innocent: Clusters,
  trading: Counts,
  mingled: Counts,
  businesses: Counts,
  bystanders: Type.Object(Counts.properties, { description: 'innocent members of groups for trading' }),
  shown: Type.Object(Counts.properties, {
    description: 'flagged offending accounts: those with a matched picture, or a report that shows something listed',
  }),
});
export type JudgedDetector = Static<typeof JudgedDetector>;

/** One graph at one overlap. */
export const GraphRow = Type.Object({
  row: Type.Literal('graph'),
  overlap: Type.Number(),
  graph: Count,
  edges: Count,
  detectors: Type.Array(JudgedDetector),
  curves: Type.Array(
    Type.Object({
      name: Type.String(),
      keepDays: Nullable(Count),
      auc: Type.Number({ description: 'of the accounts that are scored' }),
      points: Type.Array(Type.Tuple([Type.Number(), Count]), {
        description: 'share of innocent accounts flagged, and offending ones flagged there',
      }),
    }),
  ),
  signals: Type.Array(
    Type.Object({
      name: Type.String(),
      alone: Type.Number({ description: 'AUC of the signal by itself' }),
      without: Type.Object(Counts.properties, {
        description: 'offending accounts that the whole classifier finds without it, at the first target',
      }),
    }),
  ),
  shown: Type.Object(
    { offending: Clusters, innocent: Clusters },
    { description: 'of all accounts, scored or not: those with a matched picture of their own or of a group' },
  ),
  kept: Type.Array(
    Type.Object({
      keeps: Type.String(),
      days: Count,
      edges: Type.Object(Counts.properties, { description: 'edges of the window that what is kept names' }),
      bits: Type.Number({ description: 'that name the contacts or the groups of an account, on average' }),
      alone: Type.Object(Counts.properties, { description: 'accounts whose kept numbers no other account has' }),
    }),
  ),
});
export type GraphRow = Static<typeof GraphRow>;

/** What the relay saw of messages that were sent under e2ee. */
export const RelayRow = Type.Object({
  row: Type.Literal('relay'),
  fields: Type.Array(Type.String(), { description: 'of the header that it got with every message' }),
  endpoints: Type.Object(Counts.properties, {
    description: 'messages whose sender, recipient and time it got as they were',
  }),
  sizes: Type.Object(Counts.properties, { description: 'messages of which it tells large from small' }),
  edges: Type.Object(Counts.properties, { description: 'pairs of sender and recipient that it can name' }),
  contents: Type.Object(Counts.properties, { description: 'messages whose content is in its view' }),
});
export type RelayRow = Static<typeof RelayRow>;

export const metadataRows = [
  refusedRow,
  hashedRow,
  rowType(GraphRow, ({ overlap, graph }) => [overlap, graph]),
  rowType(RelayRow, () => ['relay']),
];
export type MetadataRow = RowOf<typeof metadataRows>;
