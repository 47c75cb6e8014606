/**
 * sharp, set up once: every user of sharp imports it from here.
 * One thread a picture (parallel work is the harness's to divide) and no cache, so that memory stays flat and timings mean something.
 */
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);

export { sharp };
