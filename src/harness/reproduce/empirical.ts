/** Published numbers that take photographs, by the name that targets give the measurement. */
import { hashMeasures } from './hash-measures.ts';
import { kindMeasures } from './kind-measures.ts';
import type { Measure } from './measure.ts';
import { pictureMeasures } from './picture-measures.ts';

export const empirical: Readonly<Record<string, Measure>> = { ...hashMeasures, ...pictureMeasures, ...kindMeasures };
