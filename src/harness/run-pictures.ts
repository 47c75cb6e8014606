/** The second phase of a run: all pictures, edited, hashed, compressed, classified. */
import { canonicalJson } from '../util/digest.ts';
import { inOrder } from './in-order.ts';
import type { PictureResult } from './picture-task.ts';
import { cellId, type PictureTask } from './plan.ts';
import { pictureRows } from './rows.ts';
import type { RunContext } from './run-context.ts';
import type { PictureMemo } from './timings.ts';

/** Does the work on all pictures that is not done yet; returns what is known of those that could be used. */
export async function runPictures(context: RunContext, tasks: readonly PictureTask[]): Promise<PictureMemo[]> {
  const { log, pool, experiment, dataset, digest, onProgress, signal } = context;
  const cells = new Map<string, string>();
  const cell = (of: Record<string, unknown>): string => {
    const key = canonicalJson(of);
    const id = cells.get(key) ?? cellId(experiment, digest, of);
    cells.set(key, id);
    return id;
  };
  if (log.done.length === 0 && dataset.refused.length > 0) {
    const rows = dataset.refused.map(({ picture, reason }) => ({ row: 'refused', picture, reason }) as const);
    await log.append('refused by the reader', rows, null);
  }
  const already = log.done.filter(({ task }) => task.startsWith('picture ')).length;
  let count = already;
  onProgress('scanning pictures', count, tasks.length);
  await inOrder(
    tasks.slice(already),
    pool.threads * 3,
    (task) => pool.run<PictureResult>('workOnPicture', task),
    async (result, task) => {
      const rows = pictureRows(task, result, context.lists, cell);
      const memo: PictureMemo | null =
        result.state === 'done'
          ? {
              index: result.index,
              model: result.model,
              decodeMillis: result.decodeMillis,
              hashMillis: result.hashMillis,
              classifyMillis: result.sendables.map(({ classifyMillis }) => classifyMillis),
            }
          : null;
      await log.append(`picture ${task.picture.id}`, rows, memo);
      onProgress('scanning pictures', ++count, tasks.length);
    },
    signal,
  );
  return log.done.flatMap(({ task, memo }) => (task.startsWith('picture ') && memo ? [memo as PictureMemo] : []));
}
