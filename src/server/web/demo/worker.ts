/** The demo's worker: scanner, world and roles. The page only draws. */
import { hammingDistance } from '../../../hash/hamming.ts';
import { searcher } from '../../../match/search.ts';
import type { HashUse, World } from '../../../role/world.ts';
import { strategyByName } from '../../../strategy/index.ts';
import { reasonOf } from '../../../util/errors.ts';
import { type Edits, editedFile, isUnedited } from './edits.ts';
import { hashFor } from './hashes.ts';
import { type HouseLink, localHouse } from './house-link.ts';
import type { DemoPicture } from './pictures.ts';
import { type Calls, type Measured, type Reply, type Request, ready } from './protocol.ts';
import { BrowserScanner } from './scanner.ts';
import { DemoPeople, demoWorld } from './world.ts';

const scanner = new BrowserScanner();
const people = new DemoPeople();
let pictures: readonly DemoPicture[] = [];
let world: World | undefined;
let house: HouseLink | undefined;

const calls: { readonly [N in keyof Calls]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> } = {
  async start(given) {
    pictures = given;
    for (const { bytes, called } of pictures) people.note(bytes, called);
    world = await demoWorld(pictures, scanner, people);
  },
  async deploy(strategy) {
    const { detector } = strategyByName(strategy);
    // Loaded before the first message, as an app has its network on board.
    if (detector === 'classifier' || detector === 'both') await scanner.score(pictures[0]!.bytes);
    house = await localHouse(strategy, world!);
    return house.shown(0);
  },
  async send(picture, called, reports) {
    people.note(picture, called);
    people.reporting = reports;
    scanner.millis = 0;
    await house!.send(picture);
    return house!.shown(scanner.millis);
  },
  async order() {
    await house!.order();
    return house!.shown(0);
  },
  measure: async (id, edits) => measured(id, edits),
};

async function measured(id: string, edits: Edits): Promise<Measured> {
  const { bytes } = pictures.find((each) => each.id === id)!;
  // The same object where nothing is edited: its pixels are known already.
  const file = isUnedited(edits) ? bytes : await editedFile(await scanner.decode(bytes), edits);
  const distances = async (use: HashUse, list: World['list']) => {
    const { bits } = hashFor[use];
    const now = await scanner.hash(file, use);
    if (now.state === 'refused') return { nearest: null, own: null, bits };
    const nearest = searcher(list).nearest(now.hash)?.distanceBits ?? null;
    if (file === bytes) return { nearest, own: 0, bits };
    const before = await scanner.hash(bytes, use);
    return { nearest, own: before.state === 'hashed' ? hammingDistance(now.hash, before.hash) : null, bits };
  };
  const near = await distances('near', world!.list);
  const equality = await distances('equality', world!.equality.list);
  return { file, ...near, threshold: world!.thresholdBits, equality };
}

/** A worker's own end, which the types of a page do not know. */
const port = globalThis as unknown as {
  postMessage(reply: Reply): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

/** One call after the other: what is asked first is answered first. */
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

// libsodium makes this module wait; what the page asked before now would be lost.
port.postMessage({ id: ready, value: undefined });
