/** What would reveal the use of a capability: measured on the bytes that devices received and sent, never assumed. */
import { parseTable } from '../../crypto/tpsi-table.ts';
import type { ViewEntry } from '../../role/view.ts';
import { blob, decode } from '../../role/wire.ts';
import { factsOf } from '../../schema/packet-facts.ts';
import { byteKey } from '../../util/bytes.ts';
import { sha256Hex } from '../../util/digest.ts';
import { fromHex } from '../../util/hex.ts';
import type { Finding } from './keys.ts';
import type { CapabilityRow, CapabilityTally, Notice } from './rows.ts';
import { type ExecutedRun, holdsBytes, idsOf, type LabelledMessage } from './setup.ts';
import type { HiddenTarget } from './timeline.ts';

/** Nobody outside could tell. */
export const unnoticed: Notice = {
  refused: false,
  unlogged: false,
  announced: false,
  readable: { k: 0, n: 0 },
  compared: false,
  traffic: false,
  shown: false,
};

/**
 * What reveals a capability that was used in a run. `aimed`: on one account's devices only, so that another account can compare; `got`:
 * messages that it opened or named; `baseline`: the same without the capability.
 */
export function noticed(
  run: ExecutedRun,
  { baseline, aimed = false, got }: { baseline: ExecutedRun; aimed?: boolean | undefined; got: ReadonlySet<string> },
): Notice {
  const { deployment, setup, ticks, rejected } = run;
  const toDevice = deployment.views.sender.entries;
  const isSetUp = ({ type }: ViewEntry): boolean => type === 'list' || type === 'device-setup';
  const [first, ...later] = toDevice.filter(isSetUp);
  const fresh = toDevice.filter(({ tick }) => tick >= ticks);
  const setUps = later.filter(({ tick }) => tick >= ticks);
  const honest = first && digestOf(first);
  return {
    refused: rejected.some((reason) => reason.startsWith('set-up: ')),
    unlogged: aimed && setUps.some((setUp) => first !== undefined && turnedAway(setUp, first)),
    announced: setUps.length > 0,
    readable: readable(setup.task.hidden, fresh),
    compared: aimed && (setUps.some((each) => digestOf(each) !== honest) || answersDiffer(run)),
    traffic: trafficTells(run, baseline, got),
    shown: fresh.some(({ type }) => type === 'device-key'),
  };
}

/** Hidden entries whose near or equality hash is in what devices received. */
function readable(hidden: readonly HiddenTarget[], entries: readonly ViewEntry[]): Notice['readable'] {
  const there = (hex: string): boolean => entries.some(({ bytes }) => holdsBytes(bytes, fromHex(hex)));
  const found = hidden.filter(({ hashes }) => there(hashes.near) || there(hashes.equality));
  return { k: found.length, n: hidden.length };
}

const blobsOf = ({ bytes }: ViewEntry): Readonly<Record<string, Uint8Array>> => {
  const read = decode(bytes);
  return read.ok ? read.packet.blobs : {};
};

/** What two devices would compare: everything in a set-up except its version. */
const digestOf = (setUp: ViewEntry): string =>
  Object.entries(blobsOf(setUp))
    .map(([name, bytes]) => `${name} ${sha256Hex(bytes)}`)
    .join();

/** Whether devices reject a table because its root is not the one that they pin in the log; if it has a certificate, they check that instead. */
function turnedAway(setUp: ViewEntry, first: ViewEntry): boolean {
  const [{ set: table, certificate }, { set: honest }] = [blobsOf(setUp), blobsOf(first)];
  if (certificate) return false;
  const pinned = honest && parseTable(honest);
  return table !== undefined && pinned?.ok === true && parseTable(table).ok && !parseTable(table, pinned.table.root).ok;
}

/** Whether, after the compromise, the target got another answer than somebody else to the same query. */
function answersDiffer({ deployment, setup, ticks }: ExecutedRun): boolean {
  const answers = new Map<string, { target: Set<string>; others: Set<string> }>();
  for (const { planned } of setup.messages) {
    const query = deployment.views.provider
      .about(planned.id)
      .find(({ type, tick }) => tick >= ticks && factsOf(type).hashPart !== undefined);
    const answer = deployment.views.sender.about(planned.id).find(({ type }) => factsOf(type).listEntries);
    if (!query || !answer) continue;
    const asked = Object.values(blobsOf(query)).map(byteKey).join();
    const told = answers.get(asked) ?? { target: new Set(), others: new Set() };
    answers.set(asked, told);
    const side = planned.sender === setup.task.timeline.target ? told.target : told.others;
    side.add(sha256Hex(blob({ blobs: blobsOf(answer) }, 'hashes')));
  }
  return [...answers.values()].some(({ target, others }) =>
    [...target].some((each) => others.size > 0 && !others.has(each)),
  );
}

/** Whether the device sends other packets for the messages that were obtained than it sends for them without the capability. */
const trafficTells = (run: ExecutedRun, baseline: ExecutedRun, got: ReadonlySet<string>): boolean =>
  [...got].some((id) => leaving(run, id) !== leaving(baseline, id));

const leaving = ({ deployment }: ExecutedRun, id: string): string =>
  (['relay', 'provider'] as const)
    .flatMap((role) => deployment.views[role].about(id))
    .filter(({ from }) => from === 'sender')
    .sort((a, b) => a.tick - b.tick)
    .map(({ type }) => type)
    .join();

// From a finding to counts: messages before and after the compromise, beyond what the same party has without the capability.

/** A finding, and what it is counted against. */
export interface Execution {
  readonly finding: Finding;
  /** Ids that the same party has without the capability. */
  readonly had?: ReadonlySet<string>;
  /** Messages that the capability is meant for; all by default. */
  readonly scope?: (message: LabelledMessage) => boolean;
  /** Ids of the messages that are correctly named if named; by default those that show a hidden target. */
  readonly right?: ReadonlySet<string>;
  /** Message id → index of the message after which it was obtained, if known. */
  readonly when?: ReadonlyMap<string, number>;
  readonly aimed?: boolean;
}

/** The counts, and the ids that were obtained. */
type Tallied = Omit<CapabilityRow, 'row' | 'cell' | 'strategy' | 'power' | 'notice'> & {
  readonly got: ReadonlySet<string>;
};

/** Counts an execution. */
export function tallied({ setup }: ExecutedRun, execution: Execution): Tallied {
  const { finding, had = new Set<string>(), scope = () => true, when, aimed = false } = execution;
  const { compromisedAt } = setup.task.timeline;
  const right = execution.right ?? idsOf(setup.messages, ({ hidden }) => hidden);
  const gained = new Set([...finding.opened].filter((id) => !had.has(id)));
  const got = new Set([...gained, ...finding.named]);
  const side = (after: boolean): CapabilityTally => {
    const part = setup.messages.filter((each) => scope(each) && each.planned.sentAt >= compromisedAt === after);
    const count = (holds: (message: LabelledMessage) => boolean): number => part.filter(holds).length;
    const isIn = (ids: ReadonlySet<string>) => (message: LabelledMessage) => ids.has(message.planned.id);
    return {
      messages: part.length,
      hidden: count(({ hidden }) => hidden),
      usual: count(isIn(had)),
      opened: count(isIn(gained)),
      openedInnocent: count((each) => each.content === 'innocent' && gained.has(each.planned.id)),
      openedHidden: count((each) => each.hidden && gained.has(each.planned.id)),
      named: count(isIn(finding.named)),
      namedRight: count((each) => finding.named.has(each.planned.id) && right.has(each.planned.id)),
    };
  };
  const hit = (each: LabelledMessage): boolean => got.has(each.planned.id);
  return {
    before: side(false),
    after: side(true),
    outside: setup.messages.filter((each) => !scope(each) && gained.has(each.planned.id)).length,
    accounts: new Set(setup.messages.filter(hit).map(({ planned }) => planned.sender)).size,
    aimed,
    first: when
      ? firstOf(
          setup.messages.filter((each) => right.has(each.planned.id) && hit(each)),
          setup.messages,
          compromisedAt,
          when,
        )
      : null,
    got,
    ...(finding.listed ? { listed: finding.listed } : {}),
    ...(finding.forged ? { forged: finding.forged } : {}),
  };
}

/** How many messages were sent from the compromise until the first of these was obtained. */
function firstOf(
  got: readonly LabelledMessage[],
  all: readonly LabelledMessage[],
  compromisedAt: number,
  when: ReadonlyMap<string, number>,
): CapabilityRow['first'] {
  const first = got
    .flatMap(({ planned }) => {
      const at = when.get(planned.id);
      return at !== undefined && at >= compromisedAt ? [{ at, sender: planned.sender }] : [];
    })
    .sort((a, b) => a.at - b.at)[0];
  if (!first) return null;
  const between = all.slice(compromisedAt, first.at + 1);
  return { messages: between.length, own: between.filter(({ planned }) => planned.sender === first.sender).length };
}
