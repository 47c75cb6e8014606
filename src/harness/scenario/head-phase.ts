/**
 * The step between pictures and strategies that trains a head on the classifier's embeddings of the calibration pictures, which the picture tasks
 * have kept: nothing is looked at twice.
 */
import type { Row, RowSource } from '../../schema/row.ts';
import type { Scenario } from '../../schema/scenario.ts';
import type { TrainedHead } from '../../schema/trained-head.ts';
import type { Content, Split } from '../../schema/vocabulary.ts';
import { type HeadParts, headParts } from '../../score/head-split.ts';
import { headName } from '../../score/thresholds.ts';
import type { Phase } from '../step-run.ts';
import type { PictureTask } from './plan.ts';
import type { HeadMemo, ScenarioMemo } from './timings.ts';

/** A picture that a head learns from or scores, with the files of it that are sent. */
export interface HeadPicture {
  readonly index: number;
  readonly id: string;
  readonly group: string;
  readonly topic: string;
  readonly content: Content;
  readonly split: Split;
  readonly sendables: readonly { readonly key: string; readonly purpose: 'scored' | 'attack' }[];
}

/** What the worker that trains a head is given. */
export interface HeadTask {
  /** Its name in rows. */
  readonly name: string;
  readonly network: string;
  readonly kind: TrainedHead['kind'];
  readonly seed: number;
  readonly scratch: string;
  readonly parts: HeadParts<HeadPicture>;
  /** Cell of the rows of each edit, and of the head itself. */
  readonly cells: Readonly<Record<string, string>>;
  readonly headCell: string;
  /** Whether the head itself is kept, to score more than the files of pictures. */
  readonly keep?: boolean;
}

/** What the worker returns: the head, its scores of every file, and what was trained. */
export interface HeadResult {
  readonly rows: readonly Row[];
  readonly memo: HeadMemo;
}

/** Random streams that are drawn from the seed where a head is trained; … stands for a name. */
export const headStreams = ['head/…', 'validation/…', 'train weights', 'train order'];

/** Deals out the pictures of a scenario. A UserError where they are too few to train a head and to choose its threshold. */
export const partsOf = <P extends { readonly group: string; readonly content: Content; readonly split: Split }>(
  pictures: readonly P[],
  { head, seed }: { readonly head: NonNullable<Scenario['messages']['head']>; readonly seed: number },
): HeadParts<P> => headParts(pictures, { trainingShare: head.trainingShare, seed });

/** The phase that trains the head; none where the scenario has no head. `usable` gives the tasks whose pictures could be used. */
export function headPhases(
  { messages: { classifier, head }, seed }: Scenario,
  {
    usable,
    cell,
    scratch,
    keep = false,
  }: {
    readonly usable: (source: RowSource) => Promise<readonly PictureTask[]>;
    readonly cell: (of: Record<string, unknown>) => string;
    readonly scratch: string;
    readonly keep?: boolean;
  },
): Phase<ScenarioMemo>[] {
  if (!head) return [];
  const name = headName(classifier);
  const cellOf = (transform: string): string => cell({ classifier: name, head, transform });
  return [
    {
      name: 'training the head',
      steps: async (source) => {
        const tasks = await usable(source);
        return [
          {
            name,
            async work(pool) {
              const pictures = tasks.map(
                ({ index, picture: { id, group, topic, content, split }, sendables }): HeadPicture => ({
                  ...{ index, id, group, topic, content, split },
                  sendables: sendables.map(({ key, purpose }) => ({ key, purpose })),
                }),
              );
              const keys = new Set(pictures.flatMap(({ sendables }) => sendables.map(({ key }) => key)));
              const task: HeadTask = {
                name,
                network: classifier,
                kind: head.kind,
                seed,
                scratch,
                parts: partsOf(pictures, { head, seed }),
                cells: Object.fromEntries([...keys].map((key) => [key, cellOf(key)])),
                headCell: cell({ classifier: name, head }),
                keep,
              };
              return pool.run<HeadResult>('trainHead', task);
            },
          },
        ];
      },
    },
  ];
}
