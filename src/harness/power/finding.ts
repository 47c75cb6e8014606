/** What a power gave to whoever has it. */
import { equalBytes } from '../../util/bytes.ts';
import type { SceneMessage } from './stage.ts';

/** Pictures that were opened, and messages of which it is said that they show something on a list. */
export interface Finding {
  /** Ids of messages whose picture was got, byte by byte. */
  readonly opened: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
  /** List entries that a key shows to who holds the pictures. */
  readonly listed?: { readonly k: number; readonly n: number };
  /** Made-up reports that pass as proved. */
  readonly forged?: { readonly k: number; readonly n: number };
}

export const nothing: ReadonlySet<string> = new Set();

/** The ids under which a picture was got, each held against what was sent. Throws on a picture that nobody sent. */
export function verified(
  pictures: ReadonlyMap<string, Uint8Array>,
  messages: readonly SceneMessage[],
): ReadonlySet<string> {
  const sent = new Map(messages.map(({ planned, picture }) => [planned.id, picture]));
  for (const [id, picture] of pictures) {
    const right = sent.get(id);
    if (!right || !equalBytes(picture, right)) throw new Error(`A key opened ${id} to what was not sent`);
  }
  return new Set(pictures.keys());
}
