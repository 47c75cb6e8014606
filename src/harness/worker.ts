/** What worker threads do, by name. */
export { hashOriginal, workOnPicture } from './picture-task.ts';
export { runStrategy } from './strategy-task.ts';
