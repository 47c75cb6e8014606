/** Mutual information of small alphabets, from samples: whether a message matched and what crossed; the topic and a coarse look at the rest. */
import { estimateInformation, type GroupedSample } from '../../metric/information-estimate.ts';
import type { Information } from '../../schema/leakage-metrics.ts';
import type { LeakViewRow, Secret } from '../../schema/leakage-rows.ts';
import { seededRng } from '../../util/rng.ts';
import { valuesOf } from '../leakage/column.ts';
import type { LeakRows } from './leakage-rows.ts';

/** Samples that a table asks for, by cell. */
const samplesPerCell = 20;

/** What is looked at, and how. */
interface Question {
  readonly view: LeakViewRow;
  readonly secret: Secret;
  readonly observable: string;
  readonly samples: readonly GroupedSample[];
}

/** One line for each view that can be looked at in a small alphabet. */
export function informations(rows: LeakRows): Information[] {
  const questions = rows.views.flatMap((view) => {
    const places = firstOfGroups(rows, view);
    const traffic = view.when === 'end' && ['network', 'relay', 'provider'].includes(view.adversary);
    return [...(traffic ? [byPackets(rows, view, places)] : []), byLook(rows, view, places)];
  });
  // Many views are alike, such as a relay's under all strategies: the same samples give the same figure.
  const known = new Map<string, ReturnType<typeof estimateInformation>>();
  const estimate = (samples: readonly GroupedSample[]): ReturnType<typeof estimateInformation> => {
    const key = JSON.stringify(samples);
    const found = known.get(key) ?? estimateInformation(samples, seededRng(rows.experiment.seed, 'leak/information'));
    known.set(key, found);
    return found;
  };
  return questions.flatMap(({ view, secret, observable, samples }): Information[] => {
    const { strategy, adversary, when } = view;
    const found = estimate(samples);
    if (!found) return [];
    const { low, high, plugInBits, permutation, chiSquare, standing, views, n } = found;
    const cells = views * new Set(samples.map((each) => each.secret)).size;
    return [
      {
        strategy,
        adversary,
        when,
        secret,
        observable,
        standing,
        cells,
        n,
        asked: samplesPerCell * cells,
        applies: n >= samplesPerCell * cells,
        plugInBits,
        bits: { estimate: found.estimate, low, high, method: `${found.correction}; ${found.method}` },
        permutation,
        chiSquare,
        // Shuffles cannot show a probability as small as many tests ask for: they confirm what the asymptotic test says.
        aboveZero: permutation < 0.05 && chiSquare < 0.05 / questions.length,
      },
    ];
  });
}

/** Places in the view of one message of every group. */
function firstOfGroups({ messages }: LeakRows, view: LeakViewRow): number[] {
  const groups = new Set<string>();
  return [...view.messages.keys()].filter((i) => {
    const { group } = messages[view.messages[i]!]!;
    const isNew = !groups.has(group);
    groups.add(group);
    return isNew;
  });
}

const groupOf = ({ messages }: LeakRows, view: LeakViewRow, i: number): string => messages[view.messages[i]!]!.group;

function byPackets(rows: LeakRows, view: LeakViewRow, places: readonly number[]): Question {
  const matched = rows.fates(view.strategy)?.matched ?? [];
  const shapes = valuesOf(view.shape, view.messages.length);
  return {
    view,
    secret: 'traffic',
    observable: 'packets',
    samples: places.map((i) => ({
      secret: String(matched[view.messages[i]!]),
      view: shapes[i]!,
      group: groupOf(rows, view, i),
    })),
  };
}

/** The first bits of the hash where some were seen, else the size: as many classes as the number of messages bears. */
function byLook(rows: LeakRows, view: LeakViewRow, places: readonly number[]): Question {
  const topicOf = (i: number): string => rows.messages[view.messages[i]!]!.topic;
  const topics = new Set(places.map(topicOf)).size;
  const most = Math.max(2, Math.floor(places.length / (samplesPerCell * Math.max(1, topics))));
  const bits = valuesOf(view.bits, view.messages.length);
  const seen = places.some((i) => bits[i] !== '');
  const count = 2 ** Math.floor(Math.log2(Math.min(16, most)));
  const sizes = valuesOf(view.sizes, view.messages.length).map(total);
  const sorted = places.map((i) => sizes[i]!).sort((a, b) => a - b);
  const cuts = Array.from({ length: count - 1 }, (_, j) => sorted[Math.floor(((j + 1) * sorted.length) / count)]!);
  const look = (i: number): string =>
    seen
      ? bits[i] === ''
        ? 'none'
        : String(Number.parseInt(bits[i]!.slice(0, 1), 16) >> (4 - Math.log2(count)))
      : String(cuts.filter((cut) => sizes[i]! >= cut).length);
  return {
    view,
    secret: 'topic',
    observable: seen
      ? `first ${count === 2 ? 'bit' : `${Math.log2(count)} bits`} of the hash`
      : `size, in up to ${count} classes`,
    samples: places.map((i) => ({ secret: topicOf(i), view: look(i), group: groupOf(rows, view, i) })),
  };
}

/** Sum of the sizes in a list such as 'sender>relay envelope 16400, relay>provider clear 5'. */
const total = (sizes: string): number =>
  sizes === '' ? 0 : sizes.split(', ').reduce((sum, each) => sum + Number(each.slice(each.lastIndexOf(' '))), 0);
