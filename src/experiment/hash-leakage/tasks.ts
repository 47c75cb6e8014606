/** What the worker threads of a hash-leakage run do. */
export { hashLeakFiles, hashLeakMiniatures } from './hashing.ts';
export { hashLeakInversion, hashLeakInversionControl } from './inversion.ts';
export { hashLeakMembership, hashLeakTopics } from './membership.ts';
export { hashLeakFeatures, hashLeakShown } from './shown.ts';
