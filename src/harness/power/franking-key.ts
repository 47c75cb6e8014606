/** The key of franking stamps opens nothing; with it, and a recipient who helps, anybody can be accused of having sent anything. */
import { frank, stamp, verifyFranking } from '../../crypto/franking.ts';
import { type Finding, nothing } from './finding.ts';
import type { Performance } from './stage.ts';

/**
 * For every message a report that its sender sent the first picture of all, made up by a recipient and stamped under `key`; how many the
 * provider would take for proved.
 */
export function forgedReports({ deployment, world, stage }: Performance, key = deployment.secrets.franking): Finding {
  const plaintext = stage.messages[0]!.picture;
  const passed = stage.messages.filter(({ planned }) => {
    const frankingKey = world.random(32);
    const context = { ...planned, message: planned.id };
    const tag = frank(plaintext, frankingKey);
    const proof = { plaintext, frankingKey, tag, stamp: stamp(tag, context, key) };
    return verifyFranking(proof, context, deployment.secrets.franking);
  });
  return { opened: nothing, named: nothing, forged: { k: passed.length, n: stage.messages.length } };
}
