/**
 * Strategies say what is particular to them: no other file of the source knows one by its name, but for the defaults named here. So a new
 * strategy needs no change elsewhere.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { baseline } from '../../src/metric/tradeoff/answer.ts';
import { packetFacts } from '../../src/schema/packet-facts.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';

/** Files that may name strategies, and why. */
const allowed: Readonly<Record<string, string>> = {
  'src/server/web/demo/main.ts': 'the strategies that the demo offers first, and the one that it begins with',
  'src/metric/tradeoff/answer.ts': 'the model’s baseline; metrics are a layer below strategies',
};

/** Names that are words of their own: types of packets, a blob and a kind of key, a secret’s kind, an account. */
const alsoWords: ReadonlySet<string> = new Set([...Object.keys(packetFacts), 'escrow', 'psi', 'ghost']);

const names = Object.keys(strategies);
const root = join(import.meta.dirname, '..', '..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('src/strategy/'));

/** Names of strategies, or of their variants, that a text has in string literals or as keys; words of other meanings only beside 'strategy'. */
function namedIn(source: string): string[] {
  return source.split('\n').flatMap((line) => {
    if (/^\s*(\/?\*|\/\/)|^(import|export) .*from /.test(line)) return [];
    const literals = [...line.matchAll(/(['"`])([a-z0-9-]+)(?::[a-z]+)?\1/g)].map((match) => match[2]!);
    return literals.filter((name) => names.includes(name) && (!alsoWords.has(name) || /strateg|\.name\b/i.test(line)));
  });
}

describe('names of strategies', () => {
  test('files were found, and the search finds names', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(namedIn("if (strategy.name === 'psi') {")).toEqual(['psi']);
    expect(namedIn('const first = [\'client-list:warn\', "e2ee"];')).toEqual(['client-list', 'e2ee']);
    expect(namedIn("const open = blob(packet, 'escrow');\nimport x from './hybrid';")).toEqual([]);
  });

  test('are in no file outside the strategies, but those with a reason', () => {
    const found = files.filter((file) => namedIn(readFileSync(join(root, file), 'utf8')).length > 0);
    expect(found.sort()).toEqual(Object.keys(allowed).sort());
  });

  test('the baseline of the model is the strategy whose messages the provider reads', () => {
    expect(strategies[baseline].design).toMatchObject({ clear: true });
  });
});

describe('declared facts', () => {
  const all = Object.values<Strategy>(strategies);
  test('one strategy is the baseline of bytes, and it scans nothing', () => {
    const [only, ...others] = all.filter(({ bytesBaseline }) => bytesBaseline);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ declares: {}, proactive: false });
  });

  test('the strategy of single pictures decides as the one with a threshold does, and has none', () => {
    for (const { threshold, detector } of all) {
      if (!threshold) continue;
      const single = strategies[threshold.singlePicture as keyof typeof strategies] as Strategy;
      expect(single).toMatchObject({ detector });
      expect(single.threshold).toBeUndefined();
    }
  });

  test('the chain has one strategy per link', () => {
    const links = all.flatMap(({ chainLink }) => chainLink ?? []);
    expect([...links].sort()).toEqual(['entry', 'hash', 'outcome', 'picture']);
  });
});
