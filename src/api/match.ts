/** `presend/match`: hash lists, their file formats, exact search of hashes and of vectors, and decisions at a threshold. Runs in Node and in a page. */
export { type DistanceScale, stepScale } from '../match/distance-scale.ts';
export type { ListFormat, ListReader, ReadList } from '../match/format/format.ts';
export { type ListFormatName, listFormatByName, listFormats, recogniseFormat } from '../match/format/index.ts';
export { HashList, hashList, ListBuilder, type ListDetector, type ListFacts } from '../match/hash-list.ts';
export {
  asItLies,
  everyWay,
  matchPicture,
  type PictureHit,
  type PictureQuery,
} from '../match/match-picture.ts';
export { type Hit, methodFor, type Searcher, type SearchMethod, searcher } from '../match/search.ts';
export { type VectorHit, type VectorSearcher, vectorSearcher } from '../match/vector-search.ts';
export { UserError } from '../util/errors.ts';
