/** What `npm run metadata-findings` takes from a run on metadata, and the inputs of the letter's model and of the back-test that follow. */
import type { MetadataMetrics } from '../src/experiment/metadata/metrics.ts';
import { headline } from '../src/experiment/metadata/report.ts';
import { metricsDigest } from '../src/harness/run-folder.ts';
import { integer, percent } from '../src/report/format.ts';
import type { MetadataFindings } from '../src/schema/metadata-findings.ts';

/** The findings of a finished run; at the overlap that its headline speaks of. */
export function findingsOf(metrics: MetadataMetrics, runId: string): MetadataFindings {
  const { experiment, seed, dataset, days, pictures, shown, detectors, kept, relay } = metrics;
  const overlap = headline(metrics);
  return {
    run: { experiment, runId, seed, dataset, metricsSha256: metricsDigest(metrics) },
    ...{ days, overlap },
    pictures: { listed: pictures.listed, innocent: pictures.innocent },
    shown: shown
      .map(({ overlap: at, offending }) => ({ overlap: at, offending }))
      .toSorted((a, b) => a.overlap - b.overlap),
    detectors: detectors
      .filter((each) => each.overlap === overlap)
      .map(({ name, kind, keepDays, targetFpr, found, accused, shown: proof }) => ({
        ...{ name, kind, keepDays, targetFpr, found, accused },
        shown: proof,
      })),
    kept: kept.map(({ keeps, days: each, edges }) => ({ keeps, days: each, edges })),
    contents: relay.contents,
  };
}

/** Text of a block of YAML between one key and the next of the same depth, each line indented by so many spaces. */
interface Block {
  readonly key: string;
  readonly indent: number;
  readonly lines: readonly string[];
}

const rounded = ({ k, n }: { readonly k: number; readonly n: number }): number => Number((k / n).toFixed(3));

/**
 * The input `accountsShown`: offending accounts that show a listed picture, from none to the share if nobody of them behaves like everybody; the median is the share
 * at the overlap of the headline.
 */
export function accountsShown({ run, shown, overlap }: MetadataFindings): { model: Block; backtest: Block } {
  const most = shown[0]!.offending;
  const usual = shown.find((each) => each.overlap === overlap)!.offending;
  const of = ({ k, n }: typeof most): string => `${integer(k)} of ${integer(n)}`;
  const lines = [`value: ${rounded(usual)}`, `uniform: [0, ${rounded(most)}]`];
  return {
    model: {
      key: 'accountsShown:',
      indent: 2,
      lines: [
        ...lines,
        'bounds: [0, 1]',
        `source: "assumed: experiments/metadata (run ${run.runId}): of made-up offending accounts, ${of(most)} show a listed picture that PDQ finds, if all of them trade, and ${of(usual)} if ${percent(overlap, true)} behave like everybody"`,
        'note: "the matching of pictures is measured, the behaviour is not: how many accounts show such pictures nobody has published"',
      ],
    },
    backtest: {
      key: 'accountsShown: &accountsShown',
      indent: 10,
      lines: [
        ...lines,
        `assumed: "made-up accounts of experiments/metadata, whose behaviour was assumed in November 2026: from nobody who shows a listed picture to ${of(most)} offending accounts"`,
      ],
    },
  };
}

/** A file of YAML with the block in the place of the one with its key. Throws an Error if it has none. */
export function withBlock(yaml: string, { key, indent, lines }: Block): string {
  const space = ' '.repeat(indent);
  const all = yaml.split('\n');
  const from = all.indexOf(`${space}${key}`);
  if (from < 0) throw new Error(`Expected a line '${space}${key}'`);
  const length = all.slice(from + 1).findIndex((line) => !line.startsWith(`${space}  `));
  return all.toSpliced(from + 1, length, ...lines.map((line) => `${space}  ${line}`)).join('\n');
}
