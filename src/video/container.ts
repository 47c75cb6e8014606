/**
 * What a video file is, from its first bytes and its table of tracks, before any decoder sees it: the container, the coding of its
 * pictures, their declared size and number, and whether the file lacks its end. The extension of a file's name is ignored.
 */
import { containerOf, kindOf } from '../image/signatures.ts';
import { RefusedError } from '../util/errors.ts';
import { matroskaFacts } from './matroska.ts';
import { mp4Facts } from './mp4.ts';
import type { Source } from './source.ts';
import type { TrackFacts } from './track-facts.ts';

/** The containers that are read, by the name of their reader in ffmpeg. */
export type VideoContainer = 'matroska' | 'mov' | 'avi' | 'mpegts' | 'mpeg' | 'flv' | 'asf' | 'ogg';

/** A container and its facts. */
export interface VideoFacts extends TrackFacts {
  readonly container: VideoContainer;
}

/** Bytes that identify a container; an MPEG transport stream repeats a sign every 188 (or 192) bytes. */
const headBytes = 4096;

const starts: readonly (readonly [text: string, container: VideoContainer])[] = [
  ['\x1a\x45\xdf\xa3', 'matroska'],
  ['FLV\x01', 'flv'],
  ['\0\0\x01\xba', 'mpeg'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'asf'],
  ['OggS', 'ogg'],
];

/** The facts of a video. Throws a RefusedError if it is no video, has no pictures, or lacks its end. */
export function factsOf(source: Source): VideoFacts {
  const container = videoContainer(source.read(0, headBytes));
  const facts =
    container === 'matroska'
      ? matroskaFacts(source)
      : container === 'mov'
        ? mp4Facts(source)
        : { tracks: undefined, truncated: false };
  if (facts.truncated) throw new RefusedError('truncated: the file ends before its video does');
  if (facts.tracks?.video === 0)
    throw new RefusedError(facts.tracks.all === 0 ? 'a video file without tracks' : 'no pictures: it has sound only');
  return { container, ...facts };
}

/** Whether the first bytes are those of a video. */
export const isVideo = (head: Uint8Array): boolean => knownContainer(head) !== undefined;

function videoContainer(head: Uint8Array): VideoContainer {
  const container = knownContainer(head);
  if (container) return container;
  const picture = containerOf(head);
  if (picture) throw new RefusedError(`not a video: a ${picture} picture`);
  const kind = kindOf(head);
  throw new RefusedError(
    kind && 'other' in kind
      ? `not a video: ${kind.other}`
      : 'not a video: neither WebM, Matroska, MP4, QuickTime, AVI, MPEG, FLV, Windows Media nor Ogg',
  );
}

function knownContainer(head: Uint8Array): VideoContainer | undefined {
  const text = String.fromCharCode(...head.subarray(0, 512));
  const found = starts.find(([start]) => text.startsWith(start));
  if (found) return found[1];
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'AVI ') return 'avi';
  if (['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(text.slice(4, 8))) {
    const kind = kindOf(head);
    return kind && !('other' in kind) ? undefined : 'mov';
  }
  const isTransport = [
    [0, 188],
    [4, 192],
  ].some(([at, step]) => [0, 1, 2, 3].every((i) => head[at! + i * step!] === 0x47));
  return isTransport ? 'mpegts' : undefined;
}
