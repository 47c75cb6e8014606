/** What worker threads do, by name. */
export { hashEdits, hashMiniatures } from '../harness/hashes/tasks.ts';
export { hashOriginal, workOnPicture } from '../harness/scenario/picture-task.ts';
export { runStrategy } from '../harness/scenario/strategy-task.ts';
export { probeNetworks } from '../harness/scoring/probe.ts';
export { describeScorer } from '../harness/scoring/scorer.ts';
export { scoreEdits } from '../harness/scoring/tasks.ts';
export {
  equalityFeatures,
  equalityHashes,
  equalityMiniatures,
  equalityNetwork,
  fitEquality,
} from './equality/tasks.ts';
export { attackPicture, hashWorkingCopy, scoreWorkingCopy } from './evasion/tasks.ts';
export { hashLeakFiles, hashLeakMiniatures } from './hash-leakage/hashing.ts';
export { hashLeakInversion, hashLeakInversionControl } from './hash-leakage/inversion.ts';
export { hashLeakMembership, hashLeakTopics } from './hash-leakage/membership.ts';
export { hashLeakFeatures, hashLeakShown } from './hash-leakage/shown.ts';
export { measureLeakage } from './leakage/tasks.ts';
export { lookAt, trainHead } from './new-content/tasks.ts';
export { runPower, simulateAudit, simulateGossip } from './power/tasks.ts';
export { trainHidden } from './repurposing/heads.ts';
export { drawLocation, scanPicture } from './repurposing/tasks.ts';
export { scoreDrift } from './score-drift/tasks.ts';
export { runProtocol, simulateAccounts } from './threshold/tasks.ts';
