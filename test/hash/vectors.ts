/** Where the test vectors are: the project's own in the repository, ThreatExchange's photographs beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's own vectors. */
export const own = join(import.meta.dirname, '..', 'vectors');

const shared = process.env.PRESEND_VECTORS ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'vectors');

/** Folder with ThreatExchange's photographs and expected values, where it is there. */
export const threatExchange = existsSync(join(shared, 'threatexchange', 'expected.tsv'))
  ? join(shared, 'threatexchange')
  : undefined;

/** Rows of a JSON vector file of the project. */
export const rowsOf = <T>(file: string): T[] => JSON.parse(readFileSync(join(own, file), 'utf8')).rows;

/** Folder with ThreatExchange's sample videos and the outputs of its programs, where it is there. */
export const videoVectors = existsSync(join(shared, 'video', 'pattern-sd-grey-bar.vpdq.txt'))
  ? join(shared, 'video')
  : undefined;
