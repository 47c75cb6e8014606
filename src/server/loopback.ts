/** Classifies names and addresses: those of this machine, and those that belong to one network. */
import { isIPv4, isIPv6 } from 'node:net';

/** Whether a host name or address can only be this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** The host in a Host header, without its port and brackets. */
export const hostOf = (header: string | undefined): string =>
  /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/
    .exec(header ?? '')
    ?.slice(1)
    .find((each) => each !== undefined) ?? '';

/** An IPv4 address unchanged; of an IPv6 address the first 64 bits, because one household has all addresses below them. */
export function networkOf(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(plain)) return plain;
  const [head, tail] = plain.split('::').map((part) => part.split(':').filter((group) => group !== '')) as [
    string[],
    string[]?,
  ];
  const zeros = tail ? Array<string>(8 - head.length - tail.length).fill('0') : [];
  return [...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(':');
}
