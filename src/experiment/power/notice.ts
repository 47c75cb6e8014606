/** What would give the use of a power away: tried on the bytes that came to devices and left them, never assumed. */
import { parseTable } from '../../crypto/tpsi-table.ts';
import type { Sighting } from '../../role/view.ts';
import { blob, decode } from '../../role/wire.ts';
import type { Notice } from '../../schema/power-rows.ts';
import { byteKey } from '../../util/bytes.ts';
import { sha256Hex } from '../../util/digest.ts';
import { fromHex } from '../../util/hex.ts';
import { holdsBytes } from './packets.ts';
import type { HiddenTarget } from './scene.ts';
import type { Performance } from './stage.ts';

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
 * What shows of a power that was used at the moment of a performance. `aimed`: on one account's devices only, so that another account can
 * compare; `got`: messages that it opened or named; `usual`: the same without the power.
 */
export function noticed(
  performance: Performance,
  { usual, aimed = false, got }: { usual: Performance; aimed?: boolean | undefined; got: ReadonlySet<string> },
): Notice {
  const { deployment, stage, ticks, rejected } = performance;
  const toDevice = deployment.views.sender.sightings;
  const isSetUp = ({ type }: Sighting): boolean => type === 'list' || type === 'device-setup';
  const [first, ...later] = toDevice.filter(isSetUp);
  const fresh = toDevice.filter(({ tick }) => tick >= ticks);
  const setUps = later.filter(({ tick }) => tick >= ticks);
  const honest = first && digestOf(first);
  return {
    refused: rejected.some((reason) => reason.startsWith('set-up: ')),
    unlogged: aimed && setUps.some((setUp) => first !== undefined && turnedAway(setUp, first)),
    announced: setUps.length > 0,
    readable: readable(stage.task.hidden, fresh),
    compared: aimed && (setUps.some((each) => digestOf(each) !== honest) || answersDiffer(performance)),
    traffic: trafficTells(performance, usual, got),
    shown: fresh.some(({ type }) => type === 'device-key'),
  };
}

/** Hidden entries of which the near or the equality hash is in what came to devices. */
function readable(hidden: readonly HiddenTarget[], sightings: readonly Sighting[]): Notice['readable'] {
  const there = (hex: string): boolean => sightings.some(({ bytes }) => holdsBytes(bytes, fromHex(hex)));
  const found = hidden.filter(({ hashes }) => there(hashes.near) || there(hashes.equality));
  return { k: found.length, n: hidden.length };
}

const blobsOf = ({ bytes }: Sighting): Readonly<Record<string, Uint8Array>> => {
  const read = decode(bytes);
  return read.ok ? read.packet.blobs : {};
};

/** What two devices would compare: all that a set-up brought, but for its version. */
const digestOf = (setUp: Sighting): string =>
  Object.entries(blobsOf(setUp))
    .map(([name, bytes]) => `${name} ${sha256Hex(bytes)}`)
    .join();

/** Whether devices refuse a table of which not the root that they pin is in the log; where it comes with a certificate they check that. */
function turnedAway(setUp: Sighting, first: Sighting): boolean {
  const [{ set: table, certificate }, { set: honest }] = [blobsOf(setUp), blobsOf(first)];
  if (certificate) return false;
  const pinned = honest && parseTable(honest);
  return table !== undefined && pinned?.ok === true && parseTable(table).ok && !parseTable(table, pinned.table.root).ok;
}

/** Whether the target got another answer than somebody else to the very same question, behind the moment. */
function answersDiffer({ deployment, stage, ticks }: Performance): boolean {
  const answers = new Map<string, { target: Set<string>; others: Set<string> }>();
  for (const { planned } of stage.messages) {
    const query = deployment.views.provider
      .about(planned.id)
      .find(({ type, tick }) => tick >= ticks && (type === 'prefix-query' || type === 'bucket-query'));
    const answer = deployment.views.sender
      .about(planned.id)
      .find(({ type }) => type === 'prefix-answer' || type === 'bucket-answer');
    if (!query || !answer) continue;
    const asked = Object.values(blobsOf(query)).map(byteKey).join();
    const told = answers.get(asked) ?? { target: new Set(), others: new Set() };
    answers.set(asked, told);
    const side = planned.sender === stage.task.scene.target ? told.target : told.others;
    side.add(sha256Hex(blob({ blobs: blobsOf(answer) }, 'hashes')));
  }
  return [...answers.values()].some(({ target, others }) =>
    [...target].some((each) => others.size > 0 && !others.has(each)),
  );
}

/** Whether other packets leave the device for what was got than leave it for the same message without the power. */
const trafficTells = (performance: Performance, usual: Performance, got: ReadonlySet<string>): boolean =>
  [...got].some((id) => leaving(performance, id) !== leaving(usual, id));

const leaving = ({ deployment }: Performance, id: string): string =>
  (['relay', 'provider'] as const)
    .flatMap((role) => deployment.views[role].about(id))
    .filter(({ from }) => from === 'sender')
    .sort((a, b) => a.tick - b.tick)
    .map(({ type }) => type)
    .join();
