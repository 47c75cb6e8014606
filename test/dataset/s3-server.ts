/**
 * A small service that speaks S3 to the reader: ListObjectsV2 in pages, GET with Range and If-Match, HEAD. It computes every signature itself,
 * from the specification (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), and can fail on demand.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The account that the service knows. */
export const account = {
  keyId: 'AKIDTESTKEY0000001',
  secret: 'test+secret/key0000000000000000000000001',
  token: 'test-session-token',
  region: 'eu-test-1',
};

export interface S3Server {
  readonly endpoint: string;
  readonly objects: Map<string, Uint8Array>;
  /** Every request that arrived: method and path. */
  readonly requests: string[];
  /** Answers the next requests in this way instead. */
  readonly fail: ('503' | '403' | 'hang' | 'cut' | 'no range' | 'garbage')[];
  close(): Promise<void>;
}

/** Starts it; `pageKeys` is the number of keys in a page of a listing. */
export async function s3Server(bucket: string, pageKeys = 3): Promise<S3Server> {
  const objects = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const fail: S3Server['fail'] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const failure = fail.shift();
    if (failure === 'hang') return;
    if (failure === '503') return error(response, 503, 'SlowDown');
    if (failure === '403') return error(response, 403, 'AccessDenied');
    if (failure === 'garbage') return response.end('<html>hello</html>');
    if (!isSigned(request)) return error(response, 403, 'SignatureDoesNotMatch');
    const url = new URL(request.url!, 'http://x');
    const [, of, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    if (of !== bucket) return error(response, 404, 'NoSuchBucket');
    const key = rest.join('/');
    if (key === '') return list(response, url.searchParams);
    const object = objects.get(key);
    if (!object) return error(response, 404, 'NoSuchKey');
    return send(request, response, object, failure);
  });

  function list(response: ServerResponse, query: URLSearchParams): void {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const keys = [...objects.keys()].sort().filter((key) => key.startsWith(prefix) && key > after);
    const page = keys.slice(0, pageKeys);
    const more = keys.length > page.length;
    const encoded = (key: string): string =>
      query.get('encoding-type') === 'url' ? encodeURIComponent(key).replaceAll('%20', '+') : key;
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><EncodingType>url</EncodingType><IsTruncated>${more}</IsTruncated>${page
        .map((key) => `<Contents><Key>${encoded(key)}</Key><Size>${objects.get(key)!.length}</Size></Contents>`)
        .join('')}${more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}</ListBucketResult>`,
    );
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    fail,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(request: IncomingMessage, response: ServerResponse, object: Uint8Array, failure?: string): void {
  const etag = `"${createHash('md5').update(object).digest('hex')}"`;
  if (request.headers['if-match'] && request.headers['if-match'] !== etag)
    return void error(response, 412, 'PreconditionFailed');
  const range = failure === 'no range' ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = Number(range?.[1] ?? 0);
  if (from >= object.length && range) return void error(response, 416, 'InvalidRange');
  const part = object.subarray(from, range?.[2] ? Number(range[2]) + 1 : undefined);
  response.writeHead(range ? 206 : 200, { 'content-length': part.length, etag });
  if (request.method === 'HEAD') response.end();
  else if (failure !== 'cut') response.end(part);
  else response.write(part.subarray(0, part.length / 2), () => response.destroy());
}

/** An error as S3 writes it, with the key id of the caller in it. */
function error(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status)
    .end(`<Error><Code>${code}</Code><AWSAccessKeyId>${account.keyId}</AWSAccessKeyId></Error>`);
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function isSigned({ method, url, headers }: IncomingMessage): boolean {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!match) return false;
  const [, keyId, date, region, signedHeaders, signature] = match as unknown as string[];
  if (keyId !== account.keyId || region !== account.region) return false;
  if (headers['x-amz-security-token'] !== account.token) return false;
  const names = signedHeaders!.split(';');
  if (!names.includes('host') || !names.includes('x-amz-date') || !names.includes('x-amz-security-token')) return false;
  const [path, query = ''] = url!.split('?') as [string, string?];
  const canonical = [
    method,
    path,
    query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signedHeaders,
    headers['x-amz-content-sha256'],
  ].join('\n');
  const text = [
    'AWS4-HMAC-SHA256',
    headers['x-amz-date'],
    `${date}/${region}/s3/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${account.secret}`, date!), region!), 's3'), 'aws4_request');
  return hmac(key, text).toString('hex') === signature;
}
