/** One picture of a dataset. */

/** A picture on disk, not yet decoded. */
export interface Picture {
  /** Path relative to the dataset, '/'-separated. */
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  /** Label: what the picture shows. */
  readonly topic: string;
  /** Where in the dataset it comes from, e.g. 'photos' or 'burst'. */
  readonly kind: string;
  /** Copies and near neighbours of one original share a group; a group never straddles a split. */
  readonly group: string;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
  /** To be turned and mirrored as its file says, as messengers do; else its pixels are taken as stored. */
  readonly orient?: true | undefined;
}
