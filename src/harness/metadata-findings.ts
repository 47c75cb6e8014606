/** What runs on metadata measured, for the line of S12 in the tables of other experiments: read from experiments/metadata/findings.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import { check } from '../schema/check.ts';
import { type MetadataFindings, MetadataFindingsFile } from '../schema/metadata-findings.ts';
import { jsonValue } from '../util/plain-data.ts';

/** The file that comes with the project; `npm run metadata-findings` writes it. */
export const metadataFindingsPath = join(projectRoot, 'experiments/metadata/findings.json');

/** The whole file, checked. */
export function metadataFindingsFile(): MetadataFindingsFile {
  const what = 'The findings of experiments/metadata';
  return check(MetadataFindingsFile, jsonValue(readFileSync(metadataFindingsPath, 'utf8'), what), what);
}

/** The findings on generated pictures, which tables quote. */
export const metadataFindings = (): MetadataFindings => metadataFindingsFile().generated;
