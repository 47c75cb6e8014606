/** An experiment on clips: what every strategy finds, flags and costs when a message is a clip, by the number of its frames that are scanned. */
import type { Static } from 'typebox';
import { clipSceneMembers } from '../../schema/clip-scene.ts';
import { experimentOf } from '../../schema/parts.ts';

export const ClipsExperiment = experimentOf('clips', clipSceneMembers);
export type ClipsExperiment = Static<typeof ClipsExperiment>;
