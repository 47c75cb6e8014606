/** Every target of the campaign. */
import type { Target } from '../target.ts';
import { animations } from './animations.ts';
import { clips } from './clips.ts';
import { lists } from './lists.ts';
import { manifests } from './manifests.ts';
import { models } from './models.ts';
import { onnx, tfjs } from './networks.ts';
import { packets } from './packets.ts';
import { fastJpeg, pictures } from './pictures.ts';
import { settings } from './settings.ts';
import { tables } from './tables.ts';

/** In the order in which cases take turns: case n is one of target n mod the number of targets. */
export const targets: readonly Target[] = [
  lists,
  pictures,
  fastJpeg,
  settings,
  models,
  onnx,
  tfjs,
  tables,
  manifests,
  packets,
];

/** Targets that are run by name only, each with all cases: the cases of the others keep their numbers. */
export const apart: readonly Target[] = [animations, clips];
