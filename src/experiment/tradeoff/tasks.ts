/** What the worker threads of a trade-off run do. Those of runs without clips load no decoder of clips. */
import type { ClipResult, ClipTask, SendResult, SendTask } from '../../harness/clips/tasks.ts';
import type { Connect } from '../../role/connection.ts';

export { hashOriginal, workOnPicture } from '../../harness/scenario/picture-task.ts';
export { runStrategy } from '../../harness/scenario/strategy-task.ts';
export { trainHead } from '../../train/target-head.ts';

const clipTasks = () => import('../../harness/clips/tasks.ts');

export const workOnClip = async (task: ClipTask): Promise<ClipResult> => (await clipTasks()).workOnClip(task);
export const sendClips = async (task: SendTask, connect?: Connect): Promise<SendResult> =>
  (await clipTasks()).sendClips(task, connect);
