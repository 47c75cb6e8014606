/** Honest forwarding: which unedited messages are the original file, byte for byte, as an app sends a picture that is attached as a file. */
import type { Scenario } from '../schema/scenario.ts';
import { seededRng } from '../util/rng.ts';

/** What decides it. */
type Forwarding = { readonly seed: number; readonly messages: Pick<Scenario['messages'], 'forwarded'> };

/** Whether the message of an unedited picture skips the messenger's compression: drawn from the seed and the picture's id, alone. */
export const isForwarded = ({ seed, messages: { forwarded } }: Forwarding, picture: string): boolean =>
  forwarded !== undefined && seededRng(seed, `forwarded/${picture}`).next() < forwarded.value;
