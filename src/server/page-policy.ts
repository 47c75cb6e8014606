/** What the server's own pages, scripts and workers may do: load and ask this server alone. */
import { securityHeaders } from './security.ts';

/**
 * Nothing from another origin. Scripts are files of this server, never text in a page; WebAssembly is compiled, `eval` is not. Styles may
 * stand in the page and in attributes, because plots carry their own. Workers take their policy from the answer that brought their script.
 */
const policy = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/** Headers of pages and of what they load. */
export const pageHeaders = {
  ...securityHeaders,
  'content-security-policy': Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; '),
} as const;
