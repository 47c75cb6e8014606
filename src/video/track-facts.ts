/** What the tables of a video file say of its tracks. */

/** The facts; of a container without a parser here only whether there are any. */
export interface TrackFacts {
  /** Number of tracks with moving pictures, and of all tracks; undefined if the tables were not found. */
  readonly tracks: { readonly video: number; readonly all: number } | undefined;
  /** The coding of the first video track, in words: 'VP9', 'H.264'. */
  readonly codec?: string;
  /** Size of its frames in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Declared number of its frames. */
  readonly frames?: number;
  /** Whether the file ends before its tables say. */
  readonly truncated: boolean;
}
