/** The folder of keys: what is refused in it, and that several servers may begin in it at once. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { readKeys } from '../../src/server/auth/keys.ts';
import { startable, workerExecArgv } from '../../src/util/worker-loader.ts';

const root = mkdtempSync(join(tmpdir(), 'presend-keys-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const made = async (): Promise<string> => {
  const folder = join(root, `${folders++}`);
  await readKeys(folder);
  return folder;
};

describe.skipIf(process.platform === 'win32')('audit: modes of secrets', () => {
  test.each([0o666, 0o644, 0o640, 0o620, 0o601])('a secret of mode %o is refused, with what to do', async (mode) => {
    for (const name of ['log.key', 'franking.key']) {
      const folder = await made();
      chmodSync(join(folder, name), mode);
      await expect(readKeys(folder)).rejects.toThrow(
        `${join(folder, name)} holds a secret key, and other users may read or write it (mode 0${mode.toString(8)}); make a new key if they did; then run chmod 600`,
      );
    }
  });

  test.each([0o600, 0o400])('a secret of mode %o is read', async (mode) => {
    const folder = await made();
    chmodSync(join(folder, 'log.key'), mode);
    expect((await readKeys(folder)).made).toEqual([]);
  });

  test('new secrets have mode 0600', async () => {
    const folder = await made();
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.key')))
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });
});

test('audit: public keys of low order, and such as are no point, are refused', async () => {
  const bad = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `ec${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `02${'00'.repeat(31)}`,
  ];
  for (const name of ['provider', 'curator', 'court'])
    for (const key of bad) {
      const folder = await made();
      writeFileSync(join(folder, `${name}.pub`), `${key}\n`);
      await expect(readKeys(folder), `${name} ${key}`).rejects.toThrow(/\.pub holds no valid Ed25519 public key/);
    }
});

test('audit: one key for two roles, or for a role and the log, is refused', async () => {
  const two = await made();
  copyFileSync(join(two, 'court.pub'), join(two, 'provider.pub'));
  await expect(readKeys(two)).rejects.toThrow('provider and court have the same key');
  const log = await made();
  copyFileSync(join(log, 'court.key'), join(log, 'log.key'));
  await expect(readKeys(log)).rejects.toThrow('log and court have the same key');
});

test('audit: three first starts at once agree on the keys', async () => {
  const folder = join(root, 'at once');
  const module = JSON.stringify(startable(new URL('../../src/server/auth/keys.ts', import.meta.url)));
  const program = `const { readKeys } = await import(${module});
    const { made, ...keys } = await readKeys(${JSON.stringify(folder)});
    console.log(JSON.stringify([made.length, Buffer.from(keys.frankingKey).toString('hex'), keys.roleKeys]));`;
  const started = [1, 2, 3].map(() =>
    promisify(execFile)(process.execPath, [...workerExecArgv(), '--input-type=module', '-e', program]),
  );
  const answers = (await Promise.all(started)).map(({ stdout }) => JSON.parse(stdout) as [number, string, object]);
  expect(answers.map(([count]) => count).sort()).toEqual([0, 0, 8]);
  for (const [, franking, roles] of answers) expect([franking, roles]).toEqual(answers[0]!.slice(1));
  expect(readFileSync(join(folder, 'franking.key'), 'utf8').trim()).toBe(answers[0]![1]);
  expect(readdirSync(folder).filter((name) => !/\.(?:key|pub)$/.test(name))).toEqual([]);
}, 60_000);
