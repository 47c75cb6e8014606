/** Changes to requests: before they are signed, so that what is behind the signature sees them, and after, so that it does not. */
import { concatBytes, fromUtf8, u32, utf8 } from '../../src/util/bytes.ts';
import { frame, unframe } from '../../src/util/framing.ts';
import type { Rng } from '../../src/util/rng.ts';
import type { Plain, SentRequest } from '../server/service-world.ts';

/** Values that programs stumble over. */
const nasty: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  -0,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\uffff',
  '../..',
  "'; drop table messages; --",
  '%00',
  '𝒳'.repeat(70),
  'x'.repeat(5000),
  [],
  {},
  [[]],
  JSON.parse('{"__proto__":null,"constructor":1}'),
  'victim',
  'provider',
  'court',
  'bob',
  '1e3',
  'NaN',
  '-Infinity',
];

/** A copy of JSON with one value changed, left out or added, somewhere. */
function spoiltJson(rng: Rng, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && rng.int(4) > 0) {
    const at = rng.int(value.length);
    if (rng.int(6) === 0) return [...value, ...Array<unknown>(1 + rng.int(400)).fill(value[at])];
    return value.map((each, i) => (i === at ? spoiltJson(rng, each) : each));
  }
  if (value !== null && typeof value === 'object' && rng.int(5) > 0) {
    const entries = Object.entries(value);
    if (entries.length > 0) {
      const at = rng.int(entries.length);
      const [name, each] = entries[at]!;
      const kind = rng.int(6);
      if (kind === 0) return Object.fromEntries(entries.filter((_, i) => i !== at));
      if (kind === 1) return { ...value, [rng.pick(['__proto__', 'x', `${name} `, 'constructor'])]: rng.pick(nasty) };
      return { ...value, [name]: spoiltJson(rng, each) };
    }
  }
  return rng.pick(nasty);
}

/** Bytes with some of them flipped, taken out, repeated or added. */
export function spoiltBytes(rng: Rng, bytes: Uint8Array): Uint8Array {
  const out = [...bytes.subarray(0, 20_000)];
  for (let changes = 1 + rng.int(4); changes > 0; changes--) {
    const at = rng.int(out.length + 1);
    const kind = rng.int(4);
    if (kind === 0 && at < out.length) out[at] = out[at]! ^ (1 << rng.int(8));
    else if (kind === 1) out.splice(at, 1 + rng.int(20));
    else if (kind === 2) out.splice(at, 0, ...rng.bytes(1 + rng.int(20)));
    else out.splice(at, 0, ...out.slice(at, at + rng.int(50)));
  }
  return Uint8Array.from(out);
}

/** JSON that costs whoever reads it more than its bytes say: many names, or much inside of much. */
function costly(rng: Rng): string {
  const many = 10 ** rng.int(6);
  const [open, close] = rng.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  return rng.int(2) === 0
    ? `{"blobs":{${Array.from({ length: many }, (_, i) => `"${i}":0`).join(',')}}}`
    : `{"blobs":{},"x":${open.repeat(many)}1${close.repeat(many)}}`;
}

function spoiltPacket(rng: Rng, bytes: Uint8Array): Uint8Array {
  if (rng.int(20) === 0) {
    const head = utf8(costly(rng));
    return concatBytes(u32(head.length), head);
  }
  const framed = unframe(bytes);
  if (!framed.ok || rng.int(3) === 0) return spoiltBytes(rng, bytes);
  const { blobs: _, ...header } = framed.header as { blobs: unknown };
  if (rng.int(4) > 0) return frame(spoiltJson(rng, header) as object, framed.blobs);
  const names = Object.keys(framed.blobs);
  const name = rng.pick([...names, 'escrow', '__proto__', 'x']);
  const blob = rng.pick([
    new Uint8Array(0),
    rng.bytes(rng.int(200)),
    spoiltBytes(rng, framed.blobs[name] ?? utf8('x')),
  ]);
  return frame(header, { ...framed.blobs, [name]: blob });
}

function spoiltUrl(rng: Rng, url: string): string {
  const spoilt = urlWithFault(rng, url);
  // What the test's own client cannot send is left to the requests that are spoilt as bytes.
  return URL.canParse(spoilt, 'http://localhost') ? spoilt : `${url}%`;
}

function urlWithFault(rng: Rng, url: string): string {
  const kind = rng.int(6);
  const piece = encodeURIComponent(`${JSON.stringify(rng.pick(nasty))}`.replace(/[\ud800-\udfff]/g, '?')).slice(
    0,
    3000,
  );
  if (kind === 0) return url.replace(/=[^&]*/, `=${piece}`);
  if (kind === 1)
    return `${url}${url.includes('?') ? '&' : '?'}${rng.pick(['most', 'x', 'after', '__proto__', 'skip[]'])}=${piece}`;
  if (kind === 2) return url.replace(/\/[^/?]*(?=$|\?|\/messages)/, `/${piece}`);
  if (kind === 3) return url.replace('/', rng.pick(['//', '/./', '/../', '/%2e%2e/', '/%ff/', '/runs/..%2f']));
  if (kind === 4) return `${url}/${piece}`;
  const at = 1 + rng.int(url.length);
  return (
    url.slice(0, at) + rng.pick(['%', '%0', '%zz', '#', ';', '\\', '%00', '%E0%A4%A', '?', '&&', '=']) + url.slice(at)
  );
}

/** The request changed before it is signed. */
export function spoiltPlain(rng: Rng, plain: Plain): Plain {
  const kind = rng.int(8);
  if (kind === 0) return { ...plain, method: rng.pick(['GET', 'POST', 'PUT', 'DELETE']) };
  if (kind === 1 || plain.body === undefined) return { ...plain, url: spoiltUrl(rng, plain.url) };
  if (kind === 2) {
    const types = [
      'application/json',
      'application/octet-stream',
      'text/plain',
      'multipart/form-data',
      '',
      'application/json; charset=x',
    ];
    return { ...plain, headers: { 'content-type': rng.pick(types) } };
  }
  if (plain.body instanceof Uint8Array) return { ...plain, body: spoiltPacket(rng, plain.body) };
  if (kind === 3)
    return {
      ...plain,
      body: spoiltBytes(rng, utf8(JSON.stringify(plain.body))),
      headers: { 'content-type': 'application/json' },
    };
  if (rng.int(20) === 0) return { ...plain, body: utf8(costly(rng)), headers: { 'content-type': 'application/json' } };
  return { ...plain, body: spoiltJson(rng, plain.body) };
}

/** The request changed on its way. */
export function spoiltSent(rng: Rng, request: SentRequest): SentRequest {
  const kind = rng.int(5);
  if (kind === 0 && request.payload.length > 0) return { ...request, payload: spoiltBytes(rng, request.payload) };
  if (kind === 1) return { ...request, url: spoiltUrl(rng, request.url) };
  const name = rng.pick(Object.keys(request.headers));
  const text = request.headers[name]!;
  const spoilt = fromUtf8(spoiltBytes(rng, utf8(text)).map((byte) => 32 + (byte % 94)));
  if (kind === 2) {
    const { [name]: _, ...headers } = request.headers;
    return { ...request, headers };
  }
  const value = kind === 3 ? spoilt : text + rng.pick([',', ' ', ';x=1', `, ${text}`, '"', ':']);
  return { ...request, headers: { ...request.headers, [name]: value } };
}
