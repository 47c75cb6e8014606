/**
 * copynet-256: a hash made for finding edited copies. A picture's features are those of an inner layer of nsfwjs-mobilenet-v2-mid
 * (pooled-features.ts). Bit i is the side of hyperplane i on which they lie. The hyperplanes are learned: linear discriminants of pictures
 * against their edits, whitened by the covariance of edits (Mikolajczyk & Matas, "Improving descriptors for fast tree matching by optimal
 * linear projection", ICCV 2007; as LDAHash does), the leading 256 of them turned at random so that all bits carry as much.
 * models/copynet-256/fit.ts makes them; its card says what was measured.
 */
import card from '../../models/copynet-256/card.json' with { type: 'json' };
import weights from '../../models/copynet-256/weights.json' with { type: 'json' };
import { fromBase64 } from '../util/base64.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { type DeepHash, deepQuality, leastDeepQuality } from './deep-hash.ts';
import { type Hyperplanes, sidesOf } from './hyperplanes.ts';
import { mobilenetV2Mid } from './nsfwjs.ts';
import { loadPooledFeatures, type PooledFeatures } from './pooled-features.ts';

/** The layer: the sixth of seven blocks of 14 × 14, widened. */
const layer = {
  layer: mobilenetV2Mid.embeddingNode.replace('Logits/AvgPool', 'expanded_conv_10/expand/Relu6'),
  channels: 528,
} as const;

/** What a hash is made of: hyperplanes as whole numbers, and where each lies. */
export interface CopynetWeights {
  readonly bits: number;
  /** bits × channels signed bytes, in base64. */
  readonly normals: string;
  /** One for each bit. */
  readonly offsets: readonly number[];
}

/** The features that are hashed: 528 numbers, as a vector of length 1. */
export const loadCopynetFeatures = (backend?: string): Promise<PooledFeatures> =>
  loadPooledFeatures(mobilenetV2Mid, layer, backend);

/** Hyperplanes for features with a 1 after them. */
export function copynetHyperplanes({ bits, normals, offsets }: CopynetWeights): Hyperplanes {
  const bytes = new Int8Array(fromBase64(normals));
  const length = layer.channels + 1;
  const rows = new Float32Array(bits * length);
  for (let row = 0; row < bits; row++) {
    rows.set(bytes.subarray(row * layer.channels, (row + 1) * layer.channels), row * length);
    rows[(row + 1) * length - 1] = -offsets[row]!;
  }
  return { bits, length, normals: rows };
}

/** The bits of features. */
export function copynetBits(planes: Hyperplanes, features: Float32Array): Uint8Array {
  const extended = new Float64Array(planes.length);
  extended.set(features);
  extended[features.length] = 1;
  return sidesOf(planes, extended);
}

/** Loads the network on a backend (default: the usual one, backend.ts). Throws a UserError if its weights are not the known ones. */
export async function loadCopynet(backend?: string): Promise<DeepHash> {
  const features = await loadCopynetFeatures(backend);
  const planes = copynetHyperplanes(weights);
  return {
    name: card.name,
    bits: weights.bits,
    threshold: card.threshold.bits,
    minQuality: leastDeepQuality,
    summary: card.summary,
    reference: card.reference,
    inference: features.inference,
    sha256: sha256Hex(canonicalJson({ network: mobilenetV2Mid.sha256, layer, weights })),
    async hash(image) {
      return { hash: copynetBits(planes, await features.describe(image)), quality: deepQuality(image) };
    },
  };
}
