/** A picture as a file of plain pixels: binary PGM for grey, PPM for colour (https://netpbm.sourceforge.net/doc/pnm.html). */
import { concatBytes, utf8 } from '../util/bytes.ts';
import type { Raster } from './raster.ts';

/** The file: equal pixels give equal bytes. */
export const pnmFile = ({ width, height, channels, data }: Raster): Uint8Array =>
  concatBytes(utf8(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n255\n`), data);
