/** What worker threads do, by name. */
export { hashEdits, hashMiniatures } from './benchmark/tasks.ts';
export { hashOriginal, workOnPicture } from './picture-task.ts';
export { runStrategy } from './strategy-task.ts';
export { simulateAccounts } from './threshold/accounts.ts';
export { runProtocol } from './threshold/protocol.ts';
