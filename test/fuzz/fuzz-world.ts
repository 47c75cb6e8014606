/**
 * The services with a victim, and the campaign's judgement of one request: no answer of 500 or more, one sentence and the security headers
 * on every refusal, and none of the victim's bytes to anybody but the victim.
 */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { type SigningKeys, signRequest } from '../../src/client/signature.ts';
import { securityHeaders } from '../../src/server/security.ts';
import { storeLimits } from '../../src/store/limits.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import {
  envelope,
  host,
  type Plain,
  type SentRequest,
  type ServiceWorld,
  serviceWorld,
} from '../server/service-world.ts';
import { spoiltBytes, spoiltPlain, spoiltSent } from './mutate-request.ts';
import { anyCall, type Call } from './requests.ts';
import { anyHouseCall, houseOptions, openSessions } from './sessions.ts';

/** What became of a case: its status, or what was wrong. `cut` is a connection that the server ended without an answer. */
export type Outcome = { readonly status: number | 'cut' } | { readonly fault: string };

/** So much is posted that it would pass any limit that is worth testing elsewhere. */
const unlimited = Object.fromEntries(Object.keys(storeLimits).map((name) => [name, 2 ** 40]));

/** CPU that any case may take, in milliseconds: store, signatures, a session's protocol, the collector of garbage. */
const floorMillis = 200;
/** CPU that no case may take, however many bytes it sends. */
const mostMillis = 1000;

/** CPU that a case of so many bytes may take, in milliseconds: one a byte beyond the floor. */
const allowedMillis = (bytes: number): number => Math.min(mostMillis, floorMillis + bytes);

/** Text in every message of the victim's mailbox. */
const marker = 'for the victim alone';

/** A world to fuzz. */
export interface FuzzWorld {
  /** Runs the case of a number; with the bytes that it sent, and the CPU that it took. */
  run(number: number): Promise<{ outcome: Outcome; bytes: number; cpuMillis: number }>;
  /** What is wrong afterwards: the victim's mailbox must be as it was. */
  faults(): Promise<string[]>;
  /** The strategy that its services run, if any. */
  readonly strategy: string | undefined;
  close(): Promise<void>;
}

/** Opens a world; its sockets are real. Its services run a strategy, or leave provider and court to others. */
export async function fuzzWorld(strategy?: string): Promise<FuzzWorld> {
  const world = await serviceWorld({
    limits: unlimited,
    names: [host],
    demo: houseOptions,
    ...(strategy ? { strategy } : {}),
  });
  const victim = world.newKeys();
  await world.store.accounts.register('victim', toHex(victim.publicKey), 0);
  for (let i = 0; i < 3; i++) {
    const body = envelope(`v${i}`, { sender: 'bob', recipient: 'victim' }, { ciphertext: utf8(`${marker} ${i}`) });
    await world.send(world.keys.bob, { method: 'POST', url: '/relay/packets', body });
  }
  const marked = [0, 1, 2].map((i) => utf8(`${marker} ${i}`));
  const sessions = await openSessions(world, victim, marked);
  // What the victim once sent, as somebody on the way kept it.
  let overheard: SentRequest | undefined;
  /** Bytes that the case sends, as far as it got. */
  let sentBytes = 0;
  const send: ServiceWorld['send'] = (by, plain, spoil = (same) => same) =>
    world.send(by, plain, (request) => {
      const spoilt = spoil(request);
      sentBytes += spoilt.payload.length + spoilt.url.length + JSON.stringify(spoilt.headers).length;
      return spoilt;
    });
  const read: Plain = { url: '/mailbox' };
  const first = await world.send(victim, read, (request) => {
    overheard = request;
    return request;
  });
  if (!first.body.includes(marker)) throw new Error('The victim cannot read its mailbox');
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = world.app.server.address() as AddressInfo;

  const outcomeOf = async (number: number): Promise<Outcome> => {
    const rng = seededRng(number, 'fuzz relay');
    const call = rng.int(2) === 0 ? anyCall(rng) : anyHouseCall(rng, sessions);
    try {
      switch (rng.int(10)) {
        case 0: {
          const text = spoiltText(rng, call, world);
          sentBytes += text.length;
          return judged(await onSocket(port, text));
        }
        case 1:
          return judged(await send(victim, read, () => spoiltSent(rng, overheard!)));
        case 2: {
          // Signed as it should be, by somebody else.
          const other = world.keys[rng.pick(['alice', 'bob', 'provider', 'curator', 'court', 'stranger'])];
          return judged(await send(other, spoiltPlain(rng, call.plain)));
        }
        case 3:
        case 4:
          return judged(await send(world.keys[call.who], call.plain, (request) => spoiltSent(rng, request)));
        default:
          return judged(await send(world.keys[call.who], spoiltPlain(rng, call.plain)));
      }
    } catch (error) {
      return { fault: `threw ${error instanceof Error ? error.stack : error}` };
    }
  };

  return {
    async run(number) {
      sentBytes = 0;
      const from = process.cpuUsage();
      const outcome = await outcomeOf(number);
      const { user, system } = process.cpuUsage(from);
      return { outcome, bytes: sentBytes, cpuMillis: (user + system) / 1000 };
    },
    async faults() {
      const boxes = ['/mailbox?most=64', `/demo/sessions/${sessions.victims}/mailbox?most=64`];
      const found = await Promise.all(
        boxes.map(async (url) => {
          const { body, statusCode } = await world.send(victim, { url });
          const missing = [0, 1, 2].filter((i) => !body.includes(`${marker} ${i}`));
          return [
            ...(statusCode === 200 ? [] : [`the victim gets ${statusCode} from ${url}`]),
            ...missing.map((i) => `somebody took message v${i} of the victim from ${url}`),
          ];
        }),
      );
      return found.flat();
    },
    strategy,
    close: () => world.close(),
  };
}

/**
 * Runs the case of a number and judges the CPU that it took as well. One that took too much is repeated alone, in a world of its own, before
 * it counts: another case's garbage, or another program, may have cost it.
 */
export async function judgedCase(world: FuzzWorld, number: number): Promise<Outcome> {
  const { outcome, bytes, cpuMillis } = await world.run(number);
  if ('fault' in outcome || cpuMillis <= allowedMillis(bytes)) return outcome;
  const alone = await fuzzWorld(world.strategy);
  try {
    const again = await alone.run(number);
    if (again.cpuMillis <= allowedMillis(again.bytes)) return outcome;
    return { fault: `${again.bytes} bytes take ${Math.round(again.cpuMillis)} ms of CPU` };
  } finally {
    await alone.close();
  }
}

interface Answer {
  readonly statusCode: number | 'cut';
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function judged({ statusCode, body, headers }: Answer): Outcome {
  if (statusCode === 'cut') return { status: 'cut' };
  if (statusCode >= 500) return { fault: `${statusCode} ${body.slice(0, 200)}` };
  if (body.includes(marker)) return { fault: `${statusCode} with bytes of the victim` };
  if (statusCode >= 400 && body !== '') {
    for (const [name, value] of Object.entries(securityHeaders))
      if (headers[name] !== value) return { fault: `${statusCode} without ${name}` };
    if (!/^\{"error":"[^\n]{10,}"\}$/.test(body))
      return { fault: `${statusCode} without a sentence: ${body.slice(0, 200)}` };
  }
  return { status: statusCode };
}

/** A signed request as text, spoilt as bytes. */
function spoiltText(rng: Rng, { who, plain }: Call, world: ServiceWorld): Uint8Array {
  const { method = 'GET', url, body } = plain;
  const payload =
    body === undefined ? new Uint8Array(0) : body instanceof Uint8Array ? body : utf8(JSON.stringify(body));
  const facts = { created: world.clock, nonce: rng.bytes(16) };
  const keys = world.keys[who] as SigningKeys;
  const headers = {
    host,
    connection: 'close',
    'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json',
    'content-length': payload.length,
    ...signRequest({ method, authority: host, target: url, body: payload }, keys, facts),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return spoiltBytes(rng, Buffer.concat([utf8(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`), payload]));
}

async function onSocket(port: number, bytes: Uint8Array): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
  // What is not finished when the client ends is not answered.
  socket.setTimeout(2000, () => socket.destroy());
  socket.end(bytes);
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, Math.max(0, end)).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) return { statusCode: 'cut', body: '', headers: {} };
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  // What is left over of a spoilt request may be answered as another one.
  const answer = text.slice(end + 4, end + 4 + Number(headers['content-length'] ?? text.length));
  return { statusCode: Number(status), body: Buffer.from(answer, 'latin1').toString('utf8'), headers };
}
