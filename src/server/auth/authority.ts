/** Decides which authorities (host and port) belong to this server. A request that was signed for another server is invalid here. */
import type { AddressInfo, Server } from 'node:net';
import { hostOf, isLoopback } from '../loopback.ts';

/**
 * Whether an authority, as in a Host header, belongs to this server. `names` are the names that clients reach it by, each with or without a
 * port (`relay.example`, `localhost:9000`), or with a wildcard for one label (`*.example`). If omitted: the names of this machine, and the
 * address that it listens on. A name without a port implies the listening port, or the scheme's default port. Before the server listens,
 * any port is accepted.
 */
export function isOwnAuthority(
  authority: string,
  server: Pick<Server, 'address'>,
  { names, isTls }: { readonly names?: readonly string[] | undefined; readonly isTls: boolean },
): boolean {
  const lower = authority.toLowerCase();
  const listening = server.address() as AddressInfo | null;
  const host = hostOf(lower);
  const port = Number(/:(\d+)$/.exec(lower)?.[1] ?? (isTls ? 443 : 80));
  const ownPort = listening === null || port === listening.port;
  if (names === undefined) return ownPort && (isLoopback(host) || host === listening?.address);
  return names.some((each) => {
    const name = each.toLowerCase();
    return /:\d+$/.test(name) && name !== host ? name === lower : ownPort && covers(name.replace(/^\[|\]$/g, ''), host);
  });
}

const covers = (name: string, host: string): boolean =>
  name.startsWith('*.') ? host.slice(host.indexOf('.')) === name.slice(1) && host.indexOf('.') > 0 : name === host;
