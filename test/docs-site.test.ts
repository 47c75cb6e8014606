/** The documentation site: no column without a sentence, no command or option that presend lacks, no page that the site would not find. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { columnsOf, plainMeanings, rowTypes } from '../scripts/docs/dictionary.ts';
import { chartTable, pageOf } from '../scripts/docs/pages.ts';
import { recordedTraffic } from '../scripts/docs/strategies.ts';
import { program } from '../src/cli/program.ts';
import { csvColumns } from '../src/report/csv-columns.ts';
import { strategies } from '../src/strategy/index.ts';

const root = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the data dictionary', () => {
  const plain = plainMeanings();
  const columns = rowTypes().flatMap(({ type }) =>
    columnsOf(type, plain).map((column) => ({ row: type.name, ...column })),
  );

  test('has a sentence for every column of rows: a description in the schema, or a line in docs/reference/columns.yaml', () => {
    expect(columns.length).toBeGreaterThan(400);
    expect(columns.filter(({ meaning }) => !meaning).map(({ row, name }) => `${row}.${name}`)).toEqual([]);
  });

  test('has no sentence for a column that is gone', () => {
    const known = new Set(columns.flatMap(({ row, name }) => [name, `${row}.${name}`]));
    expect(Object.keys(plain).filter((name) => !known.has(name))).toEqual([]);
  });

  test('has no sentence for a column of CSV files that no report writes', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('csv-columns.ts'))
      .map((name) => read(join('src', name)))
      .join('\n');
    // `distanceBits` and `thresholdBits` are put together from two parts.
    const unused = Object.keys(csvColumns).filter(
      (name) => !new RegExp(`'${name.replace(/Bits$/, '(Bits)?')}'`).test(sources),
    );
    expect(unused).toEqual([]);
  });
});

test('a chart is a table on the site, and a link to the file behind a generated page leads to the page', () => {
  expect(
    chartTable('flowchart LR\n  a["one<br>1"] --> b:::pure --> c["three"]\n  c -. "again" .-> a\n  classDef pure x\n'),
  ).toBe('| from | to |\n| --- | --- |\n| one 1 | b |\n| b | three |\n| three | one 1 (again) |');
  expect(() => chartTable('flowchart LR\n  a{why}\n')).toThrow('cannot show');
  const { text } = pageOf('docs/architecture.md', read('docs/architecture.md'), new Set(), new Set());
  expect(text).not.toContain('mermaid');
  expect(text).toContain('| experiment | kind run |');
  const linked = pageOf('docs/x.md', '[columns](reference/columns.yaml)', new Set(), new Set());
  expect(linked.text).toBe('[columns](/reference/data-dictionary)');
});

test('every diagram is of a strategy that exists', () => {
  const recorded = Object.keys(recordedTraffic());
  expect(recorded.length).toBeGreaterThan(15);
  expect(recorded.filter((name) => !Object.hasOwn(strategies, name))).toEqual([]);
});

/** The command that words reach, and the words that it leaves. */
function reached(command: Command, words: readonly string[]): [Command, readonly string[]] {
  const next = command.commands.find((each) => each.name() === words[0]);
  return next ? reached(next, words.slice(1)) : [command, words];
}

describe('commands in the documents', async () => {
  const all = await program();
  const documents = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];

  test.each(documents)('%s names commands and options that presend has', (document) => {
    const blocks = [...read(document).matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
    const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
    const wrong = lines.flatMap((line) =>
      [
        ...line.replace(/\s# .*$/, '').matchAll(/(?:^|[|;&] )(?:npm run (?:-s )?presend -- |presend )([^|;]+)/g),
      ].flatMap(([whole, rest]) => {
        const [command, words] = reached(
          all,
          rest!
            .replace(/"[^"]*"|'[^']*'/g, 'text')
            .trim()
            .split(/\s+/),
        );
        if (command === all && !words[0]?.startsWith('-')) return [whole];
        const options = command.options.flatMap(({ long, short }) => [long, short]);
        return words
          .filter((word) => word.startsWith('--') && !options.includes(word.split('=')[0]))
          .map((word) => `${whole}: ${word}`);
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a page of the site', () => {
  const pages = new Set(['README.md', 'docs/scale.md', 'experiments/orders/README.md']);
  const text = (markdown: string, files = new Set<string>()): string =>
    pageOf('docs/scale.md', markdown, pages, files).text;

  test('links to pages under their addresses, with anchors', () => {
    expect(text('[a](../README.md#pages) [b](../experiments/orders) [c](../experiments/orders/README.md)')).toBe(
      '[a](/index#pages) [b](/experiments/orders) [c](/experiments/orders)',
    );
    expect(text('[`code`](../README.md)')).toBe('[`code`](/index)');
  });

  test('leaves code, other hosts and anchors alone, and drops comments', () => {
    const same = '```md\n[a](../README.md)\n```\n[b](https://example.org) [c](#part)';
    expect(text(`<!-- note -->\n${same}`)).toBe(same);
  });

  test('brings the files that it links to; sources and folders become their text', () => {
    const files = new Set<string>();
    expect(
      text(
        '![plot](answer.png) [the inputs](../experiments/tradeoff/inputs.yaml) [deploy](../deploy) [src](../src/hash/pdq.ts)',
        files,
      ),
    ).toBe('![plot](/files/docs/answer.png) [the inputs](/files/experiments/tradeoff/inputs.yaml) deploy src');
    expect([...files]).toEqual(['docs/answer.png', 'experiments/tradeoff/inputs.yaml']);
  });

  test('may not link to what does not exist', () => {
    expect(() => text('[gone](gone.md)')).toThrow('docs/scale.md links to gone.md, which does not exist');
  });
});
