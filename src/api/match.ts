/** `presend/match`: hash lists, their file formats, exact search and decisions at a threshold. Runs in Node and in a page. */
export type { ListFormat, ListReader, ReadList } from '../match/format/format.ts';
export { type ListFormatName, listFormatByName, listFormats, recogniseFormat } from '../match/format/index.ts';
export { HashList, hashList, ListBuilder, type ListFacts } from '../match/hash-list.ts';
export {
  asItLies,
  everyWay,
  matchPicture,
  type PictureHit,
  type PictureQuery,
} from '../match/match-picture.ts';
export { type Hit, methodFor, type Searcher, type SearchMethod, searcher } from '../match/search.ts';
export { UserError } from '../util/errors.ts';
