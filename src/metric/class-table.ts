/**
 * The frequentist attack: a table of how often each view came of each secret. Needs many more examples than there are views; where views
 * are nearly all different it has nothing to say, and nearest neighbours have. Chatzikokolakis, Chothia & Guha, "Statistical measurement of
 * information leakage" (TACAS 2010).
 */
import { classCounts, type Model, type SymbolPoints } from './points.ts';

/**
 * The table of the training points. To each view's examples comes one that is drawn as the secrets are: so a view that was never seen has
 * the prior, and equal counts go to the commoner secret.
 */
export function fitTable(train: SymbolPoints, classes: Int32Array, count: number): Model<SymbolPoints> {
  const prior = classCounts(classes, count, train.n).map((each) => each / train.n);
  const table = new Map<string, Float64Array>();
  train.names.forEach((name, i) => {
    const row = table.get(name) ?? new Float64Array(count);
    row[classes[i]!]!++;
    table.set(name, row);
  });
  for (const row of table.values()) {
    const sum = row.reduce((total, each) => total + each, 0);
    for (let c = 0; c < count; c++) row[c] = (row[c]! + prior[c]!) / (sum + 1);
  }
  return {
    posteriors: ({ n, names }) => {
      const out = new Float64Array(n * count);
      names.forEach((name, i) => {
        out.set(table.get(name) ?? prior, i * count);
      });
      return out;
    },
  };
}
