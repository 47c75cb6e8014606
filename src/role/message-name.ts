/** What names a message to the services. Senders choose ids by themselves, so an id alone names nothing: another account can use it too. */
export interface MessageName {
  /** Account that sent it. */
  readonly sender: string;
  readonly message: string;
}

/** The name as one string, to look things up by. */
export const nameOf = ({ sender, message }: MessageName): string => JSON.stringify([sender, message]);
