/** What a process with failing writes is told to do, and how that ends. */
/** A command of presend with its arguments; or a store in a folder, to which messages are posted, or whose messages are read. */
export type Step =
  | { readonly kind: 'command'; readonly args: readonly string[] }
  | { readonly kind: 'post'; readonly folder: string; readonly from: number; readonly to: number }
  | { readonly kind: 'read'; readonly folder: string };

/** How a step ended: as the process would have. */
export interface Ended {
  readonly code: number;
  /** What was written to stderr. */
  readonly stderr: string;
  /** What was written to stdout. */
  readonly stdout: string;
}

/** Does a step and says how it ended. */
export async function runStep(step: Step): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const writers = Object.keys(written).map((name) => {
    const stream = process[name as keyof typeof written];
    const { write } = stream;
    stream.write = ((text: string | Uint8Array) => {
      written[name as keyof typeof written] += typeof text === 'string' ? text : Buffer.from(text).toString();
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  try {
    const code = step.kind === 'command' ? await command(step.args) : await store(step);
    return { code, ...written };
  } finally {
    for (const restore of writers) restore();
  }
}

async function command(args: readonly string[]): Promise<number> {
  const { presend } = await import('../../src/cli/program.ts');
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  return await presend(args);
}

/** What `presend serve` does with a store: it says what is stored when it is, and nothing of it may be lost afterwards. */
async function store(step: Extract<Step, { kind: 'post' | 'read' }>): Promise<number> {
  const [{ openStore }, { signingKeys }, { failed }, { sha256Hex }] = await Promise.all([
    import('../../src/server/store/store.ts'),
    import('../../src/client/signature.ts'),
    import('../../src/cli/program.ts'),
    import('../../src/util/digest.ts'),
  ]);
  try {
    const opened = await openStore({ folder: step.folder, logKeys: signingKeys(() => new Uint8Array(32)) });
    try {
      if (step.kind === 'read') {
        const { packets } = await opened.messages.page('reader', { most: 1000, mostBytes: 1e9 });
        for (const packet of packets) process.stdout.write(`${sha256Hex(packet)}\n`);
      } else
        for (let i = step.from; i < step.to; i++) {
          const packet = new Uint8Array(20_000).fill(i);
          const digest = sha256Hex(packet);
          const [name, facts] = [
            { poster: 'sender', sender: 'sender', message: `${i}`, type: 'envelope' },
            { sentAt: i, arrived: i },
          ];
          const posted = await opened.messages.post({
            reader: 'reader',
            ...name,
            ...facts,
            digest,
            packet,
            retained: false,
          });
          if (posted !== 'stored' && posted !== 'known') throw new Error(`a message is ${posted}`);
          process.stdout.write(`${digest}\n`);
        }
    } finally {
      await opened.close();
    }
    return 0;
  } catch (error) {
    return failed(error);
  }
}
