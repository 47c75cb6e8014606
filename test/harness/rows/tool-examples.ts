/** The README's examples of reading rows with other tools, from the folder that contains `runs/`. */
export const examples = {
  pandas: `import glob
import pandas as pd
rows = pd.concat(pd.read_parquet(file) for file in sorted(glob.glob('runs/mine/rows/match-[0-9]*.parquet')))
scored = rows[rows.outcome_state == 'scored']
print(scored.groupby('hash').outcome_distanceBits.agg(['count', 'mean']))`,
  r: `rows <- read.csv(pipe('npm run -s presend -- rows runs/mine --type match --format csv'))
scored <- rows[rows$outcome_state == 'scored', ]
print(aggregate(outcome_distanceBits ~ hash, scored, function(bits) c(n = length(bits), mean = mean(bits))))`,
  duckdb: `SELECT hash, count(*) AS n, avg(outcome_distanceBits) AS mean
FROM 'runs/mine/rows/match-*.parquet'
WHERE outcome_state = 'scored'
GROUP BY hash
ORDER BY hash;`,
};
