/** What a claimed accuracy can mean: the same number read as three different quantities. */
import { fprOfAccuracy, neededFpr, picturesToCertify, ppv } from '../../metric/base-rate.ts';
import type { Reading } from '../../schema/base-rate-metrics.ts';

/** The claim read as accuracy, as one minus the FPR, and as precision, each at that TPR and prevalence. */
export function readingsOf(claim: number, tpr: number, prevalence: number): Reading[] {
  const reading = (name: string, fpr: number): Reading => ({
    reading: name,
    tpr,
    fpr,
    ppv: ppv(prevalence, tpr, fpr),
    perBillion: 1e9 * (1 - prevalence) * fpr,
    toCertify: picturesToCertify(fpr),
  });
  const byAccuracy = fprOfAccuracy(prevalence, tpr, claim);
  return [
    // A claim that only a more sensitive detector could meet has no such reading.
    ...(byAccuracy > 0 ? [reading('accuracy: share of all decisions that are right', byAccuracy)] : []),
    reading('specificity: share of innocent pictures that are passed', 1 - claim),
    reading('precision: share of flagged pictures that are target content', neededFpr(prevalence, tpr, claim)),
  ];
}
