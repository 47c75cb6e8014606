/** The rows of clips, in every run that sends some. */
import { type Static, Type } from 'typebox';
import { rowType } from './row.ts';
import { Content, Split } from './vocabulary.ts';

/** A hash of a frame, hex; `refused` says why it is not trusted: a low-information frame, most of all, is too flat to be told from others. */
export const FrameHash = Type.Object({
  hex: Type.String(),
  quality: Type.Number({ description: '0 to 100' }),
  refused: Type.Optional(Type.String()),
});
export type FrameHash = Static<typeof FrameHash>;

/** What a device computes of a frame: its hash for each use, and the classifier's score of the label where one is used. */
export const FrameFacts = Type.Object({
  near: FrameHash,
  equality: FrameHash,
  second: FrameHash,
  score: Type.Optional(Type.Number()),
});
export type FrameFacts = Static<typeof FrameFacts>;

/** The edit of a clip as it is. */
export const asIs = 'none';

const about = {
  clip: Type.String(),
  topic: Type.String(),
  content: Content,
  edit: Type.String({ description: "'none': the clip as it is" }),
};

/** A clip after an edit, as its sender's device sees it. */
export const ClipRow = Type.Object({
  row: Type.Literal('clip'),
  ...about,
  split: Split,
  kind: Type.String({ description: 'what happens in it: pan, cuts, slides, captioned, zoom' }),
  seconds: Type.Number({ description: 'of the clip as it is' }),
  bytes: Type.Integer({ description: 'of the file' }),
  sha256: Type.String({ description: 'of the file' }),
  frames: Type.Array(FrameFacts, { description: 'the frames of the largest number that is looked at, in their order' }),
});
export type ClipRow = Static<typeof ClipRow>;

/** A clip that was sent under a strategy. */
export const SentClipRow = Type.Object({
  row: Type.Literal('sent-clip'),
  strategy: Type.String(),
  looked: Type.Integer({ description: 'frames that were scanned' }),
  ...about,
  scanned: Type.Enum(['none', 'match', 'clear', 'refused']),
  dismissed: Type.Optional(
    Type.Boolean({ description: 'it matched, and a second opinion cleared every frame that did; left out where not' }),
  ),
  reports: Type.Integer({ description: 'reports about it that reached the curator' }),
  packets: Type.Integer({ description: 'from sender to services, for the scan alone' }),
  sentBytes: Type.Integer({ description: 'of these packets' }),
  receivedBytes: Type.Integer({ description: 'of the answers' }),
  clipBytes: Type.Integer({ description: 'of the packet with the clip itself' }),
});
export type SentClipRow = Static<typeof SentClipRow>;

export const clipRow = rowType(ClipRow, ({ clip, edit }) => [clip, edit]);
export const sentClipRow = rowType(SentClipRow, ({ strategy, looked, clip, edit }) => [strategy, looked, clip, edit]);
