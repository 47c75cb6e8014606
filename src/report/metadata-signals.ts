/**
 * S12, what is left under encryption: signals from unencrypted surfaces, reports by users and metadata. It scans no message, so that no experiment on messages runs
 * it; its line in their tables says so in words, with what runs on metadata measured in its place. Every sentence about it in a table is from here.
 */
import type { MetadataFindings } from '../schema/metadata-findings.ts';
import { metadataSignals } from '../schema/metadata-signals.ts';
import type { Rate } from '../schema/rate.ts';
import { counted, integer, percent, rateProse } from './format.ts';
import type { Foot } from './table.ts';

/** Its name as tables write it. */
export const signalsName = `${metadataSignals.id} ${metadataSignals.name}`;

/** Why it has no rate of messages, for a page without findings. */
export const scansNothing =
  'decides on accounts and scans no message; its messages are sealed as those of S1, and runs of the kind metadata measure it';

type Flagging = MetadataFindings['detectors'][number];

/** Pictures that everybody sees, or reports by users: the rule that needs no records. Undefined in a run without it. */
const byPictures = ({ detectors }: MetadataFindings): Flagging | undefined =>
  detectors.find(({ name }) => name === 'pictures-or-reports');

/** The classifier on everything, with the longest records and the fewest false alarms. */
const byEverything = ({ detectors }: MetadataFindings): Flagging | undefined =>
  detectors
    .filter(({ kind, name }) => kind === 'classifier' && name === 'all')
    .toSorted((a, b) => (b.keepDays ?? 0) - (a.keepDays ?? 0) || (a.targetFpr ?? 1) - (b.targetFpr ?? 1))[0];

const runOf = ({ run }: MetadataFindings): string => `run ${run.runId} of ${run.experiment}`;

/** What it finds and whom it accuses, in a sentence. */
function findsText(findings: MetadataFindings): string {
  const of = (flagging: Flagging | undefined, what: string): string[] =>
    flagging
      ? [
          `${what} flag ${rateProse(flagging.found)} of the offending accounts and ${rateProse(flagging.accused)} of the innocent ones`,
        ]
      : [];
  const all = byEverything(findings);
  const parts = [
    ...of(byPictures(findings), 'pictures that everybody sees and reports by users'),
    ...of(all, `a classifier on all signals with records of ${counted(all?.keepDays ?? 0, 'day')} would`),
  ];
  return `Of made-up accounts, where ${percent(findings.overlap, true)} of the offending ones behave like everybody: ${parts.join('; ')} (${runOf(findings)}).`;
}

const foot = (text: string): Foot => ({ name: signalsName, text });

/** In a table of what strategies find of messages. */
export const signalsFound = (findings: MetadataFindings): Foot =>
  foot(`Rates of messages do not apply: it decides on accounts and scans no message. ${findsText(findings)}`);

/** In the answer to the letter. `back`: what comes without scanning, which every strategy has, as a cell writes it. */
export const signalsBack = (findings: MetadataFindings, back: string | undefined): Foot =>
  foot(
    `${back === undefined ? 'What it brings back is in every line.' : `${back} come back, as under S1: reports by users and what accounts show are in every line.`} No list decides whom it accuses, and review and exposure of messages do not apply. ${findsText(findings)}`,
  );

/** What records of who wrote to whom name of everybody, by how long they are kept. */
function recordsText(findings: MetadataFindings): string {
  const kept = findings.kept
    .filter(({ keeps }) => keeps === 'records')
    .map(({ days, edges }) => `those of ${counted(days, 'day')} name ${shareText(edges)}`);
  return `of the pairs who write to each other, ${kept.join(', ')} (${runOf(findings)})`;
}

/** In a table of court orders. */
export const signalsOrdered = (findings: MetadataFindings): Foot =>
  foot(
    `Not run: its messages are sealed as those of S1, and the relay of such messages had the content of ${shareText(findings.contents)}, so that orders for content are refused as there. Records are kept, so that a pen register also reaches back: ${recordsText(findings)}.`,
  );

/** In a table of what services learn of messages. */
export const signalsLearnt = (findings: MetadataFindings): Foot =>
  foot(
    `Not run: it scans no message, and learns of pictures what S1 does; the relay of its messages had the content of ${shareText(findings.contents)}. To decide on accounts it keeps records about everybody: ${recordsText(findings)}.`,
  );

/** In a table of what stolen or abused capabilities open. */
export const signalsPower = (findings: MetadataFindings): Foot =>
  foot(
    `Not run: its messages are sealed as those of S1, and it has no list, key or switch that opens one. What can be taken or turned against people are its records: ${recordsText(findings)}.`,
  );

/** In a table of what can be stopped. */
export const signalsStopped = (): Foot =>
  foot(
    'Does not apply: it decides on accounts, and knows of no message that it matches before it is delivered. A suspended account sends nothing more; what that would stop is not measured.',
  );

/** In a table of what reports contain. */
export function signalsReported(findings: MetadataFindings): Foot {
  const shown = (flagging: Flagging | undefined, by: string): string[] =>
    flagging ? [`${shareText(flagging.shown)} flagged by ${by}`] : [];
  const parts = [
    ...shown(byPictures(findings), 'pictures or reports'),
    ...shown(byEverything(findings), 'the classifier on all signals'),
  ];
  return foot(
    `Does not apply: it reports accounts and no message. Offending accounts with something to show, a matched picture or a report by a user: ${parts.join(', ')}; the others are suspicions (${runOf(findings)}).`,
  );
}

/** 'k of n [low, high]', for the middle of a sentence. */
const shareText = ({ k, n, low, high }: Rate): string =>
  `${integer(k)} of ${integer(n)} [${percent(low)}, ${percent(high)}]`;
