/** What an attacker reads out of one role's view of one message: plain data, filled in by the harness. */

/** The parts of a view that an attacker can compare. */
export interface MessageFeatures {
  /** Bytes of each kind of packet that the role saw; a kind that it did not see is omitted. */
  readonly sizes: ReadonlyMap<string, number>;
  /** A perceptual hash, or its first `bitsLength` bits, where the role saw it. */
  readonly bits?: Uint8Array | undefined;
  /** How many of the bits were seen; all of them by default. */
  readonly bitsLength?: number | undefined;
  /** Embedding of the picture, where the role saw the picture itself. */
  readonly embedding?: Float32Array | undefined;
  /** Everything that the view shows beside bits and picture, as one name: two views with the same name look alike. */
  readonly symbol?: string | undefined;
}

/** The channels an attacker may use, the fullest first. keyed: bits among messages of one symbol, which are far from all others. */
export const channels = ['embedding', 'keyed', 'bits', 'sizes', 'symbol'] as const;
export type Channel = (typeof channels)[number];

/** A message whose secret the attacker knows (training, gallery) or is to guess (test). */
export interface Labelled {
  readonly features: MessageFeatures;
  /** The secret: a topic, or a picture's id. */
  readonly label: string;
  /** The source picture. Copies of a picture say nothing about other pictures, so they never teach one another. */
  readonly group: string;
}

/** Whether a message has that channel. */
export function has(features: MessageFeatures, channel: Channel): boolean {
  if (channel === 'sizes') return features.sizes.size > 0;
  if (channel === 'keyed') return features.bits !== undefined && features.symbol !== undefined;
  return features[channel] !== undefined;
}
