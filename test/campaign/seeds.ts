/** Files to be damaged: a hash list in every format, and a small picture in every container and mode, all made in code. */
import sharp from 'sharp';
import { listFormats } from '../../src/match/format/index.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';

/** A whole file. */
export interface Seed {
  readonly kind: 'list' | 'picture';
  /** Name of the list format, or what the picture is. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the lists are lists of. */
export const facts = { name: 'seed', algorithm: 'pdq', bits: 256 } as const;

/** What is put behind the entries of some formats, so that there are bad lines from the start. */
const behind: Readonly<Record<string, string>> = {
  hex: '\n# comment\nnot a hash\n0123\n',
  'threatexchange-text': 'video_md5 00\n',
  'threatexchange-csv': '"a\nb","c ""d""",,\n',
  'hma-csv': '1,2\n',
  'project-vic-csv': '"x;\ty",\n',
};

function lists(): Seed[] {
  const rng = seededRng(1, 'campaign list');
  const names = [
    'one',
    'two, 2',
    'drei "3"',
    'vier\u00e9',
    '\u{1f600}',
    '6',
    '1,2020-01-01,x',
    '<b>&amp;',
    'a;b',
    ' y ',
  ];
  const list = hashList(
    facts,
    names.map((id) => ({ id, hash: rng.bytes(32) })),
  );
  return Object.values(listFormats).map((format) => ({
    kind: 'list',
    name: format.name,
    bytes: concatBytes(format.write(list), utf8(behind[format.name] ?? '')),
  }));
}

async function pictures(): Promise<Seed[]> {
  const [width, height] = [72, 56];
  const pixels = (channels: 1 | 3 | 4) => {
    const rng = seededRng(channels, 'campaign picture');
    const data = Uint8Array.from(
      { length: width * height * channels },
      (_, i) => 128 + 60 * Math.sin(i / 37) + 50 * Math.sin(i / (width * 9)) + rng.int(16),
    );
    return sharp(data, { raw: { width, height, channels } });
  };
  const files: Record<string, Promise<Uint8Array>> = {
    'PNG, colour': pixels(3).png().toBuffer(),
    'PNG, alpha and palette': pixels(4).png({ palette: true }).toBuffer(),
    'PNG, 16 bits grey, interlaced': pixels(1).toColourspace('grey16').png({ progressive: true }).toBuffer(),
    'JPEG, colour': pixels(3).jpeg().toBuffer(),
    'JPEG, grey, progressive, EXIF': pixels(1).withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer(),
    'JPEG, CMYK': pixels(3).toColourspace('cmyk').jpeg().toBuffer(),
    WebP: pixels(3).webp().toBuffer(),
    'WebP, lossless, alpha': pixels(4).webp({ lossless: true }).toBuffer(),
    GIF: pixels(3).gif().toBuffer(),
    AVIF: pixels(3).avif({ effort: 0 }).toBuffer(),
    TIFF: pixels(3).tiff({ compression: 'lzw' }).toBuffer(),
    SVG: Promise.resolve(
      utf8('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'),
    ),
  };
  return Promise.all(
    Object.entries(files).map(async ([name, file]): Promise<Seed> => ({ kind: 'picture', name, bytes: await file })),
  );
}

/** Every seed, lists first, always the same bytes. */
export const seeds = async (): Promise<Seed[]> => [...lists(), ...(await pictures())];
