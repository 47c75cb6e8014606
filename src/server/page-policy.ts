/** The policy of the server's own pages, scripts and workers: they can load from and request only this server. */
import { sortScriptDigest } from '../report/page/sort-script.ts';
import { securityHeaders } from './security.ts';

/**
 * Nothing from another origin. Scripts are files of this server, never inline, except the one that sorts tables, which is named by its digest. WebAssembly is allowed, `eval` is not. Inline styles are
 * allowed, because plots contain their own. Workers get their policy from the response that delivered their script.
 */
const policy = {
  'default-src': "'none'",
  'script-src': `'self' 'wasm-unsafe-eval' ${sortScriptDigest}`,
  'style-src': "'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'media-src': 'blob:',
  'connect-src': "'self'",
  'worker-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/** Headers of a run's report: like every answer it loads nothing, and only the script that sorts its tables runs. */
export const reportHeaders = {
  ...securityHeaders,
  'content-security-policy': `${securityHeaders['content-security-policy']}; script-src ${sortScriptDigest}`,
} as const;

/** Headers of pages and their assets. */
export const pageHeaders = {
  ...securityHeaders,
  'content-security-policy': Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; '),
} as const;
