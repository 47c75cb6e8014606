/** What an attacker reads out of one role's view of one message: plain data, filled in by the harness. */

/** The parts of a view that an attacker can compare. */
export interface MessageFeatures {
  /** Bytes of each kind of packet that the role saw; a kind that it did not see is left out. */
  readonly sizes: ReadonlyMap<string, number>;
  /** A perceptual hash, or its first `bitsLength` bits, where the role saw it. */
  readonly bits?: Uint8Array | undefined;
  /** How many of the bits were seen; all of them by default. */
  readonly bitsLength?: number | undefined;
  /** Embedding of the picture, where the role saw the picture itself. */
  readonly embedding?: Float32Array | undefined;
}

/** The channels an attacker may use, the fullest first. */
export const channels = ['embedding', 'bits', 'sizes'] as const;
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
export const has = (features: MessageFeatures, channel: Channel): boolean =>
  channel === 'sizes' ? features.sizes.size > 0 : features[channel] !== undefined;
