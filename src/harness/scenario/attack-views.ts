/** The held-out attack on roles' views: it extracts features from the views, guesses secrets, and records every guess. */
import type { Labelled, MessageFeatures } from '../../attack/features.ts';
import {
  type AttackResult,
  identityAttack,
  shuffledIdentityAttack,
  shuffledTopicAttack,
  topicAttack,
} from '../../attack/nearest.ts';
import { hashPartOf } from '../../role/hash-part.ts';
import type { ViewEntry } from '../../role/view.ts';
import { blob, decoded } from '../../role/wire.ts';
import type { AttackRow } from '../../schema/observation.ts';
import { factsOf } from '../../schema/packet-facts.ts';
import type { Role } from '../../schema/vocabulary.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { MessageStore } from './message-store.ts';
import { type Examination, readable, type Sent, ViewReader } from './view-reader.ts';

/** Inputs of the attack. */
interface AttackContext extends Pick<Examination, 'cell' | 'strategy' | 'deployment' | 'sent'> {
  readonly seed: number;
  readonly store: MessageStore;
  readonly when: AttackRow['when'];
  /** Attacked roles; default: those of the service. */
  readonly roles?: readonly Role[];
}

/**
 * Topic: the attacker knows the calibration messages, and guesses the evaluation messages as sent. Identity: the attacker knows every
 * picture as sent once, and guesses which of them a second, smaller copy comes from. Each attack has a control with shuffled labels.
 */
export function attackViews(context: AttackContext): AttackRow[] {
  const reader = new ViewReader(context.deployment.views);
  return (context.roles ?? (['relay', 'provider', 'curator', 'court'] as const)).flatMap((role) => {
    const seen = (each: Sent): ViewEntry[] => reader.about(readable(role), each.planned.id);
    if (!context.sent.some((each) => seen(each).length > 0)) return [];
    const asSent = context.sent.filter(({ planned }) => planned.key === 'none');
    const copies = context.sent.filter(({ planned }) => planned.purpose === 'attack');
    const of = (messages: readonly Sent[], split: string): Sent[] =>
      messages.filter(({ picture }) => picture.split === split);
    const features = new Map(
      [...asSent, ...copies].map((each) => [each.planned.id, featuresOf(seen(each), context.store)]),
    );
    const labelled = (messages: readonly Sent[], label: (each: Sent) => string): Labelled[] =>
      messages.map((each) => ({
        features: features.get(each.planned.id)!,
        label: label(each),
        group: each.picture.group,
      }));
    const topic = (messages: readonly Sent[]) => labelled(messages, ({ picture }) => picture.topic);
    const identity = (messages: readonly Sent[]) => labelled(messages, ({ picture }) => picture.id);
    const rng = (name: string) =>
      seededRng(context.seed, `attack/${name}/${context.strategy.name}/${role}/${context.when}`);

    const disclosed = (each: Sent): boolean => context.when === 'end' && wasDisclosed(seen(each));
    const gallery = new Set(asSent.map(({ picture }) => picture.id));
    const candidates = new Set(
      [...asSent, ...copies].flatMap((each) =>
        gallery.has(each.picture.id) && !disclosed(each) ? [each.picture.id] : [],
      ),
    ).size;
    const [train, test] = [of(asSent, 'calibration'), of(asSent, 'evaluation')];
    const [probes, guessed] = [of(copies, 'calibration'), of(copies, 'evaluation')];
    const rows = (secret: AttackRow['secret'], control: boolean, targets: readonly Sent[], result: AttackResult) =>
      targets.map(
        ({ picture }, i): AttackRow => ({
          row: 'attack',
          cell: context.cell,
          strategy: context.strategy.name,
          role,
          when: context.when,
          secret,
          control,
          channel: result.guesses[i]!.channel,
          picture: picture.id,
          group: picture.group,
          truth: secret === 'topic' ? picture.topic : picture.id,
          handed: disclosed(targets[i]!),
          success: result.guesses[i]!.success,
          chance: result.chance,
          ...(secret === 'identity' ? { candidates } : {}),
        }),
      );
    return [
      ...rows('topic', false, test, topicAttack(topic(train), topic(test), rng('topic'))),
      ...rows('topic', true, test, shuffledTopicAttack(topic(train), topic(test), rng('topic control'))),
      ...rows(
        'identity',
        false,
        guessed,
        identityAttack(identity(asSent), identity(probes), identity(guessed), rng('identity')),
      ),
      ...rows(
        'identity',
        true,
        guessed,
        shuffledIdentityAttack(identity(asSent), identity(probes), identity(guessed), rng('identity control')),
      ),
    ];
  });
}

/** Whether the message of these entries was disclosed to the role. */
export const wasDisclosed = (entries: readonly ViewEntry[]): boolean =>
  entries.some(({ type }) => type === 'opened' || factsOf(type).discloses === true);

/** An attacker's features from a role's view of one message: packet sizes, hash bits, and the picture if it is there. */
export function featuresOf(entries: readonly ViewEntry[], store: MessageStore): MessageFeatures {
  const sizes = new Map<string, number>();
  let bits: Uint8Array | undefined;
  let bitsLength: number | undefined;
  let embedding: Float32Array | undefined;
  for (const { type, bytes } of entries) {
    sizes.set(type, (sizes.get(type) ?? 0) + bytes.length);
    const packet = type === 'opened' || type === 'learnt' ? undefined : decoded(bytes);
    const hash = blob(packet, 'hash');
    if (hash.length > 0) bits = hash;
    const part = packet && !bits ? hashPartOf(packet) : undefined;
    if (part) [bits, bitsLength] = [part.bits, part.length];
    const picture = type === 'opened' ? bytes : packet && pictureIn(packet.blobs);
    const file = picture && store.recognise(picture);
    if (file) {
      // Anybody who has the picture can hash and classify it.
      embedding = file.embedding;
      const { near } = file.facts.hashed;
      if (near.state === 'hashed') [bits, bitsLength] = [fromHex(near.hex), undefined];
    }
  }
  return { sizes, bits, bitsLength, embedding };
}

const pictureIn = (blobs: Readonly<Record<string, Uint8Array>>): Uint8Array | undefined =>
  blobs.picture ?? blobs.plaintext;
