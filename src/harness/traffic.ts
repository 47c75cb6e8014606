/** Who sent how many bytes to whom, phase by phase: read from the views, so that a sequence diagram shows a real run. */
import type { Deployment } from '../role/deployment.ts';
import type { Sighting } from '../role/view.ts';
import type { Phase, TrafficRow } from '../schema/observation.ts';
import type { Role } from '../schema/vocabulary.ts';
import { medianOrZero } from './timings.ts';

/** One kind of crossing: all packets of a type between two roles in a phase. */
interface Step {
  readonly phase: Phase;
  readonly from: Role;
  readonly to: Role;
  readonly packet: Sighting['type'];
  readonly sizes: number[];
  readonly messages: Set<string>;
}

/** Phases in the order in which a diagram draws them. */
const phases: readonly Phase[] = ['set-up', 'message', 'delivery', 'review', 'order'];

/** Follows a deployment: after each thing that is done to it, `ends` says which phase that was. */
export class TrafficMeter {
  readonly #views: Deployment['views'];
  readonly #steps = new Map<string, Step>();
  /** Keys of the steps of a phase, in order. */
  readonly #order = new Map<Phase, string[]>(phases.map((phase) => [phase, []]));
  /** How much of each view has been read. */
  readonly #read = new Map<Role, number>();

  constructor(views: Deployment['views']) {
    this.#views = views;
  }

  /** All that crossed since the last call belongs to this phase, except what is about no message while messages are sent: that is set-up. */
  ends(phase: Phase): void {
    const found = Object.values(this.#views).flatMap(({ role, sightings }) => {
      const from = this.#read.get(role) ?? 0;
      this.#read.set(role, sightings.length);
      return sightings.slice(from).map((sighting) => ({ to: role, sighting }));
    });
    const sequences = new Map<Phase, string[]>();
    for (const { to, sighting } of found.sort((a, b) => a.sighting.tick - b.sighting.tick)) {
      const { from, type: packet, message, bytes } = sighting;
      const late = phase === 'message' && message === '';
      const step: Step = { phase: late ? 'set-up' : phase, from, to, packet, sizes: [], messages: new Set() };
      const key = [step.phase, from, to, packet].join(' ');
      const known = this.#steps.get(key) ?? step;
      this.#steps.set(key, known);
      known.sizes.push(bytes.length);
      if (message !== '') known.messages.add(message);
      sequences.set(step.phase, [...(sequences.get(step.phase) ?? []), key]);
    }
    for (const [each, sequence] of sequences) merge(this.#order.get(each)!, sequence);
  }

  /** A row for each step, in order: set-up, what every message does, what some do, orders. */
  rows(about: Pick<TrafficRow, 'cell' | 'strategy'>): TrafficRow[] {
    return phases
      .flatMap((phase) => this.#order.get(phase)!)
      .map((key, step) => {
        const { phase, from, to, packet, sizes, messages } = this.#steps.get(key)!;
        return {
          row: 'traffic',
          ...about,
          step,
          phase,
          from,
          to,
          packet,
          crossings: sizes.length,
          messages: messages.size,
          bytes: sizes.reduce((sum, size) => sum + size, 0),
          medianBytes: medianOrZero(sizes),
        };
      });
  }
}

/** Puts the steps of a sequence that are new to the order behind the step that they followed, so that a rare step stands where it occurs. */
export function merge(order: string[], sequence: readonly string[]): void {
  let at = 0;
  for (const key of sequence) {
    const known = order.indexOf(key);
    if (known < 0) order.splice(at++, 0, key);
    else at = Math.max(at, known + 1);
  }
}
