/**
 * PDQ: the signs of 16 × 16 low DCT frequencies of a 64 × 64 grey thumbnail, against their median. 256 bits and a quality. Facebook, "The
 * TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (2019), and the C++ reference in
 * github.com/facebook/ThreatExchange/tree/main/pdq, followed bit by bit: in WebAssembly if SIMD is available, otherwise in JavaScript.
 */
import type { Raster } from '../image/raster.ts';
import { bits, type PdqKernel, plainPdq, wholePdq } from './pdq-plain.ts';
import { edge, largest } from './pdq-thumbnail.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { wasmPdq } from './wasm/pdq.ts';

const kernel = (): PdqKernel => wasmPdq() ?? plainPdq;

/** The eight symmetries of a square, in the reference's order (turns are counter-clockwise; flipX swaps top and bottom). */
export const dihedralNames = [
  'original',
  'rotate90',
  'rotate180',
  'rotate270',
  'flipX',
  'flipY',
  'flipPlus1',
  'flipMinus1',
] as const;

/**
 * The hashes of the picture and of its seven turns and mirror images, computed from one DCT, in the order of `dihedralNames`. They are near
 * the hashes of the turned files, but not equal to them. At 64 × 64 even the first can differ from `pdq.hash`, because the reference
 * filters only here.
 */
export const pdqDihedral = (image: Raster): HashResult[] => kernel().dihedral(image);

/** What to compute for a picture, and how it was decoded. */
interface PdqOptions {
  /** Also compute the dihedral hashes. Default false. */
  readonly dihedral?: boolean;
  /** The picture was decoded at reduced scale, and is sampled like the original large one. Default false. */
  readonly reduced?: boolean;
}

/** `pdq.hash`, and on request `pdqDihedral` (otherwise empty), from one pass over the picture (two at 64 × 64, where they differ). */
export function pdqOf(
  image: Raster,
  { dihedral = false, reduced = false }: PdqOptions,
): { readonly own: HashResult; readonly dihedral: readonly HashResult[] } {
  if (!dihedral) return { own: kernel().hash(image, reduced), dihedral: [] };
  const turned = kernel().dihedral(image, reduced);
  const alike = reduced || image.width !== edge || image.height !== edge;
  return { own: alike ? turned[0]! : kernel().hash(image), dihedral: turned };
}

/** PDQ of a video frame: as vPDQ's reference computes it, from all pixels, where `pdq.hash` samples a picture above 512 × 512. */
export const pdqOfFrame = (image: Raster): HashResult =>
  image.width <= largest && image.height <= largest ? kernel().hash(image) : wholePdq(image);

/** PDQ, 256 bits. Threshold 31 and minimum quality 50 are those of ThreatExchange's `pdq_utils.py` and the PDQ paper. */
export const pdq: PerceptualHash = {
  name: 'pdq',
  bits,
  threshold: 31,
  minQuality: 50,
  summary: 'Which of the 16 × 16 lowest DCT frequencies of a 64 × 64 thumbnail are above their median.',
  reference: 'Facebook, PDQ (2019), https://github.com/facebook/ThreatExchange/tree/main/pdq',
  examples: [
    '7409f9de3c01166170d9ddb360c911bff0c9bff630c999f23009f66c70c9f644',
    'ea1cab90d4b61dcb5b9215ab46255210d64a5cd9d48fb03fdd3509bcb9d113cb',
  ],
  hash: (image) => kernel().hash(image),
};
