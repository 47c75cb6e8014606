/** Identifies a message to the services. Senders choose message ids, so an id alone is not unique across accounts. */
export interface MessageName {
  /** Account that sent it. */
  readonly sender: string;
  readonly message: string;
}

/** The name as one string, as a lookup key. */
export const nameOf = ({ sender, message }: MessageName): string => JSON.stringify([sender, message]);
