/** Every command explains itself, with two examples that its own parser takes. */
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';

/** Every command with the words that reach it. */
const commands = (command: Command, path: readonly string[] = []): [string, Command][] => [
  [path.join(' '), command],
  ...command.commands.flatMap((each) => commands(each, [...path, each.name()])),
];

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
};

const all = commands(await program());

test('the commands are there', () => {
  expect(all.map(([path]) => path)).toEqual([
    '',
    'run',
    'merge',
    'worker',
    'report',
    'compare',
    'figure',
    'card',
    'export',
    'rows',
    'tips',
    'tradeoff',
    'backtest',
    'reproduce',
    'validate',
    'hash',
    'match',
    'list',
    'list make',
    'list info',
    'list estimate',
    'list import',
    'list export',
    'list blind',
    'dataset',
    'dataset ls',
    'dataset info',
    'dataset make',
    'dataset croissant',
    'train',
    'challenge',
    'challenge export',
    'challenge score',
    'ls',
    'schema',
    'serve',
  ]);
});

describe.each(all)('presend %s --help', (path, command) => {
  const examples = helpOf(command).split('\nExamples:\n')[1]?.trimEnd().split('\n') ?? [];

  test('ends in two examples of that command', () => {
    expect(examples).toHaveLength(2);
    for (const example of examples) expect(example.startsWith(`  presend ${path}`), example).toBe(true);
  });

  test.each(examples)('%s is taken by the parser', async (example) => {
    const [, ...words] = example
      .replace(/ > \S+$/, '')
      .trim()
      .split(' ');
    let at: Command = await program();
    while (at.commands.length > 0) {
      const word = words.shift();
      at = at.commands.find((each) => each.name() === word)!;
    }
    const { unknown, operands } = at.parseOptions(words);
    expect(unknown).toEqual([]);
    expect(operands.length).toBeGreaterThanOrEqual(at.registeredArguments.filter(({ required }) => required).length);
  });

  test('exits with 0', async () => {
    const root = await program();
    root.configureOutput({ writeOut: () => undefined });
    for (const each of commands(root)) each[1].configureOutput({ writeOut: () => undefined });
    await expect(
      root.parseAsync([...path.split(' ').filter(Boolean), '--help'], { from: 'user' }),
    ).rejects.toMatchObject({
      exitCode: 0,
    });
  });
});
