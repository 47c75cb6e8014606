/** A typed client of the services: it signs every request, as a device or a role does. No `node:` here, so that it also runs in a page. */
import { type RandomBytes, systemRandom } from '../crypto/sodium.ts';
import { type Draft, decode, encode, type Packet } from '../role/wire.ts';
import type { Tip } from '../schema/tip.ts';
import { fromUtf8, utf8 } from '../util/bytes.ts';
import { type Clock, unixSeconds } from '../util/clock.ts';
import { type Blobs, unframe } from '../util/framing.ts';
import { type SigningKeys, signRequest } from './signature.ts';

/** How a client reaches the services. */
export interface ClientOptions {
  /** Address of the server, e.g. http://127.0.0.1:8642, with the path that all paths of the services begin with, if any. */
  readonly base: string;
  /** Keys of the device or role; without them, requests are not signed. */
  readonly keys?: SigningKeys | undefined;
  /** Seconds since 1970; the system's clock by default. */
  readonly now?: Clock;
  readonly random?: RandomBytes;
  readonly fetch?: typeof fetch;
}

/** An answer that is not a success: its status, and the server's sentence. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Name of a packet, to acknowledge it by. */
interface PacketName {
  readonly sender: string;
  /** Who reports, of a user's report. */
  readonly recipient?: string;
  readonly message: string;
  readonly type: string;
}

/** Packets of one page, decoded, and whether there are more. */
interface PacketPage {
  readonly packets: readonly Packet[];
  readonly more: boolean;
}

type Body = { readonly type: string; readonly bytes: Uint8Array };

const octets = (bytes: Uint8Array): Body => ({ type: 'application/octet-stream', bytes });
const json = (value: unknown): Body => ({ type: 'application/json', bytes: utf8(JSON.stringify(value)) });

/** A client. Its methods throw a `Refusal` where the server refuses, and whatever `fetch` throws where it cannot be reached. */
export class ServiceClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** One signed request; the answer whatever its status. `target` is a path with its query. */
  async request(method: string, target: string, body?: Body): Promise<Response> {
    const { base, keys, now = unixSeconds, random = systemRandom, fetch: send = fetch } = this.#options;
    const url = new URL(`${base.replace(/\/$/, '')}${target}`);
    const bytes = body?.bytes ?? new Uint8Array(0);
    const parts = { method, authority: url.host, target: `${url.pathname}${url.search}`, body: bytes };
    const signature = keys ? signRequest(parts, keys, { created: now(), nonce: random(16) }) : {};
    return await send(url, {
      method,
      headers: { ...signature, ...(body ? { 'content-type': body.type } : {}) },
      ...(body ? { body: bytes as Uint8Array<ArrayBuffer> } : {}),
    });
  }

  /** Registers the keys under a name. */
  async register(account: string): Promise<'new' | 'known'> {
    const { state } = await this.#json<{ state: 'new' | 'known' }>('POST', '/accounts', json({ account }));
    return state;
  }

  /** Leaves a message in its recipient's mailbox. Resolves once it is durable; may be called again after a failure. */
  async postMessage(draft: Draft<'envelope' | 'clear'>, blobs: Blobs): Promise<'stored' | 'known'> {
    return await this.#post('/relay/packets', encode(draft, blobs));
  }

  /** Leaves a packet for the provider. */
  async postVoucher(
    draft: Draft<'voucher' | 'flag' | 'hash-upload' | 'user-report'>,
    blobs: Blobs,
  ): Promise<'stored' | 'known'> {
    return await this.#post('/provider/packets', encode(draft, blobs));
  }

  /** The first messages that wait for this account. */
  mailbox = (most = 64): Promise<PacketPage> => this.#page(`/mailbox?most=${most}`);

  /** The first packets that wait for the provider. */
  vouchers = (most = 64): Promise<PacketPage> => this.#page(`/provider/packets?most=${most}`);

  /** Says that messages arrived for good; how many of them had waited. */
  acknowledgeMail = (packets: readonly PacketName[]): Promise<number> =>
    this.#acknowledge('/mailbox/acknowledgements', packets);

  /** Says that the provider has packets. */
  acknowledgeVouchers = (packets: readonly PacketName[]): Promise<number> =>
    this.#acknowledge('/provider/packets/acknowledgements', packets);

  /** Reports to the curator; the report's number. */
  async report(tip: Tip): Promise<number> {
    return (await this.#json<{ number: number }>('POST', '/tips', json(tip))).number;
  }

  /** Reports behind a number, for the curator. */
  async reports(after = 0): Promise<readonly { readonly number: number; readonly tip: Tip }[]> {
    type Reply = { tips: { number: number; tip: Tip }[] };
    return (await this.#json<Reply>('GET', `/tips?after=${after}`)).tips;
  }

  /** Publishes a list version; its place in the log. */
  async publish(draft: Draft<'list'>, blobs: Blobs): Promise<number> {
    return (await this.#json<{ place: number }>('POST', '/lists', octets(encode(draft, blobs)))).place;
  }

  /** Serves a court's order. */
  async serve(order: { order: string; account: string; from: number; to: number }): Promise<'new' | 'known'> {
    return (await this.#json<{ state: 'new' | 'known' }>('POST', '/court/orders', json(order))).state;
  }

  /** What an order opened, from the `skip`th packet on. */
  ordered = (order: string, skip = 0): Promise<PacketPage> =>
    this.#page(`/court/orders/${encodeURIComponent(order)}/messages?skip=${skip}`);

  /** A request that is answered with bytes; undefined where the answer is a receipt, or nothing. */
  async bytes(method: string, target: string, body?: Uint8Array): Promise<Uint8Array | undefined> {
    const response = await this.#ok(method, target, body && octets(body));
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isReceipt = response.headers.get('content-type')?.startsWith('application/json');
    return response.status === 204 || isReceipt ? undefined : bytes;
  }

  /** A page of packets as their bytes, which may spell none. */
  async page(target: string): Promise<{ packets: Uint8Array[]; more: boolean }> {
    const framed = unframe((await this.bytes('GET', target)) ?? new Uint8Array(0));
    if (!framed.ok) throw new Error(`The server’s page cannot be read: ${framed.reason}`);
    return { packets: Object.values(framed.blobs), more: (framed.header as { more?: unknown }).more === true };
  }

  /** A request of JSON that is answered with nothing. */
  async tell(method: string, target: string, value: unknown): Promise<void> {
    await this.#ok(method, target, json(value));
  }

  /** A request of JSON that is answered with JSON. */
  json = <T>(method: string, target: string, value: unknown): Promise<T> => this.#json(method, target, json(value));

  async #post(path: string, bytes: Uint8Array): Promise<'stored' | 'known'> {
    return (await this.#json<{ state: 'stored' | 'known' }>('POST', path, octets(bytes))).state;
  }

  async #acknowledge(path: string, packets: readonly PacketName[]): Promise<number> {
    const names = packets.map(({ sender, recipient, message, type }) => ({
      sender,
      ...(recipient === undefined ? {} : { recipient }),
      message,
      type,
    }));
    return (await this.#json<{ acknowledged: number }>('POST', path, json({ packets: names }))).acknowledged;
  }

  async #page(target: string): Promise<PacketPage> {
    const { packets: all, more } = await this.page(target);
    const packets = all.map((bytes) => {
      const decoded = decode(bytes);
      if (!decoded.ok) throw new Error(`A packet of the server cannot be read: ${decoded.reason}`);
      return decoded.packet;
    });
    return { packets, more };
  }

  async #json<T>(method: string, target: string, body?: Body): Promise<T> {
    return (await (await this.#ok(method, target, body)).json()) as T;
  }

  async #ok(method: string, target: string, body?: Body): Promise<Response> {
    const response = await this.request(method, target, body);
    if (response.ok) return response;
    const text = fromUtf8(new Uint8Array(await response.arrayBuffer()));
    throw new Refusal(response.status, sentenceOf(text));
  }
}

function sentenceOf(text: string): string {
  try {
    const said = (JSON.parse(text) as { error?: unknown } | null)?.error;
    return typeof said === 'string' ? said : 'The answer gives no reason';
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 'The answer is not valid JSON';
  }
}
