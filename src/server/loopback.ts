/** Who may talk to the server: this machine alone, as long as there is no authentication. */
import { isIPv4 } from 'node:net';
import { UserError } from '../util/errors.ts';

/** Whether a host name or address can only be this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** The host, if it is this machine. Throws a UserError for any other. */
export function loopback(host: string): string {
  if (isLoopback(host)) return host;
  throw new UserError(
    `Expected 127.0.0.1, ::1 or localhost for --host but received '${host}': without authentication presend serves this machine alone`,
  );
}

/** The host in a Host header, without its port and brackets. */
export const hostOf = (header: string | undefined): string =>
  /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/
    .exec(header ?? '')
    ?.slice(1)
    .find((each) => each !== undefined) ?? '';
