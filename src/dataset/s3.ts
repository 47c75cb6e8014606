/**
 * Objects in S3 or a service that speaks its protocol. Endpoint, region and credentials come from the usual variables of AWS. They appear in
 * no error, notice or record: every sentence names an object by its s3:// address only.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and API_ListObjectsV2.html.
 */
import { MissingError, UserError } from '../util/errors.ts';

/** How long a request is repeated. Tests shorten it. */
export interface Patience {
  /** Requests in all. */
  readonly attempts: number;
  /** Milliseconds before the second request; each later pause is twice as long. */
  readonly pauseMillis: number;
  /** Milliseconds without a byte after which a request has failed. */
  readonly silenceMillis: number;
}

const usual: Patience = { attempts: 5, pauseMillis: 200, silenceMillis: 30_000 };

/** An object that does not exist. */
export class NoObject extends MissingError {}

/** Whether a place is the address of an object or of a prefix, not the path of a file. */
export const isObject = (place: string): boolean => /^s3:/i.test(place);

/** One object of a listing. */
interface ListedObject {
  /** Its key behind the listed prefix. */
  readonly name: string;
  readonly bytes: number;
}

/** A request that failed in a way that can pass: a server error, a broken connection, or silence. */
class Passing extends Error {}

/** All objects below an address, which is taken for a folder, in the order of their keys. */
export async function* objectsBelow(address: string, patience = usual): AsyncGenerator<ListedObject> {
  const { bucket, key } = named(address);
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  for (let token: string | null | undefined; token !== null; ) {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      ...(prefix === '' ? {} : { prefix }),
      ...(token === undefined ? {} : { 'continuation-token': token }),
    };
    const page = await repeated(address, patience, async (again) =>
      Buffer.from(await bodyOf(await again({ bucket, key: '', query }))).toString('utf8'),
    );
    // Loaded here: every worker thread loads this module, and hardly one reads a listing.
    const { DOMParser } = await import('linkedom');
    const xml = new DOMParser().parseFromString(page, 'text/xml');
    const text = (parent: { querySelector(name: string): { textContent: string | null } | null }, name: string) =>
      parent.querySelector(name)?.textContent ?? '';
    if (!xml.querySelector('ListBucketResult'))
      throw new UserError(
        `The service answered the listing of ${address} with something else than ListObjectsV2 describes`,
      );
    const encoded = text(xml, 'EncodingType') === 'url';
    for (const each of xml.querySelectorAll('Contents')) {
      const own = text(each, 'Key');
      const whole = encoded ? decodeURIComponent(own.replaceAll('+', ' ')) : own;
      yield { name: whole.slice(prefix.length), bytes: Number(text(each, 'Size')) };
    }
    const next = text(xml, 'NextContinuationToken');
    token = text(xml, 'IsTruncated') === 'true' && next !== '' ? next : null;
  }
}

/** The size of an object in bytes, or undefined if there is none. */
export async function objectSize(address: string, patience = usual): Promise<number | undefined> {
  const at = named(address);
  try {
    return await repeated(address, patience, async (again) =>
      Number((await again({ ...at, method: 'HEAD' })).response.headers.get('content-length')),
    );
  } catch (error) {
    if (error instanceof NoObject) return undefined;
    throw error;
  }
}

/** The bytes from `at`; fewer than `bytes` at the end of the object. */
export function objectPart(address: string, at: number, bytes: number, patience = usual): Promise<Uint8Array> {
  const place = named(address);
  return repeated(address, patience, async (again) => {
    const answer = await again({ ...place, headers: { range: `bytes=${at}-${at + bytes - 1}` } });
    if (answer.response.status === 416) return new Uint8Array(0);
    if (answer.response.status !== 206) throw noRanges(address, answer);
    return bodyOf(answer);
  });
}

/** The bytes of an object, piece by piece. A broken connection is taken up where it broke; the object must be the same then. */
export async function* objectStream(address: string, patience = usual): AsyncGenerator<Uint8Array> {
  const place = named(address);
  let at = 0;
  let etag: string | null = null;
  for (let failed = 0; ; ) {
    try {
      const headers: Record<string, string> =
        at === 0 ? {} : { range: `bytes=${at}-`, ...(etag ? { 'if-match': etag } : {}) };
      const answer: Answer = await repeated(address, patience, (again) => again({ ...place, headers }));
      if (answer.response.status === 416) return;
      if (at > 0 && answer.response.status !== 206) throw noRanges(address, answer);
      etag ??= answer.response.headers.get('etag');
      for await (const piece of piecesOf(answer)) {
        at += piece.length;
        failed = 0;
        yield piece;
      }
      return;
    } catch (error) {
      if (!(error instanceof Passing) || ++failed >= patience.attempts) throw said(address, error);
      await pause(patience, failed);
    }
  }
}

/** What is asked of the service. */
interface Ask {
  readonly bucket: string;
  readonly key: string;
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response whose body is still to be read; `alive` is called for each piece of it, `done` at its end. */
interface Answer {
  readonly response: Response;
  alive(): void;
  done(): void;
}

/** Does the work until it succeeds, fails for good, or has failed too often. */
async function repeated<T>(
  address: string,
  patience: Patience,
  work: (again: (ask: Ask) => Promise<Answer>) => Promise<T>,
): Promise<T> {
  for (let failed = 0; ; ) {
    try {
      return await work((ask) => request(address, ask, patience));
    } catch (error) {
      if (!(error instanceof Passing) || ++failed >= patience.attempts) throw said(address, error);
      await pause(patience, failed);
    }
  }
}

const pause = ({ pauseMillis }: Patience, failed: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, pauseMillis * 2 ** (failed - 1)));

const said = (address: string, error: unknown): unknown =>
  error instanceof Passing ? new UserError(`${address} cannot be read: ${error.message}; try again later`) : error;

async function request(address: string, ask: Ask, { silenceMillis }: Patience): Promise<Answer> {
  const { url, keys } = settings(ask);
  const { method = 'GET', headers = {} } = ask;
  const { AwsV4Signer } = await import('aws4fetch');
  const signed = await new AwsV4Signer({ ...keys, method, url: url.href, headers, service: 's3' }).sign();
  const silence = new AbortController();
  const clock = setTimeout(() => silence.abort(), silenceMillis);
  const answer = { alive: () => void clock.refresh(), done: () => clearTimeout(clock) };
  let response: Response;
  try {
    response = await fetch(signed.url, { method, headers: signed.headers, signal: silence.signal, redirect: 'manual' });
  } catch (error) {
    answer.done();
    throw broken(error);
  }
  if (response.ok || response.status === 416) return { response, ...answer };
  // Only the code of an error is used: its other parts can contain the access key.
  const body = Buffer.from(await bodyOf({ response, ...answer })).toString('utf8');
  throw failure(address, response.status, /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body)?.[1]);
}

/** The error for a status that is no success. */
function failure(address: string, status: number, code?: string): Error {
  const which = code ? `${status} ${code}` : `${status}`;
  if (status >= 500 || status === 429) return new Passing(`the service answered ${which}`);
  if (status === 404)
    return new NoObject(`No object ${address}: the service answered ${which}; check the bucket and the key`);
  if (status === 401 || status === 403)
    return new UserError(
      `Access to ${address} is refused (${which}); check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and the rights of that key`,
    );
  if (status === 412) return new UserError(`${address} was changed while it was read; start again`);
  if (status >= 300 && status < 400)
    return new UserError(`${address} is in another region (${which}); set AWS_REGION to the region of the bucket`);
  return new UserError(`The service refused to read ${address} (${which}); check AWS_REGION and the address`);
}

const noRanges = (address: string, answer: Answer): UserError => {
  answer.done();
  void answer.response.body?.cancel();
  return new UserError(`The service that holds ${address} ignores Range, so that no part of an object can be read`);
};

/** The error for a connection that failed; only its code is used, because its message contains the endpoint. */
function broken(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return new Passing('the service does not answer');
  if (!(error instanceof TypeError)) return error;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return new Passing(`no connection to the service${typeof code === 'string' ? ` (${code})` : ''}`);
}

async function* piecesOf({ response, alive, done }: Answer): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      alive();
      yield piece;
      alive();
    }
  } catch (error) {
    throw broken(error);
  } finally {
    done();
  }
}

async function bodyOf(answer: Answer): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(answer)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Bucket and key of an address. The sentence does not repeat the address: somebody may have written a password into it. */
function named(address: string): { bucket: string; key: string } {
  const parts = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(address);
  if (!parts) throw new UserError('Expected an address like s3://bucket/folder, without a user name, for the dataset');
  const key = parts[2] ?? '';
  if (key.split('/').some((part) => part === '.' || part === '..'))
    throw new UserError(`A part of ${address} is . or .., which the address of an object cannot have`);
  return { bucket: parts[1]!, key };
}

/** The address of a request, and what signs it. */
function settings({ bucket, key, query = {} }: Ask) {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey)
    throw new UserError(`No credentials for s3://${bucket}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`);
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || 'us-east-1';
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL;
  // A bucket with a dot has no certificate as a host of its own.
  const asPath = endpoint !== undefined || bucket.includes('.');
  const url = endpoint
    ? endpointUrl(endpoint)
    : new URL(`https://${asPath ? '' : `${bucket}.`}s3.${region}.amazonaws.com`);
  const path = [...(asPath ? [bucket] : []), ...(key === '' ? [] : key.split('/'))].map(escaped).join('/');
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  url.search = Object.entries(query)
    .map(([name, value]) => `${name}=${escaped(value)}`)
    .join('&');
  return { url, keys: { accessKeyId, secretAccessKey, region, ...(sessionToken ? { sessionToken } : {}) } };
}

function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search)
    throw new UserError('Expected an address like https://host:port for AWS_ENDPOINT_URL, without a user name');
  return url;
}

/** A part of a path or query, escaped as signature version 4 demands (RFC 3986). */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
