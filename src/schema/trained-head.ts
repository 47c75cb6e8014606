/** A head that a run trains on some of its own pictures: what it learnt from, where its threshold was chosen, and where it is scored. */
import { type Static, Type } from 'typebox';
import { rowType } from './row.ts';
import { Split } from './vocabulary.ts';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Count = Type.Integer({ minimum: 0 });

/** Pictures that a head meets in one way. No source picture is in two parts. */
const HeadPart = Type.Object({
  split: Split,
  target: Count,
  innocent: Count,
  sources: Type.Integer({
    minimum: 0,
    description: 'source pictures: groups, whose copies and near neighbours stay together',
  }),
});
export type HeadPart = Static<typeof HeadPart>;

const facts = {
  classifier: Type.String({ description: 'the name of the head in rows and tables' }),
  network: Type.Object({ name: Type.String(), sha256: Sha256 }, { description: 'whose embeddings it reads' }),
  kind: Type.Enum(['logistic', 'mlp']),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of the layers, labels, temperature and network' }),
  epochs: Type.Integer({ minimum: 1, description: 'after which its weights were kept' }),
};

/** What a run record and metrics say of a head. */
export const TrainedHead = Type.Object({
  ...facts,
  training: HeadPart,
  validation: HeadPart,
  threshold: HeadPart,
  scored: HeadPart,
});
export type TrainedHead = Static<typeof TrainedHead>;

/** The same as a row, with the source pictures themselves, so that rows show by themselves that none of them is scored. */
export const TrainedHeadRow = Type.Object({
  row: Type.Literal('trained-head'),
  cell: Type.String(),
  ...TrainedHead.properties,
  learnt: Type.Array(Type.String(), { description: 'groups of the training and validation pictures' }),
});
export type TrainedHeadRow = Static<typeof TrainedHeadRow>;

export const trainedHeadRow = rowType(TrainedHeadRow, ({ cell, classifier }) => [cell, classifier]);
