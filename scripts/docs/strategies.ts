/**
 * A page for each strategy: what it declares, what it simplifies, and its sequence diagram. The diagrams are drawn by the function that the
 * report of a run uses, from what crossed in a small run: docs/reference/traffic.json, which `npm run docs -- --traffic <run>` writes.
 */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../src/disk/project.ts';
import type { Traffic } from '../../src/experiment/tradeoff/metrics.ts';
import { arrowSize, arrowTitle, sequenceDiagram } from '../../src/experiment/tradeoff/plots-traffic.ts';
import { metadataFindings } from '../../src/harness/metadata-findings.ts';
import { signalsFound } from '../../src/report/metadata-signals.ts';
import { metadataSignals } from '../../src/schema/metadata-signals.ts';
import { Knowledge, Role } from '../../src/schema/vocabulary.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { code, markdownTable } from './markdown.ts';

/** What crossed under a strategy. */
interface Recorded {
  readonly messages: number;
  readonly traffic: readonly Traffic[];
}

const trafficFile = join(projectRoot, 'docs', 'reference', 'traffic.json');

/** Strategy → what crossed under it. */
export const recordedTraffic = (): Readonly<Record<string, Recorded>> =>
  JSON.parse(readFileSync(trafficFile, 'utf8')) as Record<string, Recorded>;

/** Stores what crossed in a trade-off run. */
export async function storeTraffic(run: string): Promise<void> {
  const metrics = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8')) as {
    readonly strategies: readonly (Recorded & { readonly name: string })[];
  };
  const lines = metrics.strategies.map(
    ({ name, messages, traffic }) => `${JSON.stringify(name)}: ${JSON.stringify({ messages, traffic })}`,
  );
  await writeFile(trafficFile, `{\n${lines.join(',\n')}\n}\n`);
}

/** A diagram as a file: on a white ground, because a file does not know the page's colours. */
export const diagramFile = (name: string, recorded: Recorded): string =>
  sequenceDiagram({ name, messages: recorded.messages, traffic: [...recorded.traffic] }).replace(
    '<svg ',
    '<svg style="background:#fff" ',
  );

function section(strategy: Strategy, recorded: Recorded | undefined): string {
  const {
    id,
    name,
    summary,
    reference,
    simplified,
    capacity,
    listDisclosure,
    declares,
    variants = {},
    warnOnly,
  } = strategy;
  const learns = Role.enum.flatMap((role) => {
    const of = declares[role];
    return of ? [[role, ...Knowledge.enum.map((what) => of[what] ?? 'none')]] : [];
  });
  const others = [...Object.keys(variants), ...(warnOnly ? ['warn'] : [])].map((each) => code(`${name}:${each}`));
  return `## ${id} ${name}

${summary[0]?.toUpperCase()}${summary.slice(1)}.

- **Follows** ${reference}.
- **Simplified:** ${simplified}.
- **The list on the sender's device:** ${listDisclosure}. **Hidden targets:** ${capacity.kind}; ${capacity.note}.${others.length > 0 ? `\n- **Variants:** ${others.join(', ')}.` : ''}

${learns.length > 0 ? `About which messages a role learns something, by the strategy's own declaration. A test checks it against the bytes that each role received.\n\n${markdownTable(['role', ...Knowledge.enum], learns)}` : 'No role learns anything about a message beyond its size, its time and its endpoints.'}

${
  recorded === undefined
    ? 'There is no recorded run of this strategy yet, so there is no diagram.'
    : `![Sequence diagram of ${name}](/sequences/${name}.svg)\n\n${markdownTable(
        ['phase', 'from', 'to', 'what', 'size'],
        recorded.traffic.map((each) => [each.phase, each.from, each.to, arrowTitle(each), arrowSize(each)]),
      )}`
}`;
}

/** The one that scans no message, and so has no diagram. */
function signalsSection(): string {
  const { id, name, summary, reference, simplified } = metadataSignals;
  return `## ${id} ${name}

${summary[0]?.toUpperCase()}${summary.slice(1)}.

- **Follows** ${reference}.
- **Simplified:** ${simplified}.
- **Found:** ${signalsFound(metadataFindings()).text} See [metadata](/experiments/metadata).`;
}

/** The page of all strategies. */
export function strategiesPage(): string {
  const recorded = recordedTraffic();
  return `# The strategies, step by step

Each strategy really runs: devices with keys, an encrypted channel, a relay, a provider, a curator and a court. The diagrams are drawn from the packets of one small run (60 generated pictures, seed 2019, messages
padded to 128 KiB). In a diagram, time goes down; a loop is a role that computes by itself. The report of every run draws the same diagrams from its own packets. What each strategy finds and costs is in the
[trade-off](/experiments/tradeoff); what the protocols guarantee is in the [threat model](/security).

${Object.values<Strategy>(strategies)
  .map((each) => section(each, recorded[each.name]))
  .join('\n\n')}

${signalsSection()}
`;
}
