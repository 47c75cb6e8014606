/** The services in one process, with signed requests from every kind of caller. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { type SigningKeys, signingKeys, signRequest } from '../../src/client/signature.ts';
import { logKeys } from '../../src/crypto/merkle-log.ts';
import { encode } from '../../src/role/wire.ts';
import { createApp } from '../../src/server/app.ts';
import type { CallerKind } from '../../src/server/auth/access.ts';
import type { AuthenticateOptions } from '../../src/server/auth/authenticate.ts';
import type { DemoOptions } from '../../src/server/demo/api.ts';
import type { LogStream } from '../../src/server/log.ts';
import { runStrategy } from '../../src/server/strategy.ts';
import type { StoreLimits } from '../../src/store/limits.ts';
import type { Store } from '../../src/store/store.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import { openEmptyStore } from '../helpers/empty-store.ts';
import { plainWorld } from '../helpers/plain-world.ts';

/** A request before it is signed; `body` is sent as JSON unless it is bytes. */
export interface Plain {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly remoteAddress?: string;
}

/** A way to spoil a signed request on its way. */
export type Spoil = (request: SentRequest) => SentRequest;
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly payload: Uint8Array;
  readonly headers: Record<string, string>;
}

/** Everything that a test of the services needs. */
export interface ServiceWorld {
  readonly store: Store;
  readonly app: FastifyInstance;
  readonly frankingKey: Uint8Array;
  /** The server's clock, in seconds; a test may move it. */
  clock: number;
  /** Keys of roles, of the accounts alice and bob, and of a stranger. */
  readonly keys: Readonly<Record<string, SigningKeys>>;
  /** Fresh keys. */
  newKeys(): SigningKeys;
  /** Sends a request signed by keys, or by nobody; it may be spoilt after that. */
  send(by: SigningKeys | undefined, plain: Plain, spoil?: Spoil): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** Host of the tests' requests. */
export const host = 'localhost:8642';

const startTime = 1_800_000_000;

/** Opens a world over an empty store, with the accounts alice and bob. */
export async function serviceWorld(
  options: {
    perMinute?: AuthenticateOptions['perMinute'];
    log?: LogStream;
    limits?: Partial<StoreLimits>;
    /** Opens the store; an empty one on the embedded database when left out. */
    open?: typeof openEmptyStore;
    demo?: DemoOptions;
    names?: AuthenticateOptions['names'];
    /** A strategy that the services run; left out, provider and court work elsewhere. */
    strategy?: string;
  } = {},
): Promise<ServiceWorld> {
  const rng = seededRng(8, 'services');
  const random = (length: number): Uint8Array => rng.bytes(length);
  const keys = Object.fromEntries(
    ['alice', 'bob', 'provider', 'curator', 'court', 'stranger'].map((name) => [name, signingKeys(random)]),
  );
  const publicKey = (name: string): string => toHex(keys[name]!.publicKey);
  const {
    limits,
    open = openEmptyStore,
    strategy,
    perMinute = { known: 1e6, others: 1e6 },
    log,
    demo,
    names,
  } = options;
  const store = await open({ logKeys: logKeys(random), limits });
  for (const account of ['alice', 'bob']) await store.accounts.register(account, publicKey(account), 0);
  const frankingKey = random(32);
  const roleKeys = { provider: publicKey('provider'), curator: publicKey('curator'), court: publicKey('court') };
  const now = (): number => world.clock;
  const { list, equality, second, scanner } = plainWorld();
  const running =
    strategy === undefined
      ? undefined
      : await runStrategy({ store, strategy, lists: { list, equality, second }, scanner, frankingKey, now });
  const world: ServiceWorld = {
    store,
    frankingKey,
    clock: startTime,
    keys,
    newKeys: () => signingKeys(random),
    app: createApp({
      folder: import.meta.dirname,
      services: { store, roleKeys, frankingKey, version: '0.1.0', running, perMinute, names, now },
      log,
      demo: { ...demo, names, now: () => world.clock },
    }),
    async send(by, { method = 'GET', url, body, headers = {}, remoteAddress }, spoil = (same) => same) {
      const payload =
        body === undefined ? new Uint8Array(0) : body instanceof Uint8Array ? body : utf8(JSON.stringify(body));
      const type = body instanceof Uint8Array ? 'application/octet-stream' : 'application/json';
      const signed = by
        ? signRequest({ method, authority: host, target: url, body: payload }, by, {
            created: world.clock,
            nonce: random(16),
          })
        : {};
      const request = spoil({
        method,
        url,
        payload,
        headers: { host, ...signed, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      });
      return await world.app.inject({
        method: request.method as 'GET',
        url: request.url,
        headers: request.headers,
        ...(request.payload.length > 0 ? { payload: Buffer.from(request.payload) } : {}),
        ...(remoteAddress ? { remoteAddress } : {}),
      });
    },
    async close() {
      await world.app.close();
      await store.close();
    },
  };
  await world.app.ready();
  return world;
}

/** Keys that stand for a kind of caller; undefined for nobody. Accounts are alice. */
export const keysOf = (world: ServiceWorld, kind: CallerKind): SigningKeys | undefined =>
  kind === 'nobody' ? undefined : world.keys[kind === 'account' ? 'alice' : kind];

const endpoints = { strategy: 'test', sender: 'alice', recipient: 'bob', sequence: 0, sentAt: 5 };

/** Bytes of a sealed message. */
export const envelope = (message: string, over: object = {}, blobs: Record<string, Uint8Array> = {}): Uint8Array =>
  encode(
    { type: 'envelope', message, ...endpoints, ...over },
    { ciphertext: utf8(`sealed ${message}`), commitment: new Uint8Array(32), ...blobs },
  );

/** Bytes of a voucher. */
export const voucher = (message: string, over: object = {}): Uint8Array =>
  encode(
    { type: 'voucher', message, ...endpoints, ...over },
    { voucher: utf8('voucher'), derivative: new Uint8Array(8) },
  );

/** Bytes of another packet, of any type and header. */
export const packetOf = (header: object, blobs: Record<string, Uint8Array> = {}): Uint8Array =>
  encode(header as never, blobs);
