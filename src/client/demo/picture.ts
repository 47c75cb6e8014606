/** A picture that the demo can send. */
export interface DemoPicture {
  readonly id: string;
  readonly topic: string;
  /** Its role in the demo: on the list, target content that is not listed, or neither. */
  readonly called: 'listed' | 'new' | 'innocent';
  readonly bytes: Uint8Array<ArrayBuffer>;
}
