/** Where the project itself lies. */
import { resolve } from 'node:path';

/** Absolute folder that holds package.json, experiments/ and datasets/. */
export const projectRoot = resolve(import.meta.dirname, '..', '..');
