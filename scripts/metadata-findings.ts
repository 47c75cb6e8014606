/**
 * `npm run metadata-findings -- [--generated <run>] [--photographs <run>]`: writes experiments/metadata/findings.json from finished runs on metadata: what the tables of
 * other experiments say of S12, which scans no message. Writes the input that the letter's model and its back-test take from there, too. Without options it writes these inputs again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { defaultEpisodes } from '../src/backtest/episodes.ts';
import { MetadataMetrics } from '../src/experiment/metadata/metrics.ts';
import { metadataFindingsFile, metadataFindingsPath } from '../src/harness/metadata-findings.ts';
import { modelFiles } from '../src/harness/model-inputs.ts';
import { RunFolder, runFiles } from '../src/harness/run-folder.ts';
import { check } from '../src/schema/check.ts';
import { type MetadataFindings, MetadataFindingsFile } from '../src/schema/metadata-findings.ts';
import { accountsShown, findingsOf, withBlock } from './metadata-findings-of.ts';

const { values } = parseArgs({ options: { generated: { type: 'string' }, photographs: { type: 'string' } } });

async function read(run: string): Promise<MetadataFindings> {
  const folder = new RunFolder(run);
  const metrics = check(MetadataMetrics, await folder.json(runFiles.metrics), `Run ${run}`);
  return findingsOf(metrics, (await folder.record()).runId);
}

const { generated, photographs } = values;
// The first file has nothing before it.
const before = generated !== undefined && photographs !== undefined ? undefined : metadataFindingsFile();
const file: unknown = {
  what: 'Found of accounts without reading messages, for the line of S12 in other tables. Written by npm run metadata-findings.',
  generated: generated === undefined ? before!.generated : await read(generated),
  photographs: photographs === undefined ? before!.photographs : await read(photographs),
};
const checked = check(MetadataFindingsFile, file, 'The findings');
writeFileSync(metadataFindingsPath, `${JSON.stringify(checked, null, 1)}\n`);
const { model, backtest } = accountsShown(checked.generated);
for (const [path, block] of [
  [modelFiles.inputs, model],
  [defaultEpisodes, backtest],
] as const)
  writeFileSync(path, withBlock(readFileSync(path, 'utf8'), block));
