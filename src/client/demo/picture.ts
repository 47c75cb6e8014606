/** A picture that the demo may send. */
export interface DemoPicture {
  readonly id: string;
  readonly topic: string;
  /** What the demo calls it: on the list, target content that is not, or neither. */
  readonly called: 'listed' | 'new' | 'innocent';
  readonly bytes: Uint8Array<ArrayBuffer>;
}
