/** Every command, in the order of the help. A command's modules load only when it is called. */
import type { Command } from 'commander';

/** A command that is not loaded yet. */
interface Entry {
  /** Its text in the help. */
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: Readonly<Record<string, Entry>> = {
  run: {
    summary: 'run an experiment: a name under experiments/, or a YAML file',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  merge: {
    summary: 'finish a run whose steps were done in shards: do what is left, and compute its metrics',
    load: async () => (await import('./merge.ts')).mergeCommand(),
  },
  worker: {
    summary: 'do steps of runs that wait at a queue (presend run --queue), until it is stopped',
    load: async () => (await import('./worker.ts')).workerCommand(),
  },
  report: {
    summary: 'compute the metrics of a finished run again from its observations, and write its reports',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  compare: {
    summary: 'put finished runs side by side: detectors, strategies and attacks, with paired differences',
    load: async () => (await import('./compare.ts')).compareCommand(),
  },
  figure: {
    summary: 'print or write a figure of a finished run as SVG, or its data as CSV',
    load: async () => (await import('./figure.ts')).figureCommand(),
  },
  card: {
    summary: 'write the card of a detector from the runs that measured it, as Markdown or as a page',
    load: async () => (await import('./card.ts')).cardCommand(),
  },
  export: {
    summary: 'write a finished run for others: as an RO-Crate, without paths of this machine',
    load: async () => (await import('./export.ts')).exportCommand(),
  },
  rows: {
    summary: 'list, print and query the rows of a finished run',
    load: async () => (await import('./rows.ts')).rowsCommand(),
  },
  tips: {
    summary: 'print the test reports of a run on reports, as JSON or as XML in the shape of a CyberTipline report',
    load: async () => (await import('./tips.ts')).tipsCommand(),
  },
  tradeoff: {
    summary: 'estimate how many of the 12 million reports scanning would have brought back, and at what cost',
    load: async () => (await import('./tradeoff.ts')).tradeoffCommand(),
  },
  backtest: {
    summary: 'compare what the trade-off model predicts with what happened since the letter; what failed comes first',
    load: async () => (await import('./backtest.ts')).backtestCommand(),
  },
  reproduce: {
    summary: 'recompute published numbers, and give a verdict for each',
    load: async () => (await import('./reproduce.ts')).reproduceCommand(),
  },
  validate: {
    summary: 'check an experiment, and count its cells',
    load: async () => (await import('./validate.ts')).validateCommand(),
  },
  hash: {
    summary: 'hash pictures; prints a line `hash,quality,file` for each, like PDQ’s own tools',
    load: async () => (await import('./hash.ts')).hashCommand(),
  },
  match: {
    summary:
      'match pictures against a hash list; prints a line `file,entry,distance,quality` for each match (distance in bits)',
    load: async () => (await import('./match.ts')).matchCommand(),
  },
  list: {
    summary: 'inspect hash lists, and convert them to other formats',
    load: async () => (await import('./list.ts')).listCommand(),
  },
  dataset: {
    summary: 'list, describe and create datasets of pictures',
    load: async () => (await import('./dataset.ts')).datasetCommand(),
  },
  train: {
    summary: 'train a head (a small classifier on the embedding of a network) on a labelled dataset',
    load: async () => (await import('./train.ts')).trainCommand(),
  },
  challenge: {
    summary: 'test a detector that may not leave its owner: export pictures under random names, and score its answers',
    load: async () => (await import('./challenge.ts')).challengeCommand(),
  },
  ls: {
    summary: 'list hashes, strategies, datasets and everything else that has a name',
    load: async () => (await import('./ls.ts')).lsCommand(),
  },
  schema: {
    summary: 'print a JSON Schema of experiment files, or of the files that runs and servers write',
    load: async () => (await import('./schema.ts')).schemaCommand(),
  },
  serve: {
    summary: 'serve relay, provider, curator and court over HTTP, and show the runs of a folder as web pages',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
};
