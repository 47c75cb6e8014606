/** The documents name files that exist, and the picture of the layers shows what the layer test allows. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs/architecture.md',
  'docs/detectors.md',
  'docs/challenge.md',
  'bench/README.md',
];

describe.each(documents)('%s', (document) => {
  const text = read(document);

  test('names only files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|scripts|bench|models|experiments|datasets|docs)\/[^`\s]*)`/g)]
      .map((match) => match[1]!)
      // What commands make is not there in a fresh checkout.
      .filter((path) => !/[<>…*]|\.cache|\/dist\b/.test(path));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('links only to files that exist', () => {
    const linked = [...text.matchAll(/\]\(([^)#]+)/g)]
      .map((match) => match[1]!)
      .filter((path) => !/^[a-z]+:/.test(path));
    expect(linked.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
  });

  test('names only scripts of npm that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

/** Every layer with the layers directly below it, and the pure ones, as the layer test has them. */
function layers(): { below: [string, string[]][]; pure: string[] } {
  const source = read('test/layers.test.ts');
  const words = (text: string): string[] => [...text.matchAll(/'([a-z ]+)'/g)].map((match) => match[1]!);
  const table = /const layers: [^=]* = \{\n([\s\S]*?)\n\};/.exec(source)?.[1] ?? '';
  const below = [...table.matchAll(/^ {2}'?([a-z][a-z ]*?)'?: (\[[^\]]*\])/gm)].map(
    ([, name, list]): [string, string[]] => [name!, words(list!)],
  );
  return { below, pure: words(/const pure\b[^=]*= (\[[\s\S]*?\]);/.exec(source)?.[1] ?? '') };
}

/** A name as Mermaid takes it: an identifier, with the name as its label where it has a space. */
const node = (name: string): string => (name.includes(' ') ? `${name.replaceAll(' ', '-')}["${name}"]` : name);
const identifier = (name: string): string => name.replaceAll(' ', '-');

/** The layers as a Mermaid flowchart: the highest first, an arrow to each layer directly below. */
function picture(): string {
  const { below, pure } = layers();
  return [
    '```mermaid',
    'flowchart TB',
    ...[...below]
      .reverse()
      .flatMap(([name, others]) => [
        `  ${node(name)}${pure.includes(name) ? ':::pure' : ''}`,
        ...others.map((other) => `  ${identifier(name)} --> ${identifier(other)}`),
      ]),
    '  classDef pure stroke-width:3px',
    '```',
  ].join('\n');
}

describe('docs/architecture.md', () => {
  test('shows the layers as the layer test has them; `vitest -u` draws them again', async () => {
    expect(layers().below.length).toBeGreaterThan(15);
    expect(layers().pure.length).toBeGreaterThan(5);
    const text = read('docs/architecture.md');
    const drawn = text.replace(
      /(<!-- layers: .* -->\n)[\s\S]*?(<!-- \/layers -->)/,
      (_, start: string, end: string) => `${start}${picture()}\n${end}`,
    );
    await expect(drawn).toMatchFileSnapshot('../docs/architecture.md');
  });

  test('describes every layer', () => {
    const text = read('docs/architecture.md');
    const missing = layers().below.filter(([name]) => !new RegExp(`^\\| .*\`${name}\`.* \\|`, 'm').test(text));
    expect(missing.map(([name]) => name)).toEqual([]);
  });
});
