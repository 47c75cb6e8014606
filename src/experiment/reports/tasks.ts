/** What a worker thread of a run on reports does: runs a strategy, and reads what the makers of its reports hold about each. */
import { isIP } from 'node:net';
import { runDeployment, type StrategyTask } from '../../harness/scenario/run-deployment.ts';
import { messageRows, type StrategyResult } from '../../harness/scenario/strategy-task.ts';
import { readable, type Sent, ViewReader } from '../../harness/scenario/view-reader.ts';
import type { Connect } from '../../role/connection.ts';
import type { Deployment } from '../../role/deployment.ts';
import type { ViewEntry } from '../../role/view.ts';
import { decoded } from '../../role/wire.ts';
import type { PacketHeader } from '../../schema/packet.ts';
import type { Tip } from '../../schema/tip.ts';
import type { Role } from '../../schema/vocabulary.ts';
import { sha256Hex } from '../../util/digest.ts';
import { groupBy } from '../../util/group-by.ts';
import type { ReportRow } from './rows.ts';

export { hashOriginal, workOnPicture } from '../../harness/scenario/picture-task.ts';
export { trainHead } from '../../train/target-head.ts';

/** Sends, delivers, reviews, serves the orders, and reads the views about every report. */
export async function gatherReports(task: StrategyTask, connect?: Connect): Promise<StrategyResult> {
  const { strategy, deployment, sent, reported, orders, millis } = await runDeployment(task, { connect });
  if (!strategy.prospective) for (const order of orders) await deployment.serve(order);
  const rows = [...messageRows(task, deployment, sent, reported), ...reportsOf(task, deployment, sent)];
  await deployment.close();
  return { rows, millis };
}

/** One row for each report. */
export function reportsOf(
  { cell, strategy }: Pick<StrategyTask, 'cell' | 'strategy'>,
  deployment: Deployment,
  sent: readonly Sent[],
): ReportRow[] {
  const reader = new ViewReader(deployment.views);
  const byId = new Map(sent.map((each) => [each.planned.id, each]));
  const pairs = groupBy(sent, ({ planned }) => pairOf(planned));
  const made = new Set<string>();
  return deployment.tips.flatMap((tip): ReportRow[] => {
    const message = tip.reportId.slice(tip.reportId.indexOf('/') + 1);
    const about = byId.get(message);
    if (!about) throw new Error(`A report names ${message}, which nobody sent`);
    // A court can report what a provider has reported.
    if (made.has(message)) return [];
    made.add(message);
    const by = tip.incident.detectedBy === 'court-order' ? 'court' : 'provider';
    const others = pairs.get(pairOf(about.planned))!.filter((each) => each !== about);
    return [{ row: 'report', cell, strategy, message, by, ...heldOf({ reader, by, about, others, tip }) }];
  });
}

const pairOf = ({ sender, recipient }: { readonly sender: string; readonly recipient: string }): string =>
  [sender, recipient].sort().join(' ');

interface Report {
  readonly reader: ViewReader;
  readonly by: Extract<Role, 'provider' | 'court'>;
  readonly about: Sent;
  /** The other messages of the two accounts. */
  readonly others: readonly Sent[];
  readonly tip: Tip;
}

/** What the maker of a report holds: each field because its view has it, or the report that it wrote. */
function heldOf({
  reader,
  by,
  about,
  others,
  tip,
}: Report): Omit<ReportRow, 'row' | 'cell' | 'strategy' | 'message' | 'by'> {
  const { planned, picture, bytes, hex, equalityHex } = about;
  const roles = readable(by);
  const headers = headersOf(reader.about(roles, planned.id));
  const says = (member: 'sender' | 'recipient' | 'sentAt'): boolean =>
    headers.some((header) => member in header && (header as Record<string, unknown>)[member] === planned[member]);
  const [file] = tip.files;
  const holdsPicture = reader.holdsContent(roles, planned.id, bytes);
  const holdsHash = [hex, equalityHex].some((each) => each !== undefined && reader.holdsHash(roles, planned.id, each));
  const has = ({ planned: other }: Sent): boolean =>
    headersOf(reader.about(roles, other.id)).some((header) => 'sender' in header && header.sender === other.sender);
  return {
    content: picture.content,
    split: picture.split,
    transform: planned.key,
    picture: holdsPicture,
    hash: holdsHash || file?.sha256 === sha256Hex(bytes),
    entry: typeof file?.listEntry === 'string',
    score: typeof file?.score === 'number',
    account: says('sender') && tip.reportedAccount.id === planned.sender,
    recipient: says('recipient') && tip.recipientAccount.id === planned.recipient,
    time: says('sentAt') && tip.incident.sentAt === planned.sentAt,
    address: headers.some((header) =>
      Object.values(header).some((value) => typeof value === 'string' && isIP(value) > 0),
    ),
    records: others.filter(has).length,
    conversation: others.filter((each) => reader.holdsContent(roles, each.planned.id, each.bytes)).length,
    viewed: tip.incident.humanReviewed && holdsPicture,
    classified: 'classification' in (file ?? {}),
    tip: JSON.stringify(tip),
  };
}

/** Headers of the packets among the entries of a view. */
const headersOf = (entries: readonly ViewEntry[]): PacketHeader[] =>
  entries.flatMap(({ type, bytes }) => (type === 'opened' || type === 'learnt' ? [] : [decoded(bytes).header]));
