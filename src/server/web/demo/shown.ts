/** What a role saw, in the form in which a panel shows it: plain values that cross from the worker to the page. */
import type { MessageOutcome } from '../../../role/deployment.ts';
import type { View, ViewEntry } from '../../../role/view.ts';
import { decode } from '../../../role/wire.ts';
import { packetTitle } from '../../../schema/packet.ts';
import type { Tip } from '../../../schema/tip.ts';
import type { Role } from '../../../schema/vocabulary.ts';
import { fromUtf8 } from '../../../util/bytes.ts';
import { toHex } from '../../../util/hex.ts';

/** One thing that a role received, opened or worked out. */
export interface ShownEntry {
  readonly tick: number;
  readonly from: Role;
  readonly message: string;
  readonly type: ViewEntry['type'];
  readonly title: string;
  /** Length of all that crossed. */
  readonly bytes: number;
  /** The byte strings behind the header, by name. */
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly head: string }[];
  /** Whether the header says who wrote to whom, and when. */
  readonly endpoints: boolean;
  /** The picture, where it came in the clear or was opened. */
  readonly picture?: Uint8Array<ArrayBuffer> | undefined;
  /** Whether the hash of the picture is in it, as bytes or as the text of a report. */
  readonly hash: boolean;
  /** Of what a role worked out: whether it matched. */
  readonly outcome?: 'match' | 'clear' | undefined;
}

/** A role's view. */
export interface ShownRole {
  readonly role: Role;
  readonly entries: readonly ShownEntry[];
}

/** What became of a message, and what everybody saw since the beginning. */
export interface Shown {
  readonly roles: readonly ShownRole[];
  /** The last message sent; undefined before the first. */
  readonly message: string | undefined;
  readonly outcome: MessageOutcome | undefined;
  /** Messages sent so far. */
  readonly sent: number;
  readonly tips: number;
  /** Milliseconds that looking at the last picture took, wherever it was looked at. */
  readonly scanMillis: number;
  /** Pictures whose voucher the provider could open so far, under strategies with a threshold. */
  readonly opened: number;
  readonly rejected: readonly string[];
}

/** Bytes of a part that a panel shows. */
const headBytes = 20;

/** A picture in the clear goes by these names. */
const pictureParts: ReadonlySet<string> = new Set(['picture', 'plaintext']);

/** A view as it is shown. */
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

/** Whether a report to the curator names a hash. */
function namesHash(tip: Uint8Array | undefined): boolean {
  const { files } = JSON.parse(fromUtf8(tip ?? new Uint8Array(0))) as Tip;
  return files.some(({ perceptualHash }) => perceptualHash !== null);
}

/** A copy of its own: the original stays with the role. */
const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
