/** The demo's worker: scanner and phones. The page only draws, and the other roles run on the server. */

import { playGroup } from '../../../client/demo/group.ts';
import { hashFor } from '../../../client/demo/hashes.ts';
import { playOrders } from '../../../client/demo/orders.ts';
import { type OwnEntry, ownEntry, withOwn } from '../../../client/demo/own-entries.ts';
import type { DemoPicture } from '../../../client/demo/picture.ts';
import { demoDevices, demoLists } from '../../../client/demo/world.ts';
import { systemRandom } from '../../../crypto/sodium.ts';
import { hammingDistance } from '../../../hash/hamming.ts';
import { vpdqOf } from '../../../hash/vpdq.ts';
import type { Raster } from '../../../image/raster.ts';
import { searcher } from '../../../match/search.ts';
import type { DeviceWorld, HashUse, Lists } from '../../../role/world.ts';
import { strategyByName } from '../../../strategy/index.ts';
import { reasonOf, UserError } from '../../../util/errors.ts';
import type { FrameFinding } from './clip-verdict.ts';
import { type Edits, editedFile, isUnedited } from './edits.ts';
import { type Calls, type Measured, type Reading, type Reply, type Request, ready } from './protocol.ts';
import { BrowserScanner } from './scanner.ts';
import { openSession, type SessionLink } from './session-link.ts';

const scanner = new BrowserScanner();
let pictures: readonly DemoPicture[] = [];
/** The visitor's own pictures. */
const own = new Map<string, DemoPicture>();
/** The own pictures that are on the list. */
const ownEntries = new Map<string, OwnEntry>();
/** The curator's list, for the editor's distances, without own entries. Phones get theirs from the server, or none. */
let offeredLists: Lists | undefined;
/** The same with own entries. */
let lists: Lists | undefined;
let reporting = false;
const devices: DeviceWorld = demoDevices(scanner, () => reporting);
let session: SessionLink | undefined;

const calls: { readonly [N in keyof Calls]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> } = {
  async start(given) {
    pictures = given;
    offeredLists = await demoLists(pictures, scanner);
    lists = offeredLists;
  },
  async add(picture) {
    await scanner.decode(picture.bytes);
    own.set(picture.id, picture);
  },
  async list(id, isOn) {
    if (isOn) ownEntries.set(id, await entryOf(pictureOf(id).bytes));
    else ownEntries.delete(id);
    relist();
  },
  async remove(id) {
    own.delete(id);
    if (ownEntries.delete(id)) relist();
  },
  async deploy(strategy) {
    const { detector } = strategyByName(strategy);
    // Loaded before the first message, like an app that ships with its classifier.
    if (detector === 'classifier' || detector === 'both') await scanner.score(pictures[0]!.bytes);
    const last = session;
    session = undefined;
    // The old session is no longer needed; if this fails, the server ends it by itself.
    await last?.end().catch(() => undefined);
    session = await openSession(strategy, devices, location.origin, [...ownEntries.values()]);
    return session.shown(0);
  },
  async send(picture, called, reports) {
    reporting = reports;
    scanner.millis = 0;
    await deployed().send(picture, called !== 'innocent');
    return deployed().shown(scanner.millis);
  },
  async order() {
    await deployed().order();
    return deployed().shown(0);
  },
  measure: async (id, edits) => measured(pictureOf(id).bytes, edits),
  look: async (frame, isVideo) => lookedUp(frame, isVideo),
  playOrders: (strategy, keeps) => playOrders(strategyByName(strategy).design, keeps),
  playGroup: (picture) => playGroup(picture, systemRandom),
};

/** The last opened session. Throws if opening failed. */
function deployed(): SessionLink {
  if (!session) throw new Error('no strategy is set up; choose one again');
  return session;
}

function pictureOf(id: string): DemoPicture {
  const found = own.get(id) ?? pictures.find((each) => each.id === id);
  if (!found) throw new Error(`the page has no picture ${id}`);
  return found;
}

/** The entry of a picture on the list. Throws a UserError if it has no usable hash. */
async function entryOf(picture: Uint8Array): Promise<OwnEntry> {
  const hashOf = async (use: HashUse): Promise<Uint8Array> => {
    const outcome = await scanner.hash(picture, use);
    if (outcome.state === 'refused') throw new UserError(`the picture cannot be listed: ${outcome.reason}`);
    return outcome.hash;
  };
  return ownEntry({ near: await hashOf('near'), equality: await hashOf('equality'), second: await hashOf('second') });
}

function relist(): void {
  lists = withOwn(offeredLists!, [...ownEntries.values()]);
}

const uses = ['near', 'equality', 'second'] as const satisfies readonly HashUse[];

async function measured(bytes: DemoPicture['bytes'], edits: Edits): Promise<Measured> {
  const isEdited = !isUnedited(edits);
  // The same object if nothing is edited: its pixels are cached.
  const file = isEdited ? await editedFile(await scanner.decode(bytes), edits) : bytes;
  const [before, after] = [await readingOf(bytes), await readingOf(file)];
  const moved = (use: HashUse): number | null => {
    const [from, to] = [before.hashes[use], after.hashes[use]];
    return from && to ? hammingDistance(from, to) : null;
  };
  return {
    file,
    isEdited,
    before: before.reading,
    after: after.reading,
    moved: { near: moved('near'), equality: moved('equality'), second: moved('second') },
  };
}

/** A frame's hash, and its nearest entry. */
function lookedUp(frame: Raster, isVideo: boolean): FrameFinding {
  const { threshold, minQuality } = hashFor.near;
  const { hash, quality } = isVideo ? vpdqOf(frame, 0) : hashFor.near.hash(frame);
  const nearest = searcher(lists!.list).nearest(hash)!;
  const state = quality < minQuality ? 'flat' : nearest.distanceBits <= threshold ? 'match' : 'clear';
  return { state, quality, distanceBits: nearest.distanceBits, entry: nearest.entry.id };
}

/** What scans say of a file, and its hashes. */
async function readingOf(
  file: Uint8Array,
): Promise<{ readonly reading: Reading; readonly hashes: Readonly<Partial<Record<HashUse, Uint8Array>>> }> {
  const of = { near: lists!.list, equality: lists!.equality.list, second: lists!.second.list };
  const hashes: Partial<Record<HashUse, Uint8Array>> = {};
  const nearest: Record<HashUse, number | null> = { near: null, equality: null, second: null };
  for (const use of uses) {
    const outcome = await scanner.hash(file, use);
    if (outcome.state === 'refused') continue;
    hashes[use] = outcome.hash;
    nearest[use] = searcher(of[use]).nearest(outcome.hash)?.distanceBits ?? null;
  }
  const score = scanner.hasNetwork ? ((await scanner.score(file)) ?? null) : undefined;
  return { reading: { nearest, score }, hashes };
}

/** The worker's own global interface, which a page's types lack. */
const port = globalThis as unknown as {
  postMessage(reply: Reply): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

/** Calls run one by one, in order. */
let queue: Promise<unknown> = Promise.resolve();
port.onmessage = ({ data: { id, call, with: given } }) => {
  queue = queue.then(async () => {
    try {
      const value = await (calls[call] as (...args: readonly unknown[]) => Promise<unknown>)(...given);
      port.postMessage({ id, value });
    } catch (error) {
      port.postMessage({ id, error: reasonOf(error) });
    }
  });
};

// libsodium delays this module; earlier calls of the page would be lost.
port.postMessage({ id: ready, value: undefined });
