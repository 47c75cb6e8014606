/** `presend/video`: decoding, encoding and hashing of clips, in Node. */

export { type TmkHash, tmkLevel1, tmkLevel2, tmkThresholds } from '../hash/tmk.ts';
export { readTmk, writeTmk } from '../hash/tmk-file.ts';
export { compareVpdq, type VpdqComparison, type VpdqFrame, type VpdqRule, vpdqRule } from '../hash/vpdq.ts';
export { type ClipEntry, readClips, writeClips } from '../match/format/clips.ts';
export { encodeWebm } from '../video/encode.ts';
export type { FrameOptions, VideoFrame, VideoLimits } from '../video/frame.ts';
export { type ClipOptions, tmkOfClip, vpdqOfClip } from '../video/hash.ts';
export { openVideo } from '../video/open.ts';
