/** Describes what a role can infer from what it saw of one message. Uses only the role's view, and the strategy's declaration. Pure. */
import { factsOf } from '../../../schema/packet-facts.ts';
import type { Knowledge, Role } from '../../../schema/vocabulary.ts';
import { Knowledge as KnowledgeSchema } from '../../../schema/vocabulary.ts';
import type { Declaration } from '../../../strategy/strategy.ts';
import type { ShownEntry } from './shown.ts';

/** One fact that a role knows. */
export interface Inference {
  readonly knows: Knowledge | 'endpoints' | 'key';
  readonly text: string;
}

/** The fields of a strategy that this module uses. */
interface DeclaredStrategy {
  readonly declares: Declaration;
}

const texts: Readonly<Record<Knowledge, string>> = {
  content: 'the picture itself, and everything that it shows',
  hash: 'its perceptual hash: fit to be compared with any list, now or later',
  prefix: 'the first bits of its hash: this excludes most other pictures, but does not identify it',
  bucket: 'some bits of its hash, a few of them deliberately wrong',
  match: 'that it matched',
};

/** What a role can infer about a message from its view; empty if nothing. */
export function inferences(role: Role, seen: readonly ShownEntry[], strategy: DeclaredStrategy): readonly Inference[] {
  const has = (holds: (each: ShownEntry) => boolean): boolean => seen.some(holds);
  const type = (...types: readonly ShownEntry['type'][]): boolean => has((each) => types.includes(each.type));
  const found: Inference[] = [];
  const add = (knows: Inference['knows'], text: string): void => void found.push({ knows, text });
  const size = seen.find((each) => each.type === 'envelope');
  if (has(({ endpoints }) => endpoints))
    add('endpoints', `who wrote to whom, and when${size ? '; the padding hides its exact size' : ''}`);
  const content = has(({ picture }) => picture !== undefined);
  if (content) add('content', texts.content);
  const hash = has((each) => each.hash);
  if (hash) add('hash', texts.hash);
  if (type('tip')) add('endpoints', 'what the report says: whose message it was, and when it was sent');
  for (const part of ['prefix', 'bucket'] as const)
    if (has((each) => factsOf(each.type).hashPart === part)) add(part, texts[part]);
  const learnt = seen.find(({ outcome }) => outcome !== undefined)?.outcome;
  if (learnt) add('match', learnt === 'match' ? texts.match : 'that it did not match');
  else if (has((each) => factsOf(each.type).tellsMatch === true)) add('match', texts.match);
  else if (content && role !== 'sender' && role !== 'recipient')
    add('match', 'whether it matches: it can look for anything in it');
  else if (hash) add('match', 'whether it matches: it can compare the hash');
  else if (strategy.declares[role]?.match === 'all') add('match', 'from silence: that it did not match');
  return found;
}

/** A strategy's declaration for a role, as one sentence. */
export function declaredText(role: Role, { declares }: DeclaredStrategy): string {
  const declared = Object.entries(declares[role] ?? {}).filter(([, extent]) => extent !== 'none');
  if (declared.length === 0) return 'declared: nothing of any picture';
  const order: readonly string[] = KnowledgeSchema.enum;
  const sorted = declared.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return `declared: ${sorted.map(([knowledge, extent]) => `${knowledge} of ${extents[extent]}`).join(', ')}`;
}

const extents = {
  none: 'no message',
  flagged: 'messages that match',
  reported: 'messages that users report',
  ordered: 'messages that a court orders',
  all: 'every message',
} as const;
