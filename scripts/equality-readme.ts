/**
 * Writes the figures of experiments/equality/README.md, between its marks, from finished runs: the answer, the command, the seed, the digests
 * and the tables that the text refers to. Nobody copies a number by hand.
 * `node --import tsx scripts/equality-readme.ts runs/equality runs/equality-photographs`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalityAnswer } from '../src/experiment/equality/report.ts';
import { answerTable, editTable, secondTable } from '../src/experiment/equality/tables.ts';
import { reloadRun } from '../src/experiment/reload.ts';
import { tableMarkdown } from '../src/report/table.ts';

const path = join(import.meta.dirname, '../experiments/equality/README.md');
const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error('Expected the folders of finished runs');
const parts: string[] = [];
for (const folder of folders) {
  const { metrics: own, record } = await reloadRun(folder);
  if (!('kind' in own) || own.kind !== 'equality') throw new Error(`${folder} is no equality run`);
  const networks = record.models.map(({ name, sha256 }) => `${name} (sha256 \`${sha256}\`)`);
  const files = record.observations!.files.map(({ name, sha256 }) => `\`rows/${name}\` (sha256 \`${sha256}\`)`);
  parts.push(
    `## ${own.experiment}`,
    `\`${record.command.replace(/ --(?:out|threads) \S+/g, '')}\`, seed ${record.seed}, ${own.dataset.calibration} calibration and ${own.dataset.evaluation} evaluation pictures of “${own.dataset.name}” (sha256 \`${own.dataset.sha256}\`), ${files.join(', ')}. Networks: ${networks.join(', ') || 'none'}.`,
    equalityAnswer(own)
      .map(({ label, text }) => `- **${label}.** ${text}`)
      .join('\n'),
    ...[answerTable(own), secondTable(own), editTable(own, own.mix.edited)].flatMap(tableMarkdown),
  );
}
const text = await readFile(path, 'utf8');
const [start, end] = ['<!-- figures -->', '<!-- end of figures -->'];
const [before, after] = [text.indexOf(start), text.indexOf(end)];
if (before < 0 || after < before) throw new Error(`Expected the marks ${start} and ${end} in ${path}`);
const sources = parts.map((part) => part.replaceAll('#### ', '### ')).join('\n\n');
await writeFile(path, `${text.slice(0, before + start.length)}\n\n${sources}\n\n${text.slice(after)}`);
