/**
 * `npm run answer-table -- [--generated <run>] [--photographs <run>]`: writes the table of the answer into experiments/tradeoff/README.md,
 * between its marks. Named runs of every-edit.yaml replace the evidence that comes with the project (evidence.json,
 * evidence-photographs.json).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../src/disk/project.ts';
import { defaultEvidence, readEvidence, readInputs } from '../src/experiment/tradeoff/model-inputs.ts';
import { tradeoffAnswer } from '../src/experiment/tradeoff/report-model-answer.ts';
import { check } from '../src/schema/check.ts';
import { TradeoffEvidence } from '../src/schema/tradeoff-inputs.ts';
import { answerMarkdown } from './answer-markdown.ts';

const folder = join(projectRoot, 'experiments/tradeoff');
const files = { generated: defaultEvidence, photographs: join(folder, 'evidence-photographs.json') } as const;
const { values } = parseArgs({ options: { generated: { type: 'string' }, photographs: { type: 'string' } } });

const inputs = await readInputs();
const sets = [];
for (const name of ['generated', 'photographs'] as const) {
  const run = values[name];
  if (run !== undefined) writeFileSync(files[name], `${JSON.stringify(await readEvidence(run), null, 2)}\n`);
  const evidence = check(TradeoffEvidence, JSON.parse(readFileSync(files[name], 'utf8')), files[name]);
  sets.push({ name, answer: tradeoffAnswer(inputs, evidence) });
}
const readme = join(folder, 'README.md');
const text = readFileSync(readme, 'utf8');
const [begin, end] = ['<!-- answer-table -->', '<!-- /answer-table -->'];
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`Expected the marks ${begin} and ${end} in ${readme}`);
writeFileSync(readme, `${text.slice(0, from + begin.length)}\n${answerMarkdown(sets)}\n${text.slice(to)}`);
