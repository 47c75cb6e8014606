/** Identifies a message to the services. Senders choose message ids, so an id alone is not unique across accounts. */
export interface MessageName {
  /** Account that sent it. */
  readonly sender: string;
  readonly message: string;
}

/** The name as one string, as a lookup key. */
export const nameOf = ({ sender, message }: MessageName): string => JSON.stringify([sender, message]);

/** Name of a part of a message that is scanned as a picture of its own, from 0: its packets, flags and reports bear it. */
export const partName = (message: string, part: number): string => `${message}#${part + 1}`;
