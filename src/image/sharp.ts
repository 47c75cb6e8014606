/**
 * sharp with its common settings: every user of sharp imports it from here. It uses one thread per picture (the harness parallelises) and
 * no cache, so that memory stays constant and timings are meaningful.
 */
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);

export { sharp };
