/** One picture of a dataset. */

/** A picture on disk, not yet decoded. */
export interface Picture {
  /** Path relative to the dataset, '/'-separated. */
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  /** Label: what the picture shows. */
  readonly topic: string;
  /** Its source within the dataset, e.g. 'photos' or 'burst'. */
  readonly kind: string;
  /** Copies and near neighbours of one original share a group; a group never straddles a split. */
  readonly group: string;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
  /** Rotate and mirror it as its file says, like messengers; otherwise use its pixels as stored. */
  readonly orient?: true | undefined;
}
