/** Every command, in the order in which the help lists them. A command's modules are loaded when it is asked for, and not before. */
import type { Command } from 'commander';

/** A command before it is loaded. */
interface Entry {
  /** What the help says of it. */
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: Readonly<Record<string, Entry>> = {
  run: {
    summary: 'run an experiment: a name under experiments/, or a YAML file',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  report: {
    summary: 'derive the metrics of a finished run from its observations again, and write its reports anew',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  tradeoff: {
    summary: 'work out what scanning would have brought back of the 12 million reports, and at what price',
    load: async () => (await import('./tradeoff.ts')).tradeoffCommand(),
  },
  reproduce: {
    summary: 'work out again what others published, and say whether it holds',
    load: async () => (await import('./reproduce.ts')).reproduceCommand(),
  },
  validate: {
    summary: 'check an experiment, and count its cells',
    load: async () => (await import('./validate.ts')).validateCommand(),
  },
  hash: {
    summary: 'hash pictures: a line `hash,quality,file` each, as PDQ’s own tools print them',
    load: async () => (await import('./hash.ts')).hashCommand(),
  },
  match: {
    summary: 'match pictures against a hash list: a line `file,entry,distance,quality` for each match, in bits',
    load: async () => (await import('./match.ts')).matchCommand(),
  },
  list: {
    summary: 'look into hash lists, and change their format',
    load: async () => (await import('./list.ts')).listCommand(),
  },
  dataset: {
    summary: 'list, describe and make the pictures that experiments run on',
    load: async () => (await import('./dataset.ts')).datasetCommand(),
  },
  train: {
    summary: 'train a head, a small classifier on the embedding of a network, on a labelled dataset',
    load: async () => (await import('./train.ts')).trainCommand(),
  },
  ls: {
    summary: 'list what has a name',
    load: async () => (await import('./ls.ts')).lsCommand(),
  },
  schema: {
    summary: 'print a JSON Schema: of an experiment file, or of what runs and servers write',
    load: async () => (await import('./schema.ts')).schemaCommand(),
  },
  serve: {
    summary: 'serve relay, provider’s intake, curator and court over HTTP, and the runs in a folder as pages',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
};
