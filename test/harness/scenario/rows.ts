/** Observations made by hand: one builder a kind of row, with defaults for everything that a test is not about. */
import type { AnyRow } from '../../../src/experiment/index.ts';
import type {
  AttackRow,
  ClassifyRow,
  EqualityRow,
  MatchRow,
  MessageRow,
  ViewRow,
} from '../../../src/schema/observation.ts';
import type { RefusedRow } from '../../../src/schema/row.ts';
import type { Content, Split } from '../../../src/schema/vocabulary.ts';

/** A picture that rows are about. */
export interface Subject {
  readonly picture: string;
  readonly group: string;
  readonly topic: string;
  readonly content: Content;
  readonly split: Split;
}

/** A picture of its own group. */
export const subject = (content: Content, split: Split, number: number, more: Partial<Subject> = {}): Subject => ({
  picture: `${content}/${split}/${number}.jpg`,
  group: `${content}/${split}/${number}`,
  topic: content === 'innocent' ? 'scene' : 'drawing',
  content,
  split,
  ...more,
});

/** So many pictures. */
export const subjects = (content: Content, split: Split, count: number, more: Partial<Subject> = {}): Subject[] =>
  Array.from({ length: count }, (_, i) => subject(content, split, i, more));

export const refused = (picture: string, reason: string): RefusedRow => ({ row: 'refused', picture, reason });

/** A picture at a distance to the list; a text instead of a distance is why there is none. */
export const match = (
  of: Subject,
  distance: number | string,
  more: Partial<MatchRow> & { ownBits?: number } = {},
): MatchRow => {
  const { ownBits, ...rest } = more;
  return {
    row: 'match',
    cell: 'cell',
    ...of,
    transform: 'none',
    hash: 'pdq',
    outcome:
      typeof distance === 'string'
        ? { state: 'refused', reason: distance }
        : {
            state: 'scored',
            hex: '00',
            quality: 100,
            nearest: 'entry',
            distanceBits: distance,
            ...(ownBits === undefined ? {} : { ownBits }),
          },
    ...rest,
  };
};

/** A picture with its score for the label at index 1. */
export const classify = (of: Subject, score: number, more: Partial<ClassifyRow> = {}): ClassifyRow => ({
  row: 'classify',
  cell: 'cell',
  ...of,
  transform: 'none',
  classifier: 'tiny-colours',
  outcome: { state: 'scored', scores: [1 - score, score] },
  ...more,
});

/** A picture as sent, at a distance to the list, and the entry whose equality hash it shares; a text or undefined: refused. */
export const equality = (
  of: Subject,
  distance: number | string,
  equal: string | null | undefined,
  more: Partial<EqualityRow> = {},
): EqualityRow => ({
  row: 'equality',
  cell: 'cell',
  ...of,
  transform: 'none',
  near: {
    hash: 'pdq',
    outcome:
      typeof distance === 'string'
        ? { state: 'refused', reason: distance }
        : { state: 'scored', nearest: 'entry', distanceBits: distance },
  },
  equality: {
    hash: 'phash',
    outcome: equal === undefined ? { state: 'refused', reason: 'no hash' } : { state: 'scored', equal },
  },
  ...more,
});

type Facts = Omit<Extract<MessageRow['outcome'], { state: 'scored' }>, 'state'>;

/** A message of which nothing came but that it arrived. */
export const message = (
  of: Subject,
  strategy: string,
  facts: Partial<Facts> = {},
  more: Partial<Omit<MessageRow, 'outcome'>> = {},
): MessageRow => ({
  row: 'message',
  cell: 'cell',
  ...of,
  transform: 'none',
  strategy,
  message: `m-${of.picture}-${more.transform ?? 'none'}`,
  purpose: 'scored',
  sender: 'account-001',
  recipient: 'account-002',
  ...more,
  outcome: {
    state: 'scored',
    scanned: 'clear',
    detected: false,
    delivered: true,
    warned: false,
    flagged: false,
    exposed: false,
    tipped: false,
    pictureBytes: 1000,
    sentBytes: 4096,
    receivedBytes: 0,
    ...facts,
  },
});

export const view = (strategy: string, more: Partial<ViewRow> = {}): ViewRow => ({
  row: 'view',
  cell: 'cell',
  strategy,
  role: 'provider',
  when: 'end',
  knowledge: 'content',
  declared: 'none',
  messages: 10,
  allowed: 0,
  found: 0,
  outside: 0,
  ...more,
});

export const attack = (strategy: string, success: boolean, more: Partial<AttackRow> = {}): AttackRow => ({
  row: 'attack',
  cell: 'cell',
  strategy,
  role: 'provider',
  when: 'end',
  secret: 'topic',
  control: false,
  channel: 'sizes, k=1',
  picture: 'a.jpg',
  group: 'a',
  truth: 'scene',
  handed: false,
  success,
  chance: 0.25,
  ...more,
});

/** `count` rows of one kind. */
export const times = <R extends AnyRow>(count: number, make: (index: number) => R): R[] =>
  Array.from({ length: count }, (_, i) => make(i));
