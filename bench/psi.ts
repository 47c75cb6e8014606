/** Private set intersection compared with OpenMined's, which is compiled from C++ (Private Join and Compute), if that is installed. */
import { psiAnswer, psiAsk, psiFind, psiKey, psiServerSet } from '../src/crypto/dh-psi.ts';
import { seededRng } from '../src/util/rng.ts';
import type { Group, Task } from './measure.ts';

/** The used part of @openmined/psi.js 2. */
interface OpenMined {
  server: { createWithNewKey(reveal: boolean): Server };
  client: { createWithNewKey(reveal: boolean): Client };
}
interface Server {
  createSetupMessage(rate: number, inputs: number, entries: readonly string[]): unknown;
  processRequest(request: unknown): unknown;
}
interface Client {
  createRequest(entries: readonly string[]): unknown;
  getIntersection(setup: unknown, response: unknown): readonly number[];
}

const entriesOfList = 500;
const asked = 100;

/** Set-up of a list, and a complete batch of queries, in entries per second. */
export async function psiGroups(): Promise<Group[]> {
  const peer = await openMined();
  if (!peer)
    process.stdout.write(
      '@openmined/psi.js is not compared with: it is not installed (npm install --no-save --ignore-scripts @openmined/psi.js).\n\n',
    );
  const rng = seededRng(1, 'bench psi');
  const random = (length: number): Uint8Array => rng.bytes(length);
  const entries = Array.from({ length: entriesOfList }, () => random(32));
  const batch = entries.slice(0, asked);
  const names = entries.map((entry) => Buffer.from(entry).toString('hex'));
  const key = psiKey(random);
  const set = psiServerSet(key, entries);
  const ask = (): unknown => {
    const query = psiAsk(batch, random);
    const answer = psiAnswer(key, query.points);
    return answer.ok && psiFind(query, answer.points, set);
  };
  const setUp: Task[] = [{ name: 'presend', items: entriesOfList, run: () => psiServerSet(key, entries) }];
  const questions: Task[] = [{ name: 'presend', items: asked, run: ask }];
  if (peer) {
    const server = peer.server.createWithNewKey(true);
    const client = peer.client.createWithNewKey(true);
    const setup = server.createSetupMessage(0.001, asked, names);
    const few = names.slice(0, asked);
    setUp.push({
      name: '@openmined/psi.js',
      items: entriesOfList,
      run: () => server.createSetupMessage(0.001, asked, names),
    });
    questions.push({
      name: '@openmined/psi.js',
      items: asked,
      run: () => client.getIntersection(setup, server.processRequest(client.createRequest(few))),
    });
  }
  return [
    { title: `psi, set-up of ${entriesOfList} entries`, baseline: 'presend', tasks: setUp },
    { title: `psi, ${asked} hashes asked, answered and found`, baseline: 'presend', tasks: questions },
  ];
}

/** OpenMined's library; undefined if it is not installed. */
async function openMined(): Promise<OpenMined | undefined> {
  // Imported through a variable: the package is not a dependency, so its types are missing.
  const name: string = '@openmined/psi.js/psi_wasm_node.js';
  try {
    const { default: load } = (await import(name)) as { default: () => Promise<OpenMined> };
    return await load();
  } catch {
    return undefined;
  }
}
