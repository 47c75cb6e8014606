/** One picture of a dataset, and where its bytes are. Plain data, so that a worker thread can read the picture. */

/** A part of a file or object: a member of a tar archive. `path` is an absolute path or an s3:// address; `at` and `bytes` are in bytes. */
interface ByteRange {
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
}

/** The picture in a row of a Parquet file, counted from 0. `path` is an absolute path or an s3:// address. */
export interface TableRow {
  readonly path: string;
  readonly column: string;
  readonly row: number;
}

/** Where the bytes of a picture are: the absolute path of a file, the s3:// address of an object, or a part of either. */
export type PictureLocation = string | ByteRange | TableRow;

/** A picture, not yet decoded. */
export interface Picture {
  /** Path relative to the dataset, '/'-separated. */
  readonly id: string;
  readonly location: PictureLocation;
  /** Label: what the picture shows. */
  readonly topic: string;
  /** Its source within the dataset, e.g. 'photos' or 'burst'. */
  readonly kind: string;
  /** Copies and near neighbours of one original share a group; a group never straddles a split. */
  readonly group: string;
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
  /** Rotate and mirror it as its file says, like messengers; otherwise use its pixels as stored. */
  readonly orient?: true | undefined;
}
