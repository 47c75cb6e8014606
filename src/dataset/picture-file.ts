/** Reads a picture after its dataset was opened. The file must be unchanged; otherwise rows would describe another picture. */
import { createHash } from 'node:crypto';
import { decode } from '../image/decode.ts';
import type { Raster } from '../image/raster.ts';
import { systemCode, UserError } from '../util/errors.ts';
import type { Picture } from './picture.ts';
import { bytesAt } from './picture-bytes.ts';
import { NoObject } from './s3.ts';

/** Where a picture is, its digest when the dataset was opened, and whether to rotate it as its file says. */
export type PictureFile = Pick<Picture, 'id' | 'location' | 'sha256' | 'orient'>;

/** The bytes of a picture. Throws a UserError with its id if it was changed or removed since. */
export async function readPictureBytes({ id, location, sha256 }: Omit<PictureFile, 'orient'>): Promise<Uint8Array> {
  const bytes = await bytesAt(location).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || error instanceof NoObject)
      throw changed(id, 'there is no such file any more');
    if (code === 'EACCES' || code === 'EPERM') throw changed(id, 'it can no longer be read');
    throw error;
  });
  const now = createHash('sha256').update(bytes).digest('hex');
  if (now !== sha256) throw changed(id, `its SHA-256 was ${sha256} and is ${now}`);
  return bytes;
}

/** The pixels of a picture, as stored or rotated. Throws a RefusedError like `decode`, and a UserError as above. */
export const decodeFile = async (picture: PictureFile): Promise<Raster> =>
  decode(await readPictureBytes(picture), { orient: picture.orient === true });

const changed = (id: string, how: string): UserError =>
  new UserError(
    `Picture '${id}' is not what it was when the dataset was opened: ${how}; restore the file and resume, or start again with the pictures as they are`,
  );
