/**
 * `npm run answer-table -- [--generated <run>] [--photographs <run>]`: writes the table of the answer into experiments/tradeoff/README.md,
 * between its marks. Named runs of every-edit.yaml replace the evidence that comes with the project (evidence.json,
 * evidence-photographs.json). What clip-findings.json says of videos is put in, unless the run had clips of its own (clips.yaml).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../src/disk/project.ts';
import { defaultEvidence, readEvidence, readInputs } from '../src/experiment/tradeoff/model-inputs.ts';
import { tradeoffAnswer } from '../src/experiment/tradeoff/report-model-answer.ts';
import { metadataFindings } from '../src/harness/metadata-findings.ts';
import { modelDefaults } from '../src/harness/model-inputs.ts';
import { check } from '../src/schema/check.ts';
import { TradeoffEvidence } from '../src/schema/tradeoff-inputs.ts';
import { videosOf } from '../src/score/clip-findings.ts';
import { strategyByName } from '../src/strategy/index.ts';
import { answerMarkdown } from './answer-markdown.ts';

const folder = join(projectRoot, 'experiments/tradeoff');
const files = { generated: defaultEvidence, photographs: join(folder, 'evidence-photographs.json') } as const;
const { values } = parseArgs({ options: { generated: { type: 'string' }, photographs: { type: 'string' } } });

const inputs = await readInputs();
const sets = [];
for (const name of ['generated', 'photographs'] as const) {
  const run = values[name];
  const before: unknown = run === undefined ? JSON.parse(readFileSync(files[name], 'utf8')) : await readEvidence(run);
  const evidence = withClips(check(TradeoffEvidence, before, files[name]));
  writeFileSync(files[name], `${JSON.stringify(evidence, null, 2)}\n`);
  sets.push({ name, answer: tradeoffAnswer(inputs, evidence, { accountSignals: metadataFindings() }) });
}
const readme = join(folder, 'README.md');
const text = readFileSync(readme, 'utf8');
const [begin, end] = ['<!-- answer-table -->', '<!-- /answer-table -->'];
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`Expected the marks ${begin} and ${end} in ${readme}`);
writeFileSync(readme, `${text.slice(0, from + begin.length)}\n${answerMarkdown(sets)}\n${text.slice(to)}`);

/** The evidence with the findings of clips that come with the project, whatever it had before from there; what it measured itself stays. */
function withClips(evidence: TradeoffEvidence): TradeoffEvidence {
  if (evidence.clips?.runId === evidence.run.runId) return evidence;
  const { clipFindings } = modelDefaults();
  return {
    ...evidence,
    clips: clipFindings.run,
    strategies: evidence.strategies.map((each) => {
      const { videos: _, ...measured } = each.evidence;
      const videos =
        typeof measured.against === 'string' && measured.against !== 'the same comparison'
          ? undefined
          : videosOf(singleNameOf(each.name), measured.rule, clipFindings);
      return { ...each, evidence: { ...measured, ...(videos ? { videos } : {}) } };
    }),
  };
}

/** The strategy that opens each match by itself where one has an account threshold. */
function singleNameOf(name: string): string {
  return strategyByName(name).threshold?.singlePicture ?? name;
}
