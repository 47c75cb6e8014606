/**
 * `npm run clip-findings -- <run>`: writes experiments/tradeoff/clip-findings.json from a finished run on clips: what each strategy that compares with a
 * list finds of the clips that server scanning finds, at the largest number of frames. The trade-off model takes its rates of videos from there.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ClipsMetrics } from '../src/experiment/clips/metrics.ts';
import { modelFiles } from '../src/harness/model-inputs.ts';
import { metricsDigest, RunFolder, runFiles } from '../src/harness/run-folder.ts';
import { baseline } from '../src/metric/tradeoff/answer.ts';
import { foundAll } from '../src/metric/tradeoff/evidence.ts';
import { check } from '../src/schema/check.ts';
import { ClipFindings } from '../src/schema/tradeoff-inputs.ts';

const run = parseArgs({ allowPositionals: true }).positionals[0];
if (run === undefined) throw new Error('Expected the folder of a finished run on clips');
const folder = new RunFolder(run);
const metrics = check(ClipsMetrics, await folder.json(runFiles.metrics), `Run ${run}`);
const { runId } = await folder.record();
const { experiment, seed, dataset, strategies } = metrics;
// Who makes the comparison that the server makes, on the same frames, finds the same by construction; the run only confirms it.
const server = strategies.find(({ strategy }) => strategy === baseline)?.findings?.rule;
const looked = Math.max(...strategies.map((each) => each.looked));
const findings = {
  what: 'Found of the clips that server scanning found, by strategy. Written by npm run clip-findings.',
  run: {
    experiment,
    runId,
    seed,
    dataset: { name: dataset.name, sha256: dataset.sha256, listed: dataset.clips.listed },
    metricsSha256: metricsDigest(metrics),
  },
  looked,
  strategies: strategies.flatMap(({ strategy, looked: own, findings: found }) =>
    found && own === looked
      ? [
          {
            strategy,
            ...found,
            against: isServers(found) && foundAll(found.against) ? 'the same comparison' : found.against,
          },
        ]
      : [],
  ),
};
writeFileSync(modelFiles.clipFindings, `${JSON.stringify(check(ClipFindings, findings, 'The findings'), null, 1)}\n`);

function isServers({ rule }: { readonly rule: { readonly name: string; readonly subset: boolean } }): boolean {
  return rule.name === server?.name && !rule.subset;
}
