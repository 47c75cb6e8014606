/** Checks that a text, DATABASE_URL for example, is an address of a PostgreSQL database, before anything uses it. */
import { UserError } from '../../util/errors.ts';

/**
 * Throws a UserError if the text is not such an address. This includes a password with a character that ends it early, which would lead to
 * another host or database. The text can contain a password, so it is never repeated.
 */
export function checkDatabaseUrl(text: string, name = 'DATABASE_URL'): void {
  // A server behind a socket has no host in the address; the query contains it.
  const named = text.replace(/@(?=\/)/, '@localhost');
  const url = URL.canParse(named) ? new URL(named) : undefined;
  const isAddress =
    url !== undefined &&
    /^postgres(ql)?:$/.test(url.protocol) &&
    named.startsWith(`${url.protocol}//`) &&
    !url.hash &&
    !/[\s@]/.test(`${url.pathname}${url.search}`) &&
    [url.username, url.password, url.hostname, url.pathname].every(isDecodable);
  if (isAddress) return;
  throw new UserError(
    `${name} is not of the form postgres://user:password@host:port/database; write # / ? @ : and % in a password as %23 %2F %3F %40 %3A and %25`,
  );
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
