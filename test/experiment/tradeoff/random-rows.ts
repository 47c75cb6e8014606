/**
 * The rows of a trade-off run of any length, drawn instead of computed: every type, in the numbers and with the texts of a real run. The same rows
 * at each reading.
 */
import type { Experiment } from '../../../src/experiment/tradeoff/experiment.ts';
import { type TradeoffRow, tradeoffRows } from '../../../src/experiment/tradeoff/rows.ts';
import type { AttackRow, MessageRow } from '../../../src/schema/observation.ts';
import type { RowSource } from '../../../src/schema/row.ts';
import type { Content, Split } from '../../../src/schema/vocabulary.ts';
import { classifierDetectors } from '../../../src/score/thresholds.ts';
import { type Rng, seededRng } from '../../../src/util/rng.ts';

/** A run that is drawn. */
export interface RandomRun {
  readonly experiment: Experiment;
  readonly pictures: number;
  readonly seed: number;
  /** Pictures whose messages are attacked, at most; default 150. */
  readonly attacked?: number;
  /** Rows of a batch; default 2,000. */
  readonly batch?: number;
}

/** The rows as a source. */
export function randomRun(run: RandomRun): RowSource<TradeoffRow> {
  return {
    async *of<T extends TradeoffRow['row']>(...types: readonly T[]) {
      for (const { name } of tradeoffRows) {
        if (types.length > 0 && !types.includes(name as T)) continue;
        let batch: TradeoffRow[] = [];
        for (const row of rowsOf(run, name as TradeoffRow['row'])) {
          batch.push(row);
          if (batch.length < (run.batch ?? 2000)) continue;
          yield batch as Extract<TradeoffRow, { row: T }>[];
          batch = [];
        }
        if (batch.length > 0) yield batch as Extract<TradeoffRow, { row: T }>[];
      }
    },
  };
}

interface Picture {
  readonly picture: string;
  readonly group: string;
  readonly topic: string;
  readonly content: Content;
  readonly split: Split;
}

const topics = ['scene', 'chart', 'document', 'texture', 'landscape'] as const;

/** One picture in eight shows target content; a few share the group of the one before. */
function pictureAt(index: number, seed: number): Picture {
  const rng = seededRng(seed, `picture ${index}`);
  const share = rng.next();
  const content: Content = share < 0.1 ? 'listed' : share < 0.12 ? 'near' : share < 0.2 ? 'new' : 'innocent';
  return {
    picture: `generated/scenes/${String(index).padStart(8, '0')}.png`,
    group: `generated/scenes/${String(rng.next() < 0.1 ? index - (index % 4) : index).padStart(8, '0')}`,
    topic: content === 'innocent' ? rng.pick(topics) : 'drawing',
    content,
    split: rng.next() < 0.5 ? 'calibration' : 'evaluation',
  };
}

const isEdited = ({ content, split }: Picture): boolean => content === 'listed' && split === 'evaluation';
const cell = '0123456789abcdef';
const edits = ['resize(factor=0.5)', 'crop(fraction=0.05)', 'caption', 'watermark', 'screenshot'];

function* rowsOf(run: RandomRun, type: TradeoffRow['row']): Generator<TradeoffRow> {
  const { experiment, pictures, seed } = run;
  const { grid, messages } = experiment;
  const rng = seededRng(seed, type);
  const all = function* (): Generator<Picture> {
    for (let i = 0; i < pictures; i++) yield pictureAt(i, seed);
  };
  const nearest = (): string => `entry-${rng.int(1000)}`;
  const distance = (of: Picture, edit: string): number =>
    of.content === 'listed' && rng.next() < 0.9 ? rng.int(edit === 'none' ? 3 : 60) : 30 + rng.int(100);
  if (type === 'refused')
    for (let i = 0; i < pictures / 500; i++) yield { row: 'refused', picture: `broken/${i}.jpg`, reason: 'empty file' };
  if (type === 'match')
    for (const of of all())
      for (const hash of grid.hash)
        for (const transform of isEdited(of) ? ['none', ...edits, 'flip', 'blur(sigma=2)'] : ['none'])
          yield {
            ...{ row: 'match', cell, ...of, transform, hash },
            outcome:
              rng.next() < 0.01
                ? { state: 'refused', reason: 'too flat' }
                : {
                    ...{ state: 'scored', hex: `${rng.uint32()}`, quality: 100, nearest: nearest() },
                    distanceBits: Math.min(64, distance(of, transform)),
                    ...(of.content === 'listed' ? { ownBits: rng.int(64) } : {}),
                  },
          };
  if (type === 'classify')
    for (const of of all())
      for (const { classifier } of new Set(Object.values(classifierDetectors(messages, 1))))
        for (const transform of isEdited(of) ? ['none', ...edits] : ['none']) {
          const score = Math.fround(of.content === 'innocent' ? rng.next() * 0.8 : 0.3 + 0.7 * rng.next());
          yield {
            row: 'classify',
            cell,
            ...of,
            transform,
            classifier,
            outcome: { state: 'scored', scores: [score, score] },
          };
        }
  if (type === 'equality')
    for (const of of all())
      for (const transform of isEdited(of) ? ['none', ...edits] : ['none'])
        yield {
          ...{ row: 'equality', cell, ...of, transform },
          near: {
            hash: messages.hash,
            outcome: { state: 'scored', nearest: nearest(), distanceBits: distance(of, transform) },
          },
          equality: {
            hash: messages.equalityHash,
            outcome: { state: 'scored', equal: of.content === 'listed' && rng.next() < 0.6 ? nearest() : null },
          },
        };
  if (type === 'message')
    for (const strategy of grid.strategy) {
      let number = 0;
      for (const of of all())
        for (const transform of isEdited(of) ? ['none', ...edits] : ['none'])
          yield messageRow(
            { of, strategy, transform, purpose: 'scored', number: number++, accounts: messages.accounts },
            rng,
          );
      for (const of of attackedIn(run))
        yield messageRow(
          { of, strategy, transform: 'copy', purpose: 'attack', number: number++, accounts: messages.accounts },
          rng,
        );
    }
  if (type === 'view')
    for (const strategy of grid.strategy)
      for (const cohort of [1, 2])
        for (const role of ['relay', 'provider'] as const)
          for (const knowledge of ['content', 'hash', 'match'])
            yield {
              ...{ row: 'view', cell, strategy, role, when: 'end', knowledge, declared: 'flagged' },
              ...{ messages: 100, allowed: rng.int(50), found: rng.int(50), outside: 0 },
              ...(cohort > 1 ? { cohort } : {}),
            };
  if (type === 'traffic')
    for (const strategy of grid.strategy)
      for (const cohort of [1, 2])
        for (const [step, packet] of ['table', ...(cohort > 1 ? ['flag'] : []), 'envelope'].entries())
          yield {
            ...{ row: 'traffic', cell, strategy, step, phase: 'message', from: 'sender', to: 'relay', packet },
            ...{ crossings: 1 + rng.int(9), messages: rng.int(9), bytes: rng.int(1e6), medianBytes: rng.int(1000) },
            ...(cohort > 1 ? { cohort } : {}),
          };
  if (type === 'deployment')
    for (const strategy of grid.strategy)
      for (const cohort of [1, 2])
        yield {
          ...{
            row: 'deployment',
            cell,
            strategy,
            deviceBytes: rng.int(9999),
            hiddenCapacity: rng.int(50),
            rejected: rng.int(3),
          },
          ...(cohort > 1 ? { cohort } : {}),
        };
  if (type === 'attack')
    for (const strategy of grid.strategy) for (const of of attackedIn(run)) yield* attackRows(of, strategy, rng);
}

function* attackedIn({ pictures, seed, attacked = 150 }: RandomRun): Generator<Picture> {
  for (let i = 0; i < Math.min(pictures, attacked); i++) yield pictureAt(i, seed);
}

function* attackRows(of: Picture, strategy: string, rng: Rng): Generator<AttackRow> {
  const handed = rng.next() < 0.2;
  for (const role of ['relay', 'provider', 'curator'] as const)
    for (const secret of ['topic', 'identity'] as const)
      for (const control of [false, true])
        yield {
          ...{ row: 'attack', cell, strategy, role, when: 'end', secret, control },
          ...{ channel: rng.pick(['prior', 'sizes, k=1', 'bits, k=3']), picture: of.picture, group: of.group },
          truth: secret === 'topic' ? of.topic : of.picture,
          ...{ handed, success: rng.next() < (control ? 0.2 : 0.4), chance: secret === 'topic' ? 0.25 : 1 / 640 },
          ...(secret === 'identity' ? { candidates: 500 } : {}),
        };
}

/** What a message is about. */
interface Sent {
  readonly of: Picture;
  readonly strategy: string;
  readonly transform: string;
  readonly purpose: MessageRow['purpose'];
  readonly number: number;
  readonly accounts: number;
}

function messageRow({ of, strategy, transform, purpose, number, accounts }: Sent, rng: Rng): MessageRow {
  const detected = rng.next() < (of.content === 'listed' ? 0.8 : 0.02);
  const rare = rng.next();
  return {
    ...{ row: 'message', cell, ...of, transform, strategy, message: `m${String(number).padStart(5, '0')}`, purpose },
    sender: `account-${String(1 + rng.int(of.content === 'innocent' ? accounts : Math.ceil(accounts / 4))).padStart(3, '0')}`,
    recipient: `account-${String(1 + rng.int(accounts)).padStart(3, '0')}`,
    outcome:
      rare < 0.002
        ? { state: 'refused', reason: 'too large' }
        : {
            state: 'scored',
            scanned: rare < 0.01 ? 'refused' : detected ? 'match' : 'clear',
            ...{
              detected,
              delivered: true,
              warned: detected,
              flagged: detected,
              exposed: detected && rng.next() < 0.5,
            },
            tipped: detected && of.content !== 'innocent' && rng.next() < 0.9,
            pictureBytes: 20_000 + rng.int(80_000),
            // Server scanning sends pictures as they are; everything else is padded.
            sentBytes: strategy === 'server-scan' ? 20_000 + rng.int(80_000) : 131_072 + rng.int(8) * 97,
            receivedBytes: rng.int(5) * 33,
          },
  };
}
