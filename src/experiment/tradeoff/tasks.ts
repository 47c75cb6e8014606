/** What the worker threads of a trade-off run do. */
export { hashOriginal, workOnPicture } from '../../harness/scenario/picture-task.ts';
export { runStrategy } from '../../harness/scenario/strategy-task.ts';
export { trainHead } from '../../train/target-head.ts';
