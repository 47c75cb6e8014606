/** The demo's worker: scanner and phones. The page only draws, and the other roles run on the server. */

import { hashFor } from '../../../client/demo/hashes.ts';
import type { DemoPicture } from '../../../client/demo/picture.ts';
import { demoDevices, demoLists } from '../../../client/demo/world.ts';
import { hammingDistance } from '../../../hash/hamming.ts';
import { searcher } from '../../../match/search.ts';
import type { DeviceWorld, HashUse, Lists } from '../../../role/world.ts';
import { strategyByName } from '../../../strategy/index.ts';
import { reasonOf } from '../../../util/errors.ts';
import { type Edits, editedFile, isUnedited } from './edits.ts';
import { type Calls, type Measured, type Reply, type Request, ready } from './protocol.ts';
import { BrowserScanner } from './scanner.ts';
import { openSession, type SessionLink } from './session-link.ts';

const scanner = new BrowserScanner();
let pictures: readonly DemoPicture[] = [];
/** The curator's list, for the editor's distances. Phones get theirs from the server, or none. */
let lists: Lists | undefined;
let reporting = false;
const devices: DeviceWorld = demoDevices(scanner, () => reporting);
let session: SessionLink | undefined;

const calls: { readonly [N in keyof Calls]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> } = {
  async start(given) {
    pictures = given;
    lists = await demoLists(pictures, scanner);
  },
  async deploy(strategy) {
    const { detector } = strategyByName(strategy);
    // Loaded before the first message, like an app that ships with its classifier.
    if (detector === 'classifier' || detector === 'both') await scanner.score(pictures[0]!.bytes);
    const last = session;
    session = undefined;
    // The old session is no longer needed; if this fails, the server ends it by itself.
    await last?.end().catch(() => undefined);
    session = await openSession(strategy, devices, location.origin);
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
  measure: async (id, edits) => measured(id, edits),
};

/** The last opened session. Throws if opening failed. */
function deployed(): SessionLink {
  if (!session) throw new Error('no strategy is set up; choose one again');
  return session;
}

async function measured(id: string, edits: Edits): Promise<Measured> {
  const { bytes } = pictures.find((each) => each.id === id)!;
  // Returns the same object if nothing is edited: its pixels are cached.
  const file = isUnedited(edits) ? bytes : await editedFile(await scanner.decode(bytes), edits);
  const distances = async (use: HashUse, list: Lists['list']) => {
    const { bits } = hashFor[use];
    const now = await scanner.hash(file, use);
    if (now.state === 'refused') return { nearest: null, own: null, bits };
    const nearest = searcher(list).nearest(now.hash)?.distanceBits ?? null;
    if (file === bytes) return { nearest, own: 0, bits };
    const before = await scanner.hash(bytes, use);
    return { nearest, own: before.state === 'hashed' ? hammingDistance(now.hash, before.hash) : null, bits };
  };
  const near = await distances('near', lists!.list);
  const equality = await distances('equality', lists!.equality.list);
  return { file, ...near, threshold: devices.thresholdBits, equality };
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
