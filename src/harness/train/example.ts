/** What a head learns from: embeddings with their labels. */

/** One picture, as a network sees it. */
export interface Example {
  readonly embedding: Float32Array;
  readonly label: string;
  /** Source picture: copies and near neighbours of one original share it. */
  readonly group: string;
}
