/** MP4 and QuickTime (ISO 14496-12): which tracks a file has, and whether it is complete. A file is a row of boxes: size, type, content. */
import { unsigned } from './matroska.ts';
import type { Source } from './source.ts';
import type { TrackFacts } from './track-facts.ts';

/** Largest index that is read, in bytes: that of a day of video at 30 frames per second has about 30 MiB. */
const largestIndex = 2 ** 26;
/** Number of boxes of a file that are walked through; a live recording has one or two a second. */
const mostBoxes = 100_000;

const latin = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** Codings by the four letters of their sample entries. */
const codecs: Readonly<Record<string, string>> = {
  avc1: 'H.264',
  avc3: 'H.264',
  hvc1: 'H.265',
  hev1: 'H.265',
  av01: 'AV1',
  vp08: 'VP8',
  vp09: 'VP9',
  mp4v: 'MPEG-4',
};

/** The facts of an MP4 or QuickTime file. */
export function mp4Facts(source: Source): TrackFacts {
  let tracks: Omit<TrackFacts, 'truncated'> = { tracks: undefined };
  let at = 0;
  for (let boxes = 0; at + 8 <= source.size && boxes < mostBoxes; boxes++) {
    const box = boxAt(source.read(at, 16), 0, source.size - at);
    if (!box) break;
    if (at + box.size > source.size) return { ...tracks, truncated: true };
    if (box.type === 'moov' && box.size <= largestIndex)
      tracks = tracksIn(source.read(at + box.headBytes, box.size - box.headBytes));
    at += box.size;
  }
  return { ...tracks, truncated: tracks.tracks === undefined };
}

interface Box {
  readonly type: string;
  /** Size with the head, in bytes. */
  readonly size: number;
  readonly headBytes: number;
}

/** The box at an offset; size 0 means up to the end, 1 that a longer size follows. Undefined if it is none. */
function boxAt(bytes: Uint8Array, at: number, rest: number): Box | undefined {
  const short = unsigned(bytes, at, at + 4);
  const type = latin(bytes, at + 4, at + 8);
  const headBytes = short === 1 ? 16 : 8;
  const size = short === 0 ? rest : short === 1 ? unsigned(bytes, at + 8, at + 16) : short;
  return size >= headBytes ? { type, size, headBytes } : undefined;
}

/** The contents of the boxes in a content, by type, up to the first that does not fit. */
function* boxesIn(content: Uint8Array): Generator<readonly [type: string, content: Uint8Array]> {
  for (let at = 0; at + 8 <= content.length; ) {
    const box = boxAt(content, at, content.length - at);
    if (!box || at + box.size > content.length) return;
    yield [box.type, content.subarray(at + box.headBytes, at + box.size)];
    at += box.size;
  }
}

/** The first box at the end of a path of types. */
function boxIn(content: Uint8Array, ...path: readonly string[]): Uint8Array | undefined {
  const [type, ...rest] = path;
  if (type === undefined) return content;
  for (const [found, inner] of boxesIn(content)) if (found === type) return boxIn(inner, ...rest);
  return undefined;
}

function tracksIn(index: Uint8Array): Omit<TrackFacts, 'truncated'> {
  const all = [...boxesIn(index)].filter(([type]) => type === 'trak').map(([, track]) => track);
  const handler = (track: Uint8Array): string => {
    const box = boxIn(track, 'mdia', 'hdlr');
    return box ? latin(box, 8, 12) : '';
  };
  // A sequence of pictures (HEIF, AVIF) has a handler of its own.
  const video = all.filter((track) => ['vide', 'pict'].includes(handler(track)));
  const [first] = video;
  const entry = first && boxIn(first, 'mdia', 'minf', 'stbl', 'stsd');
  const sizes = first && boxIn(first, 'mdia', 'minf', 'stbl', 'stsz');
  const letters = entry ? latin(entry, 12, 16) : '';
  return {
    tracks: { video: video.length, all: all.length },
    ...(entry && entry.length >= 44
      ? { codec: codecs[letters] ?? letters, width: unsigned(entry, 40, 42), height: unsigned(entry, 42, 44) }
      : {}),
    // A fragmented file declares none here.
    ...(sizes && sizes.length >= 12 ? { frames: unsigned(sizes, 8, 12) } : {}),
  };
}
