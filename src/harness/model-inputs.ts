/** The inputs that the trade-off model needs, by their names in an experiment file. */

/** Every name must stand under `model:` with a value and a source. */
export const requiredInputs = [
  'reportsLost',
  'reportsTotal',
  'onList',
  'evasion',
  'unedited',
  'filesPerReport',
  'prevalence',
  'imagesPerYear',
  'imagesPerAccountYear',
  'accounts',
  'secondsPerReview',
] as const;
export type InputName = (typeof requiredInputs)[number];
