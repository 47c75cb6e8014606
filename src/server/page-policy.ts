/** The policy of the server's own pages, scripts and workers: they can load from and request only this server. */
import { securityHeaders } from './security.ts';

/**
 * Nothing from another origin. Scripts are files of this server, never inline. WebAssembly is allowed, `eval` is not. Inline styles are
 * allowed, because plots contain their own. Workers get their policy from the response that delivered their script.
 */
const policy = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'media-src': 'blob:',
  'connect-src': "'self'",
  'worker-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/** Headers of pages and their assets. */
export const pageHeaders = {
  ...securityHeaders,
  'content-security-policy': Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; '),
} as const;
