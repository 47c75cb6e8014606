/** What the worker threads of a run on clips do. */
export { sendClips, workOnClip } from '../../harness/clips/tasks.ts';
