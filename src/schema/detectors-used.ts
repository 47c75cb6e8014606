/** The detectors of an experiment, as its record states them. */
import { Type } from 'typebox';
import { DetectorFacts } from './detector-file.ts';

/** A member of every experiment whose hashes can be detector files. */
export const DetectorsUsed = Type.Optional(
  Type.Array(DetectorFacts, { description: 'added by presend: the facts in the detector files among the hashes' }),
);
