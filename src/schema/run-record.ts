/**
 * An exact record of a run: enough to repeat it, and to find out why two runs differ. Wall times are in another file, so that this one is
 * repeatable.
 */
import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';
import { TrainedHead } from './trained-head.ts';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** `run.json`: written when a run starts, and again when it ends. */
export const RunRecord = Type.Object(
  {
    schemaVersion: Type.Literal(2),
    runId: Type.String({ minLength: 1 }),
    created: Type.String({ description: 'when the run started, ISO 8601, UTC' }),
    command: Type.String({ description: 'the command line, as typed' }),
    seed: Type.Integer({ minimum: 0 }),
    streams: Type.Array(Type.String(), { description: 'names of the random streams that were drawn from the seed' }),
    dataset: Type.Object({ name: Type.String(), sha256: Sha256 }, closed),
    models: Type.Array(Type.Object({ name: Type.String(), sha256: Sha256 }, closed)),
    heads: Type.Optional(
      Type.Array(TrainedHead, { description: 'heads that the run trained, and the pictures of each part' }),
    ),
    list: Type.Optional(
      Type.Object(
        {
          entries: Type.Integer({ minimum: 0 }),
          root: Type.String({ description: 'Merkle root or digest of the entries, hex' }),
        },
        { ...closed, description: 'the curator’s list, where messages were scanned' },
      ),
    ),
    commit: Type.Union([Type.String(), Type.Null()], {
      description: 'git commit of presend; null where it is not known',
    }),
    commitUnknown: Type.Optional(Type.String({ description: 'why the commit is not known' })),
    sources: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'SHA-256 over the source files and the versions of the packages',
      }),
    ),
    dirty: Type.Union([Type.Boolean(), Type.Null()], { description: 'whether tracked files differed from the commit' }),
    node: Type.String(),
    platform: Type.String({ description: 'system, architecture, processor, memory' }),
    threads: Type.Integer({ minimum: 1, description: 'worker threads' }),
    transport: Type.Optional(
      Type.Enum(['in-process', 'http'], {
        description: 'how packets crossed between devices and services, where strategies were deployed',
      }),
    ),
    resumed: Type.Boolean({ description: 'whether the run was killed and taken up again' }),
    packages: Type.Record(Type.String(), Type.String(), { description: 'version of each direct dependency' }),
    sharp: Type.Record(Type.String(), Type.String(), {
      description: 'versions of the decoders inside sharp: they decide bits',
    }),
    classifierBackend: Type.String({
      description:
        "what computed the classifier's rows: wasm, tensorflow, cpu, onnxruntime-node, onnxruntime-web, or 'none'",
    }),
    inference: Type.Optional(
      Type.Object(
        {
          backend: Type.String({ description: '--backend: tfjs-wasm, tfjs-node or onnx' }),
          runtimes: Type.Array(Type.String(), {
            description: 'package and version that computed networks, and the instruction set of its kernels',
          }),
          cpuFeatures: Type.Array(Type.String(), {
            description: "extensions of the processor, by which 'native' kernels are picked",
          }),
        },
        { ...closed, description: 'where networks are computed; left out where the run uses none' },
      ),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: '--limit: the most pictures that were used' })),
    observations: Type.Optional(
      Type.Object(
        {
          rows: Type.Integer({ minimum: 0, description: 'of all types together' }),
          files: Type.Array(
            Type.Object(
              {
                type: Type.String({ description: 'type of its rows' }),
                name: Type.String({
                  pattern: '^[a-z-]+-[0-9]{5,}\\.parquet$',
                  description: 'in the folder rows/ of the run',
                }),
                rows: Type.Integer({ minimum: 1 }),
                bytes: Type.Integer({ minimum: 1 }),
                sha256: Sha256,
              },
              closed,
            ),
          ),
        },
        { ...closed, description: 'the rows when the run was finished; left out before' },
      ),
    ),
    metrics: Type.Optional(
      Type.Object({ sha256: Sha256 }, { ...closed, description: 'metrics.json as it was last derived from the rows' }),
    ),
    notes: Type.Optional(Type.Array(Type.String(), { description: 'what was noted while pictures were assigned' })),
    experimentAsPassed: Type.Unknown({ description: 'the experiment file, as it was written' }),
    experimentResolved: Type.Unknown({ description: 'the same with every default filled in' }),
  },
  { ...closed, title: 'presend run record' },
);
export type RunRecord = Static<typeof RunRecord>;

const Millis = Type.Number({ minimum: 0 });

/** `timings.json`: wall times of a run, in milliseconds; the only part of a run that never repeats. */
export const Timings = Type.Object(
  {
    phases: Type.Record(Type.String(), Millis, { description: 'wall time of each phase, in order' }),
    perMessageMillis: Type.Record(Type.String(), Type.Object({ senderMedian: Millis, otherRolesMedian: Millis }), {
      description: 'by strategy: median time for one message, on the sender and on all other roles together',
    }),
    hashMillis: Type.Record(Type.String(), Millis, { description: 'by hash: median time for one picture' }),
    classifyMillis: Type.Union([Millis, Type.Null()], {
      description: 'median time for one picture; null without a classifier',
    }),
    decodeMillis: Millis,
    detectMillis: Type.Optional(
      Type.Record(Type.String(), Millis, {
        description: 'by setting of a threshold protocol: median time to detect the matches of one account',
      }),
    ),
  },
  { ...closed, title: 'presend timings' },
);
export type Timings = Static<typeof Timings>;
