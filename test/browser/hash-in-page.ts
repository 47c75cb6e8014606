/** What the page and Node both run, so that their answers can be compared: hashes and list search. */
import { hashes } from '../../src/hash/index.ts';
import { multiHashes } from '../../src/hash/multi-hashes.ts';
import { dihedralNames, pdqDihedral } from '../../src/hash/pdq.ts';
import { decodeInBrowser } from '../../src/image/canvas.ts';
import type { Raster } from '../../src/image/raster.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { type SearchMethod, searcher } from '../../src/match/search.ts';
import { canScan } from '../../src/match/wasm/scan.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { reasonOf } from '../../src/util/errors.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';

/** What is known of a picture: its shape, a digest of its bytes, and hash name → `hex quality`. */
export interface Facts {
  readonly size: string;
  readonly pixels: string;
  readonly hashes: Readonly<Record<string, string>>;
}

/** Every hash of a picture: PDQ's eight, all others, and the hashes of its regions. */
export function factsOf(image: Raster): Facts {
  const found: Record<string, string> = {};
  for (const { name, hash } of Object.values(hashes)) {
    const result = hash(image);
    found[name] = `${toHex(result.hash)} ${result.quality}`;
  }
  pdqDihedral(image).forEach(({ hash, quality }, i) => {
    found[`pdq ${dihedralNames[i]}`] = `${toHex(hash)} ${quality}`;
  });
  for (const { name, hash } of Object.values(multiHashes)) found[name] = hash(image).map(toHex).join();
  return {
    size: `${image.width}×${image.height}×${image.channels}`,
    pixels: sha256Hex(image.data),
    hashes: found,
  };
}

/** Whether the WebAssembly scan runs here, and what each method of search finds in a list of random hashes, as text. */
export function search(bits: number, methods: readonly SearchMethod[]): { scans: boolean; found: string[] } {
  const rng = seededRng(3, 'browser');
  const random = (): Uint8Array => Uint8Array.from({ length: bits / 8 }, () => rng.int(256));
  const entries = Array.from({ length: 3000 }, (_, i) => ({ id: `entry ${i}`, hash: random() }));
  // Queries near an entry each, with up to 40 bits turned.
  const queries = Array.from({ length: 20 }, (_, i) => {
    const near = entries[i * 131]!.hash.slice();
    for (let flips = rng.int(41); flips > 0; flips--) near[rng.int(near.length)]! ^= 1 << rng.int(8);
    return near;
  });
  const list = hashList({ name: 'random', algorithm: 'pdq', bits }, entries);
  const found = methods.map((method) => {
    const { nearest, withinEach } = searcher(list, method);
    return JSON.stringify([queries.map(nearest), withinEach(queries, bits / 8)].flat(), (key, value) =>
      key === 'hash' ? undefined : value,
    );
  });
  return { scans: canScan(bits), found };
}

/** For the page: the facts of a file given in base64, or why there are none; with `raw`, its pixels in base64 too. */
async function look(base64: string, raw: boolean): Promise<(Facts & { raw: string }) | { reason: string }> {
  try {
    const image = await decodeInBrowser(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    let letters = '';
    if (raw) for (const byte of image.data) letters += String.fromCharCode(byte);
    return { ...factsOf(image), raw: btoa(letters) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

export const inPage = { look, search };
Object.assign(globalThis, { inPage });
