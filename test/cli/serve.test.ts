/** `presend serve` as a process: services over sockets, what survives a stop, and how it refuses to be open to the world. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Refusal, ServiceClient } from '../../src/client/service-client.ts';
import { type SigningKeys, signingKeys, signRequest } from '../../src/client/signature.ts';
import { systemRandom } from '../../src/crypto/sodium.ts';
import { binary } from '../../src/match/format/binary.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { decode, encode } from '../../src/role/wire.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { fromHex } from '../../src/util/hex.ts';
import { envelope } from '../server/service-world.ts';
import { ended, presend, scratch, start } from './presend.ts';

const folder = scratch();
const runs = join(folder, 'runs');
mkdirSync(runs);
const data = join(folder, 'data');

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts the command and waits for its address. */
async function serving(...args: string[]) {
  const child = start(['serve', runs, '--port', '0', ...args]);
  started.push(child);
  const end = ended(child);
  const base = await new Promise<string>((done, failed) => {
    child.stdout?.once('data', (text: Buffer) => done(String(text).trim()));
    void end.then(({ err }) => failed(new Error(err)));
  });
  return { base, child, end };
}
const keyFile = (name: string): SigningKeys =>
  signingKeys(() => fromHex(readFileSync(join(data, 'keys', `${name}.key`), 'utf8').trim()));
const draft = (message: string) =>
  ({ type: 'envelope', message, strategy: 't', sender: 'alice', recipient: 'bob', sequence: 0, sentAt: 1 }) as const;

const [alice, bob] = [signingKeys(systemRandom), signingKeys(systemRandom)];

describe('serve', { timeout: 180_000 }, () => {
  test('takes messages over a socket, answers what it has begun when it is stopped, and goes on where it was', async () => {
    const first = await serving('--data', data);
    expect(first.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const [from, to] = [alice, bob].map((keys) => new ServiceClient({ base: first.base, keys })) as [
      ServiceClient,
      ServiceClient,
    ];
    expect(await from.register('alice')).toBe('new');
    expect(await to.register('bob')).toBe('new');
    expect(await from.postMessage(draft('m1'), { ciphertext: utf8('sealed') })).toBe('stored');
    expect(await from.postMessage(draft('m1'), { ciphertext: utf8('sealed') })).toBe('known');
    await expect(from.vouchers()).rejects.toThrow(Refusal);
    await expect(new ServiceClient({ base: first.base }).mailbox()).rejects.toMatchObject({ status: 401 });

    const slow = slowPost(first.base, envelope('slow'));
    await slow.begun;
    first.child.kill('SIGTERM');
    await new Promise((wait) => setTimeout(wait, 300));
    slow.finish();
    expect(await slow.status).toBe(201);
    const { code, err } = await first.end;
    expect(code).toBe(0);
    expect(err).toContain('Stopping.');
    expect(err).not.toMatch(/alice|bob|m1|slow/);

    const again = await serving('--data', data, '--quiet');
    const court = new ServiceClient({ base: again.base, keys: keyFile('court') });
    expect(await court.serve({ order: 'o', account: 'alice', from: 0, to: 9 })).toEqual({ state: 'new' });
    const reader = new ServiceClient({ base: again.base, keys: bob });
    const { packets, more } = await reader.mailbox();
    expect(packets.map(({ header }) => header.message)).toEqual(['m1', 'slow']);
    expect(more).toBe(false);
    expect(await reader.acknowledgeMail(packets.map(({ header }) => header as never))).toBe(2);
    expect((await reader.mailbox()).packets).toEqual([]);
    again.child.kill('SIGINT');
    const stopped = await again.end;
    expect([stopped.code, stopped.err]).toEqual([0, 'Stopping.\n']);
  });

  test('keeps secrets from other users, and keeps to keys that are there', async () => {
    const keys = join(data, 'keys');
    expect(readdirSync(keys).sort()).toEqual([
      'court.key',
      'court.pub',
      'curator.key',
      'curator.pub',
      'franking.key',
      'log.key',
      'provider.key',
      'provider.pub',
    ]);
    expect(statSync(data).isDirectory() && statSync(keys).mode & 0o077).toBe(0);
    for (const name of readdirSync(keys).filter((each) => each.endsWith('.key')))
      expect(statSync(join(keys, name)).mode & 0o077, name).toBe(0);
    const own = join(folder, 'own');
    mkdirSync(join(own, 'keys'), { recursive: true });
    writeFileSync(join(own, 'keys', 'court.pub'), 'what\n');
    const { code, err } = await presend('serve', runs, '--data', own);
    expect(code).toBe(2);
    expect(err).toMatch(/Expected 64 lower-case hexadecimal digits in .*court\.pub/);
    expect(existsSync(join(own, 'keys', 'court.key'))).toBe(false);
  });

  test.each(['0.0.0.0', '::', '192.168.1.2', 'example.org', '127.0.0.1.example.org', '::ffff:10.0.0.1', ''])(
    'refuses --host %j without --public',
    async (host) => {
      const { code, err } = await presend('serve', runs, '--data', data, '--host', host);
      expect(code).toBe(2);
      expect(err).toMatch(/to serve other machines, use --public, --tls-cert and --tls-key/);
    },
  );

  test('serves other machines over TLS alone', async () => {
    const pem = join(folder, 'x.pem');
    for (const options of [['--public'], ['--public', '--tls-cert', pem], ['--public', '--tls-key', pem]]) {
      const { code, err } = await presend('serve', runs, '--data', data, '--host', '0.0.0.0', ...options);
      expect([code, err]).toEqual([2, expect.stringContaining('--public needs --tls-cert and --tls-key')]);
    }
    const loose = await presend('serve', runs, '--data', data, '--tls-cert', pem, '--tls-key', pem);
    expect([loose.code, loose.err]).toEqual([2, expect.stringContaining('need --public')]);
    const missing = ['--public', '--tls-cert', pem, '--tls-key', pem];
    expect((await presend('serve', runs, '--data', data, ...missing)).err).toMatch(
      /There is no file '.*x\.pem'; give another one with --tls-cert/,
    );
    writeFileSync(pem, 'no certificate\n');
    const bad = await presend('serve', runs, '--data', data, ...missing);
    expect([bad.code, bad.err]).toEqual([2, expect.stringContaining('are not a certificate and its key')]);
  });

  const openssl = ['/usr/bin/openssl', '/usr/local/bin/openssl'].find((path) => existsSync(path));
  test.skipIf(!openssl)('with a certificate answers over TLS, and not without', async () => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const words = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
    execFileSync(openssl!, [...words, ...subject], { stdio: 'ignore' });
    const tls = ['--public', '--host', '0.0.0.0', '--tls-cert', cert, '--tls-key', key];
    const { base, child, end } = await serving('--data', data, '--quiet', ...tls);
    expect(base).toMatch(/^https:\/\/0\.0\.0\.0:\d+\/$/);
    const port = Number(new URL(base).port);
    const status = await new Promise((done, failed) =>
      httpsRequest(
        {
          port,
          path: '/health',
          host: 'localhost',
          servername: 'localhost',
          ca: readFileSync(cert),
          headers: { host: 'relay.example.org' },
        },
        (answer) => done(answer.resume().statusCode),
      )
        .on('error', failed)
        .end(),
    );
    expect(status).toBe(200);
    const plain = await new Promise((done) =>
      httpRequest({ port, path: '/health', host: '127.0.0.1' }, (answer) => done(answer.statusCode))
        .on('error', () => done('cut'))
        .end(),
    );
    expect(plain).toBe('cut');
    child.kill('SIGINT');
    expect((await end).code).toBe(0);
  });

  test('runs a strategy over its store: the set-up and the queue of the provider outlive it', async () => {
    const file = join(folder, 'list.presend');
    const facts = { name: 'listed', algorithm: 'pdq', bits: 256, version: 1 };
    writeFileSync(file, binary.write(hashList(facts, [{ id: 'entry', hash: new Uint8Array(32).fill(5) }])));
    const options = ['--data', data, '--strategy', 'private-membership', '--list', file, '--quiet'];
    const setUps: Buffer[] = [];
    for (const round of [0, 1]) {
      const { base, child, end } = await serving(...options);
      const device = new ServiceClient({ base, keys: alice });
      setUps.push(Buffer.from((await device.bytes('GET', '/set-up?account=alice'))!));
      const about = { ...draft('looked-up'), bits: 16 } as const;
      const query = encode({ ...about, type: 'bucket-query' }, { bits: new Uint8Array(2) });
      expect(decode((await device.bytes('POST', '/provider/packets', query))!)).toMatchObject({
        packet: { header: { type: 'encrypted-bucket', message: 'looked-up' } },
      });
      const flag = { ...draft('flagged'), type: 'flag', reason: 'classifier' } as const;
      expect(await device.postVoucher(flag, { picture: utf8('picture') })).toBe(round === 0 ? 'stored' : 'known');
      if (round === 1) {
        await new ServiceClient({ base, keys: keyFile('provider') }).bytes('POST', '/provider/reviews');
        const reports = await new ServiceClient({ base, keys: keyFile('curator') }).reports();
        expect(reports.map(({ tip }) => tip.reportId)).toEqual(['t/flagged']);
      }
      child.kill('SIGINT');
      expect((await end).code).toBe(0);
    }
    expect(setUps[1]).toEqual(setUps[0]);
  });

  test.each([
    [['--strategy', 'pigeon'], /pigeon/],
    [['--strategy', 'psi'], /psi compares with a list of lda-hash; give one with --list/],
    [['--list', 'list.presend'], /--list goes with --strategy/],
  ])('refuses %j in one sentence', async (options, sentence) => {
    const { code, err } = await presend('serve', runs, '--port', '0', '--data', data, ...options);
    expect([code, err]).toEqual([2, expect.stringMatching(sentence)]);
  });

  test('ports and folders that cannot be', async () => {
    expect((await presend('serve', runs, '--port', '65536')).code).toBe(2);
    expect((await presend('serve', runs, '--port', 'http')).code).toBe(2);
    expect((await presend('serve', join(folder, 'nothing'))).code).toBe(3);
  });
});

/** A post of which half is sent at first. */
function slowPost(base: string, body: Uint8Array) {
  const { host: authority } = new URL(base);
  const created = Math.floor(Date.now() / 1000);
  const parts = { method: 'POST', authority, target: '/relay/packets', body };
  const headers = {
    ...signRequest(parts, alice, { created, nonce: systemRandom(16) }),
    'content-type': 'application/octet-stream',
    'content-length': body.length,
  };
  const sent = httpRequest(new URL('/relay/packets', base), { method: 'POST', headers });
  const status = new Promise((done, failed) => {
    sent.on('response', (answer) => done(answer.resume().statusCode)).on('error', failed);
  });
  const begun = new Promise<void>((done) => {
    sent.write(body.subarray(0, 20), () => setTimeout(done, 200));
  });
  return { status, begun, finish: () => void sent.end(body.subarray(20)) };
}
