/** Dockerfile and compose.yaml: what they name exists, versions are pinned, nothing runs as root, and no secret is in them. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { program } from '../../src/cli/program.ts';
import { access } from '../../src/server/auth/access.ts';

const root = resolve(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** An image with a version of its own: a tag with at least two numbers, which nobody moves. */
const pinned = /^[a-z/]+:\d+\.\d+/;

describe('Dockerfile', () => {
  const lines = read('Dockerfile')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line));
  const words = (instruction: string): string[][] =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.split(' ').slice(1));
  const copied = words('COPY')
    .filter(([first]) => !first!.startsWith('--from'))
    .flatMap((each) => each.slice(0, -1));

  test('copies files that exist and that are sent to the builder', () => {
    expect(copied.length).toBeGreaterThan(10);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const sent = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(copied.filter((path) => !sent.includes(`!${path.replace('./', '')}`))).toEqual([]);
  });

  test('runs scripts of npm that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = lines.flatMap((line) => [...line.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('starts the program that the package names', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: { presend: string } };
    expect(read('Dockerfile')).toContain(`/app/${bin.presend}`);
    expect(words('ENTRYPOINT')).toEqual([['["presend"]']]);
  });

  test('pins its base, ends as another account than root, and has no secret', () => {
    const bases = words('FROM').map(([image]) => image!);
    expect(bases.length).toBe(2);
    for (const base of bases) expect(base).toMatch(pinned);
    expect(words('USER').at(-1)).toEqual(['node']);
    expect(lines.filter((line) => /^(ENV|ARG)/.test(line) && /password|secret|token|key/i.test(line))).toEqual([]);
  });

  test('sets variables that presend reads', () => {
    const set = words('ENV')
      .flat()
      .map((each) => each.split('=')[0]!);
    expect(set).toContain('PRESEND_CACHE');
    expect(read('src/disk/project.ts')).toContain('process.env.PRESEND_CACHE');
  });
});

/** Those keys of a service in the Compose specification (https://github.com/compose-spec/compose-spec/blob/main/05-services.md) that this file may use. */
const keys: ReadonlySet<string> = new Set(
  'build cap_drop command depends_on environment healthcheck image network_mode ports profiles read_only restart security_opt tmpfs user volumes'.split(
    ' ',
  ),
);

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

describe('compose.yaml', () => {
  const text = read('compose.yaml');
  const { services, volumes } = parse(text, { merge: true }) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };

  test('has services, database and workers, each with an image of a version and a health check', () => {
    expect(Object.keys(services)).toEqual(['database', 'serve', 'worker', 'tradeoff']);
    const { version } = JSON.parse(read('package.json')) as { version: string };
    for (const [name, { image, healthcheck, profiles }] of Object.entries(services)) {
      expect(image, name).toMatch(pinned);
      if (image.startsWith('presend:')) expect(image).toBe(`presend:${version}`);
      if (profiles === undefined) expect(healthcheck?.test[0], name).toBe('CMD');
    }
    for (const { depends_on = {} } of Object.values(services))
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(services[name]?.healthcheck, name).toBeDefined();
        expect(condition).toBe('service_healthy');
      }
  });

  test('starts commands that presend knows, with options that they have', async () => {
    const known = (await program()).commands;
    const commands = Object.values(services).flatMap(({ command }) => (command ? [command] : []));
    expect(commands.length).toBe(3);
    for (const [name, ...words] of commands) {
      const options = known.find((each) => each.name() === name)?.options.map(({ long }) => long);
      for (const word of words.filter((each) => each.startsWith('--'))) expect(options, name).toContain(word);
    }
  });

  test('gives its commands folders of a volume, an experiment that exists, and as many words as they take', async () => {
    const known = (await program()).commands;
    const mounted = Object.values(services).flatMap(({ volumes: each = [] }) => each.map((one) => one.split(':')[1]!));
    for (const { command = [] } of Object.values(services)) {
      const of = known.find((each) => each.name() === command[0]);
      const words = command.slice(1).filter((word, i, all) => !word.startsWith('--') && !all[i - 1]?.startsWith('--'));
      expect(words.length).toBeLessThanOrEqual(of?.registeredArguments.length ?? 0);
      for (const path of command.filter((word) => word.startsWith('/')))
        expect(mounted.some((folder) => path.startsWith(`${folder}/`))).toBe(true);
      if (command[0] === 'run') expect(existsSync(join(root, 'experiments', words[0]!, 'experiment.yaml'))).toBe(true);
    }
  });

  test('reaches the database under the name, account and port that it has', () => {
    const { POSTGRES_USER, POSTGRES_DB } = services.database!.environment!;
    expect(services.database!.healthcheck!.test).toEqual(expect.arrayContaining([POSTGRES_USER, POSTGRES_DB]));
    const inside = `postgres://${POSTGRES_USER}:\${DATABASE_PASSWORD:?set DATABASE_PASSWORD}@database:5432/${POSTGRES_DB}`;
    const [queue] = /postgres:[^\n]*@database[^\n]*/.exec(text)!;
    expect(queue).toBe(inside);
    for (const name of ['worker', 'tradeoff']) expect(services[name]!.command).toContain(inside);
    expect(services.serve!.environment!.DATABASE_URL).toMatch(
      new RegExp(`^postgres://${POSTGRES_USER}:.*/${POSTGRES_DB}$`),
    );
  });

  test('has only keys of the Compose specification', () => {
    expect(Object.keys(parse(text)).filter((key) => !/^(name|services|volumes|x-.*)$/.test(key))).toEqual([]);
    for (const [name, service] of Object.entries(services))
      expect(
        Object.keys(service).filter((key) => !keys.has(key)),
        name,
      ).toEqual([]);
  });

  test('asks for the health of the services where they are', () => {
    const { command = [], healthcheck } = services.serve!;
    const port = command[command.indexOf('--port') + 1];
    expect(healthcheck!.test.join(' ')).toContain(`http://127.0.0.1:${port}/health`);
    expect(Object.keys(access)).toContain('GET /health');
  });

  test('is open to this machine only', () => {
    for (const { ports = [] } of Object.values(services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    // What publishes no port and has the network of the machine listens on 127.0.0.1 by itself: --public needs a certificate.
    expect(services.serve!.network_mode).toBe('host');
    expect(services.serve!.command).not.toContain('--public');
    const [, published] = services.database!.ports![0]!.split(':');
    expect(services.serve!.environment!.DATABASE_URL).toContain(`@127.0.0.1:${published}/`);
  });

  test('has no password, and no power that it does not need', () => {
    expect(
      [...text.matchAll(/PASSWORD:? *([^\n]*)/g)].filter(
        ([, value]) => /^[^$\s]/.test(value!) && !/^(=\$|\}|\?)/.test(value!),
      ),
    ).toEqual([]);
    for (const address of text.match(/postgres:\/\/[^\s"]+/g)!)
      expect(address).toMatch(/^postgres:\/\/presend:\$\{DATABASE_PASSWORD:\?/);
    for (const [name, { image, read_only, cap_drop }] of Object.entries(services))
      if (image.startsWith('presend:')) {
        expect(read_only, name).toBe(true);
        expect(cap_drop, name).toEqual(['ALL']);
      }
  });

  test('writes to volumes that it declares, and gives presend variables that it reads', () => {
    const mounted = [...text.matchAll(/\["(\w+):\//g)].map(([, name]) => name!);
    expect(Object.keys(volumes)).toEqual(expect.arrayContaining(mounted));
    expect(Object.keys(services.serve!.environment!)).toEqual(['DATABASE_URL']);
    expect(read('src/cli/serve.ts')).toContain('process.env.DATABASE_URL');
  });
});
