/** A typed client of the services that signs every request, for a device or a role. No `node:` imports: it also runs in a page. */
import { type RandomBytes, systemRandom } from '../crypto/sodium.ts';
import type { RecordPage } from '../role/compliance.ts';
import { type Draft, decode, encode, type Packet } from '../role/wire.ts';
import type { Demand } from '../schema/packet.ts';
import type { Tip } from '../schema/tip.ts';
import { fromUtf8, utf8 } from '../util/bytes.ts';
import { type Clock, unixSeconds } from '../util/clock.ts';
import { type Blobs, unframe } from '../util/framing.ts';
import { type SigningKeys, signRequest } from './signature.ts';

/** Options of a client. */
export interface ClientOptions {
  /** Address of the server, e.g. http://127.0.0.1:8642, including the services' path prefix, if any. */
  readonly base: string;
  /** Keys of the device or role; without them, requests are unsigned. */
  readonly keys?: SigningKeys | undefined;
  /** Seconds since 1970; the system's clock by default. */
  readonly now?: Clock;
  readonly random?: RandomBytes;
  readonly fetch?: typeof fetch;
}

/** An unsuccessful answer: its status, and the server's sentence. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Identifies a packet, to acknowledge it. */
interface PacketName {
  readonly sender: string;
  /** For a user's report: the reporter. */
  readonly recipient?: string;
  readonly message: string;
  readonly type: string;
}

/** Decoded packets of one page, and whether there are more. */
interface PacketPage {
  readonly packets: readonly Packet[];
  readonly more: boolean;
}

type Body = { readonly type: string; readonly bytes: Uint8Array };

const octets = (bytes: Uint8Array): Body => ({ type: 'application/octet-stream', bytes });
const json = (value: unknown): Body => ({ type: 'application/json', bytes: utf8(JSON.stringify(value)) });

/** A client. Its methods throw a `Refusal` if the server rejects a request, and `fetch`'s errors if the server is unreachable. */
export class ServiceClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Sends a signed request; returns the answer, whatever its status. `target` is a path with its query. */
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

  /** Registers the client's keys for an account. */
  async register(account: string): Promise<'new' | 'known'> {
    const { state } = await this.#json<{ state: 'new' | 'known' }>('POST', '/accounts', json({ account }));
    return state;
  }

  /** Posts a message to its recipient's mailbox. Resolves when it is durable; after a failure it can be called again. */
  async postMessage(draft: Draft<'envelope' | 'clear'>, blobs: Blobs): Promise<'stored' | 'known'> {
    return await this.#post('/relay/packets', encode(draft, blobs));
  }

  /** Posts a packet for the provider. */
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

  /** Acknowledges messages; returns how many of them were waiting. */
  acknowledgeMail = (packets: readonly PacketName[]): Promise<number> =>
    this.#acknowledge('/mailbox/acknowledgements', packets);

  /** Acknowledges the provider's packets. */
  acknowledgeVouchers = (packets: readonly PacketName[]): Promise<number> =>
    this.#acknowledge('/provider/packets/acknowledgements', packets);

  /** Reports to the curator; returns the report's number. */
  async report(tip: Tip): Promise<number> {
    return (await this.#json<{ number: number }>('POST', '/tips', json(tip))).number;
  }

  /** The curator's reports after a number. */
  async reports(after = 0): Promise<readonly { readonly number: number; readonly tip: Tip }[]> {
    type Reply = { tips: { number: number; tip: Tip }[] };
    return (await this.#json<Reply>('GET', `/tips?after=${after}`)).tips;
  }

  /** Publishes a list version; returns its index in the log. */
  async publish(draft: Draft<'list'>, blobs: Blobs): Promise<number> {
    return (await this.#json<{ place: number }>('POST', '/lists', octets(encode(draft, blobs)))).place;
  }

  /** Serves a court order. `refusal` says why the provider cannot comply with what it demands. */
  async serve(order: {
    readonly order: string;
    readonly account: string;
    readonly from: number;
    readonly to: number;
    readonly demand?: Demand;
  }): Promise<{ readonly state: 'new' | 'known'; readonly refusal?: string }> {
    const { state, refusal } = await this.#json<{ state: 'new' | 'known'; refusal?: string }>(
      'POST',
      '/court/orders',
      json(order),
    );
    return { state, ...(refusal === undefined ? {} : { refusal }) };
  }

  /** What an order for metadata has produced, starting at index `skip`. */
  records = (order: string, skip = 0): Promise<RecordPage> =>
    this.#json('GET', `/court/orders/${encodeURIComponent(order)}/records?skip=${skip}`);

  /** The messages that an order produced, starting at index `skip`. */
  ordered = (order: string, skip = 0): Promise<PacketPage> =>
    this.#page(`/court/orders/${encodeURIComponent(order)}/messages?skip=${skip}`);

  /** A request with an answer of bytes; undefined if the answer is a receipt, or empty. */
  async bytes(method: string, target: string, body?: Uint8Array): Promise<Uint8Array | undefined> {
    const response = await this.#ok(method, target, body && octets(body));
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isReceipt = response.headers.get('content-type')?.startsWith('application/json');
    return response.status === 204 || isReceipt ? undefined : bytes;
  }

  /** A page of packets as bytes, which can be malformed. */
  async page(target: string): Promise<{ packets: Uint8Array[]; more: boolean }> {
    const framed = unframe((await this.bytes('GET', target)) ?? new Uint8Array(0));
    if (!framed.ok) throw new Error(`The server’s page cannot be read: ${framed.reason}`);
    return { packets: Object.values(framed.blobs), more: (framed.header as { more?: unknown }).more === true };
  }

  /** A JSON request without an answer. */
  async tell(method: string, target: string, value: unknown): Promise<void> {
    await this.#ok(method, target, json(value));
  }

  /** A JSON request with a JSON answer. */
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
