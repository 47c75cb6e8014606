/** The README's examples of reading rows with other tools, from the folder that contains `runs/`. */
export const examples = {
  pandas: `import glob
import pandas as pd
rows = pd.concat(pd.read_parquet(file) for file in sorted(glob.glob('runs/mine/rows/match-[0-9]*.parquet')))
scored = rows[rows.outcome_state == 'scored']
print(scored.groupby('hash').outcome_distanceBits.agg(['count', 'mean']))`,
  r: `library(arrow)
library(dplyr, warn.conflicts = FALSE)
rows <- open_dataset(Sys.glob('runs/mine/rows/match-[0-9]*.parquet'))
scored <- rows |> filter(outcome_state == 'scored') |> group_by(hash)
scored |> summarise(n = n(), mean = mean(outcome_distanceBits)) |> arrange(hash) |> collect() |> as.data.frame() |> print()`,
  duckdb: `SELECT hash, count(*) AS n, avg(outcome_distanceBits) AS mean
FROM 'runs/mine/rows/match-*.parquet'
WHERE outcome_state = 'scored'
GROUP BY hash
ORDER BY hash;`,
};
