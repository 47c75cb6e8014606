/** Worker threads whose deployments talk over HTTP, and who write down every request that arrives: its path and the length of its body. */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

export { default } from '../../src/server/transport/http-connect.ts';

/** Name of the environment variable with the path of the log. */
const { PRESEND_TEST_REQUESTS: path } = process.env;

subscribe('http.server.request.start', (event) => {
  const { request } = event as { request: IncomingMessage };
  if (path) appendFileSync(path, `${request.url} ${request.headers['content-length'] ?? 0}\n`);
});
