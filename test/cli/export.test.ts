/** What presend gives to others: a run as an RO-Crate, a dataset in Croissant; both whole, checkable, and without paths of this machine. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { writeFolder } from '../../src/cli/export.ts';
import { projectRoot } from '../../src/disk/project.ts';
import { yamlValue } from '../../src/util/plain-data.ts';
import { gif, putFiles } from '../dataset/make.ts';
import { scratch, testFolder } from '../harness/tiny.ts';
import { presend } from './presend.ts';

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

interface Entity {
  readonly '@id': string;
  readonly '@type': string;
  readonly [name: string]: unknown;
}

test('a crate that cannot be written whole leaves nothing behind, so that the same command can run again', async () => {
  const crate = join(await testFolder(), 'crate');
  const about = { bytes: 1, sha256: sha256('a') };
  const files = [
    { ...about, path: 'rows/a.txt', text: 'a' },
    { ...about, path: 'b.txt', from: join(crate, 'nowhere') },
  ];
  await expect(writeFolder(crate, files)).rejects.toThrow('ENOENT');
  await expect(readdir(crate)).rejects.toThrow('ENOENT');
  await mkdir(crate);
  await expect(writeFolder(crate, files)).rejects.toThrow('ENOENT');
  expect(await readdir(crate)).toEqual([]);
});

describe('presend export', () => {
  let folder: string;
  beforeAll(async () => {
    const made = await scratch();
    folder = made.path;
    const file = 'experiments/orders/experiment.yaml';
    const shipped = yamlValue(await readFile(join(projectRoot, file), 'utf8'), file) as object;
    const small = {
      ...shipped,
      strategies: ['server-scan', 'e2ee'],
      accounts: 4,
      messages: 60,
      messagesPerDay: { value: 1, source: 'assumed' },
      retentionDays: [10],
      orders: { backDays: 20, aheadDays: 15 },
      contentBytes: 64,
      paddingBytes: 128,
    };
    await writeFile(join(folder, 'small.yaml'), stringify(small));
    const { code, err } = await presend(
      'run',
      join(folder, 'small.yaml'),
      '--out',
      join(folder, 'run'),
      '--threads',
      '1',
    );
    expect([code, err]).toEqual([0, expect.any(String)]);
    // As a shell would have started it.
    const record = JSON.parse(await readFile(join(folder, 'run', 'run.json'), 'utf8')) as object;
    const command = `presend run ${join(folder, 'small.yaml')} --out ${join(folder, 'run')} --threads 1`;
    await writeFile(join(folder, 'run', 'run.json'), JSON.stringify({ ...record, command }));
    return made.remove;
  }, 60_000);

  const graph = async (crate: string): Promise<readonly Entity[]> =>
    (JSON.parse(await readFile(join(crate, 'ro-crate-metadata.json'), 'utf8')) as { '@graph': Entity[] })['@graph'];

  test('describes each file of the run with its size and SHA-256, and nothing else', async () => {
    const crate = join(await testFolder(), 'crate');
    const { code, out } = await presend(
      'export',
      join(folder, 'run'),
      '--crate',
      crate,
      '--licence',
      'CC-BY-4.0',
      '--author',
      'A. Researcher',
    );
    expect([code, out]).toEqual([0, expect.stringContaining('crate')]);
    const entities = await graph(crate);
    const files = entities.filter((each) => each['@type'] === 'File');
    const there = (await readdir(crate, { recursive: true, withFileTypes: true }))
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name).slice(crate.length + 1))
      .filter((name) => name !== 'ro-crate-metadata.json');
    expect(files.map((each) => each['@id']).sort()).toEqual(there.sort());
    expect(there).toEqual(
      expect.arrayContaining(['run.json', 'metrics.json', 'report.html', 'rows/order-00000.parquet']),
    );
    for (const each of files) {
      const data = await readFile(join(crate, each['@id']));
      expect([each.sha256, each.contentSize]).toEqual([sha256(data), String(data.length)]);
    }
    // Every reference leads to an entity.
    const ids = new Set(entities.map((each) => each['@id']));
    const named = [...JSON.stringify(entities).matchAll(/\{"@id":"([^"]+)"\}/g)].map(([, id]) => id!);
    expect(named.filter((id) => !ids.has(id) && id !== 'https://w3id.org/ro/crate/1.1')).toEqual([]);
    const of = (id: string): Entity => entities.find((each) => each['@id'] === id)!;
    expect(of('./').license).toEqual({ '@id': 'https://spdx.org/licenses/CC-BY-4.0' });
    expect(of('#seed').value).toMatch(/^\d+$/);
    expect(of('#author').name).toBe('A. Researcher');
  });

  test('keeps only the last part of paths of this machine', async () => {
    const crate = join(await testFolder(), 'crate');
    await presend('export', join(folder, 'run'), '--crate', crate);
    const record = await readFile(join(folder, 'run', 'run.json'), 'utf8');
    expect(record).toContain(folder);
    for (const name of ['ro-crate-metadata.json', 'run.json', 'report.html', 'report.md', 'metrics.json'])
      expect(await readFile(join(crate, name), 'utf8'), name).not.toContain(folder);
    expect((JSON.parse(await readFile(join(crate, 'run.json'), 'utf8')) as { command: string }).command).toContain(
      '--out …/run',
    );
  });

  test('a .zip file has the same files, and the same bytes each time', async () => {
    const out = await testFolder();
    await presend('export', join(folder, 'run'), '--crate', join(out, 'crate'));
    const zips: Buffer[] = [];
    for (const name of ['one.zip', 'other.zip']) {
      expect((await presend('export', join(folder, 'run'), '--crate', join(out, name))).code).toBe(0);
      zips.push(await readFile(join(out, name)));
    }
    expect(zips[0]!.equals(zips[1]!)).toBe(true);
    for (const [name, data] of Object.entries(unzipSync(zips[0]!)))
      expect(sha256(data), name).toBe(sha256(await readFile(join(out, 'crate', name))));
  });

  test('refuses a crate that exists, a file that contains a path, and a run that is not there', async () => {
    const out = await testFolder();
    await writeFile(join(out, 'there.zip'), '');
    expect(await presend('export', join(folder, 'run'), '--crate', join(out, 'there.zip'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('exists already'),
    });
    await writeFile(join(folder, 'run', 'note.csv'), `picture\n${resolve(folder, 'run')}/a.jpg\n`);
    const refused = await presend('export', join(folder, 'run'), '--crate', join(out, 'crate'));
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('note.csv contains')]);
    expect(await readdir(out)).toEqual(['there.zip']);
    expect((await presend('export', join(out, 'none'), '--crate', join(out, 'crate'))).code).toBe(3);
  });
});

describe('presend dataset croissant', () => {
  test('writes a table with the digest of each picture, and a description with that of the table', async () => {
    const folder = await testFolder();
    await putFiles(join(folder, 'pets'), {
      'cat/1.gif': gif('one'),
      'cat/2.gif': gif('two'),
      'dog/3.gif': gif('three'),
    });
    const out = join(folder, 'described');
    const words = ['dataset', 'croissant', join(folder, 'pets'), '--out', out, '--published', '2026-11-30'];
    const { code, err } = await presend(...words, '--licence', 'CC0-1.0');
    expect([code, err]).toEqual([0, expect.any(String)]);
    const table = await readFile(join(out, 'pictures.csv'), 'utf8');
    expect(table.split('\r\n')[1]).toBe(`cat/1.gif,cat,${table.split('\r\n')[1]!.split(',')[2]},${sha256(gif('one'))}`);
    const text = await readFile(join(out, 'croissant.json'), 'utf8');
    expect(text).not.toContain(folder);
    expect(JSON.parse(text)).toMatchObject({
      '@type': 'sc:Dataset',
      name: 'pets',
      license: 'https://spdx.org/licenses/CC0-1.0.html',
      datePublished: '2026-11-30',
      distribution: [{ contentUrl: 'pictures.csv', sha256: sha256(table) }],
    });
    expect((await presend(...words)).code).toBe(2);
    expect((await presend(...words.slice(0, -1), '2026-13-01', '--force')).code).toBe(2);
  });
});
