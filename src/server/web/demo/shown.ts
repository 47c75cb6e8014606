/** A role's view in the form that a panel displays: plain values that cross from the worker to the page. */
import type { MessageOutcome } from '../../../role/deployment.ts';
import type { View, ViewEntry } from '../../../role/view.ts';
import { decode } from '../../../role/wire.ts';
import { packetTitle } from '../../../schema/packet.ts';
import type { Tip } from '../../../schema/tip.ts';
import type { Role } from '../../../schema/vocabulary.ts';
import { fromUtf8 } from '../../../util/bytes.ts';
import { toHex } from '../../../util/hex.ts';

/** One item that a role received, decrypted or computed. */
export interface ShownEntry {
  readonly tick: number;
  readonly from: Role;
  readonly message: string;
  readonly type: ViewEntry['type'];
  readonly title: string;
  /** Total bytes that crossed. */
  readonly bytes: number;
  /** The byte strings after the header, by name. */
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly head: string }[];
  /** Whether the header contains sender, recipient and time. */
  readonly endpoints: boolean;
  /** The picture, if it arrived unencrypted or was decrypted. */
  readonly picture?: Uint8Array<ArrayBuffer> | undefined;
  /** Whether it contains the picture's hash, as bytes or as text in a report. */
  readonly hash: boolean;
  /** For a computed item: whether it matched. */
  readonly outcome?: 'match' | 'clear' | undefined;
}

/** A role's view. */
export interface ShownRole {
  readonly role: Role;
  readonly entries: readonly ShownEntry[];
}

/** The outcome of a message, and everybody's views since the start. */
export interface Shown {
  readonly roles: readonly ShownRole[];
  /** The last message sent; undefined before the first. */
  readonly message: string | undefined;
  readonly outcome: MessageOutcome | undefined;
  /** Messages sent so far. */
  readonly sent: number;
  readonly tips: number;
  /** Milliseconds that scanning the last picture took, wherever it was scanned. */
  readonly scanMillis: number;
  /** Number of pictures whose voucher the provider could open so far, under threshold strategies. */
  readonly opened: number;
  readonly rejected: readonly string[];
}

/** Number of bytes of a part that a panel displays. */
const headBytes = 20;

/** Names of parts that hold an unencrypted picture. */
const pictureParts: ReadonlySet<string> = new Set(['picture', 'plaintext']);

/** A view in its displayed form. */
export const shownRole = ({ role, entries }: Pick<View, 'role' | 'entries'>): ShownRole => ({
  role,
  entries: entries.map(shown),
});

function shown({ tick, from, message, type, bytes }: ViewEntry): ShownEntry {
  const about = { tick, from, message, type, bytes: bytes.length, parts: [], endpoints: false, hash: false };
  if (type === 'opened') return { ...about, title: 'opened it with its own key', picture: copyOf(bytes) };
  if (type === 'learnt') {
    const outcome = fromUtf8(bytes) as 'match' | 'clear';
    return { ...about, title: `computed: ${outcome === 'match' ? 'it matches' : 'no match'}`, outcome };
  }
  const read = decode(bytes);
  if (!read.ok) return { ...about, title: 'bytes that are not a packet' };
  const { header, blobs } = read.packet;
  const picture = Object.entries(blobs).find(([name]) => pictureParts.has(name))?.[1];
  return {
    ...about,
    title: packetTitle(type),
    endpoints: 'sender' in header && 'recipient' in header,
    hash: type === 'tip' ? namesHash(blobs.tip) : 'hash' in blobs,
    parts: Object.entries(blobs).map(([name, part]) => ({
      name,
      bytes: part.length,
      head: toHex(part.subarray(0, headBytes)),
    })),
    ...(picture ? { picture: copyOf(picture) } : {}),
  };
}

/** Whether a report to the curator contains a hash. */
function namesHash(tip: Uint8Array | undefined): boolean {
  const { files } = JSON.parse(fromUtf8(tip ?? new Uint8Array(0))) as Tip;
  return files.some(({ perceptualHash }) => perceptualHash !== null);
}

/** An independent copy: the original stays with the role. */
const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
