/** `presend hash <files…>`: perceptual hashes of pictures, a line each. */
import { Command } from 'commander';
import { hashByName } from '../hash/index.ts';
import { dihedralNames, pdqDihedral } from '../hash/pdq.ts';
import { UserError } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { examples } from './arguments.ts';
import { algorithmOption, distrust, eachPicture } from './hash-file.ts';
import { csvLine, note, say, sayJson } from './output.ts';

interface Options {
  algorithm: string;
  json?: boolean;
  dihedral?: boolean;
}

export const hashCommand = (): Command =>
  new Command('hash')
    .description('hash pictures: a line `hash,quality,file` each, as PDQ’s own tools print them')
    .argument('<files...>', 'JPEG, PNG, WebP, GIF, AVIF or TIFF files')
    .option(...algorithmOption, 'pdq')
    .option('--dihedral', 'also the hashes of the seven turns and mirror images (pdq only); named in a fourth column')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', examples('hash photo.jpg', 'hash *.jpg --algorithm phash --json'))
    .action(hash);

async function hash(files: string[], { algorithm: name, json = false, dihedral = false }: Options): Promise<void> {
  const algorithm = hashByName(name);
  if (dihedral && name !== 'pdq') throw new UserError(`--dihedral is defined for pdq only, not for ${name}`);
  await eachPicture(
    files,
    json,
    (image) => ({ own: algorithm.hash(image), turned: dihedral ? pdqDihedral(image) : [] }),
    ({ own, turned }, file) => {
      const { quality } = own;
      const hex = toHex(own.hash);
      const turns = turned.map((each, i) => [dihedralNames[i]!, toHex(each.hash)] as const);
      if (json)
        sayJson({
          file,
          algorithm: name,
          bits: algorithm.bits,
          hash: hex,
          quality,
          ...(dihedral ? { dihedral: Object.fromEntries(turns) } : {}),
        });
      else if (dihedral) for (const [turn, digits] of turns) say(csvLine([digits, quality, file, turn]));
      else say(csvLine([hex, quality, file]));
      const doubt = distrust(own, algorithm.minQuality);
      if (doubt) note(`${file}: ${doubt}`);
    },
  );
}
