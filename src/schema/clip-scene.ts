/** Clips that a run makes, edits and sends under every strategy: what an experiment on clips consists of, and one arm of a trade-off. */
import { type Static, Type } from 'typebox';
import { Count, closed, Names, Probability, Share } from './parts.ts';
import { ProtocolSettings } from './protocol-settings.ts';

/** Numbers of frames that can be looked at: the frames of a smaller one are among those of a larger one. */
export const frameCounts = [1, 3, 7, 15, 31] as const;

/** The members of an experiment file that say which clips there are, and who sends them how. */
export const clipSceneMembers = {
  corpus: Type.Object(
    {
      clips: Type.Integer({ minimum: 20, maximum: 5000, description: 'clips of the generated corpus' }),
      target: Type.Array(Type.String(), { minItems: 1, description: 'topics that stand in for target content' }),
      listedShare: { ...Share, description: 'share of the target clips that are listed' },
      calibrationShare: Share,
    },
    closed,
  ),
  frames: Type.Array(Type.Enum([...frameCounts]), {
    minItems: 1,
    uniqueItems: true,
    description: 'how many frames of a clip are scanned, evenly spread; the list has the frames of the largest number',
  }),
  hash: Type.String({ description: 'the hash of a frame that is matched within a distance' }),
  equalityHash: Type.String({ description: 'the hash of a frame that is matched bit by bit' }),
  secondHash: Type.String({ description: 'the hash of a second opinion' }),
  classifier: Type.String(),
  label: Type.String({ description: "the classifier's label that stands for target content" }),
  edits: Type.Array(Type.String(), {
    minItems: 1,
    uniqueItems: true,
    description: 'edits of target clips before they are sent; every clip is also sent as it is',
  }),
  strategies: Names,
  targetFpr: {
    ...Probability,
    description: 'largest share of innocent calibration clips that may match, at the largest number of frames',
  },
  accounts: Type.Integer({ minimum: 2 }),
  paddingBytes: Type.Integer({
    minimum: 0,
    description: 'plaintexts, of clips and of frames, are padded to a multiple',
  }),
  prefixBits: Type.Integer({ minimum: 1, maximum: 32 }),
  protocols: ProtocolSettings,
  innocentClips: Type.Optional({
    ...Count,
    description: 'innocent clips that the strategies send at most; left out: all of the evaluation split',
  }),
};

const ClipScene = Type.Object({ seed: Type.Integer({ minimum: 0 }), ...clipSceneMembers });
export type ClipScene = Static<typeof ClipScene>;

/** The largest number of frames that is looked at. */
export const mostFrames = ({ frames }: Pick<ClipScene, 'frames'>): number => Math.max(...frames);

/**
 * Places of `count` frames among the `most` of a clip, from 0: evenly spread, so that 1 is the middle one, and 3 are those at a quarter, a half and
 * three quarters. Both are one less than a power of two.
 */
export const placesOf = (count: number, most: number): number[] => {
  const step = (most + 1) / (count + 1);
  return Array.from({ length: count }, (_, i) => (i + 1) * step - 1);
};
