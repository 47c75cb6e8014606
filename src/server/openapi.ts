/** The OpenAPI document of the services, and a static page of it without scripts. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { Html, html } from '../report/page/html.ts';

/** The parts of an OpenAPI document that the page uses. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: object }>>;

const description = `Requests marked as signed follow RFC 9421 with Ed25519, in one profile: the headers Content-Digest (RFC 9530, sha-256), \
Signature-Input: presend=("@method" "@authority" "@path" "@query" "content-digest");created=…;nonce="…";keyid="…";alg="ed25519" \
and Signature: presend=:…:. created is in seconds, the nonce 16 random bytes in hex, the key id the public key in hex. A nonce is accepted once.`;

/** Makes `app.swagger()` describe the routes that are added later and whose schema has a summary. */
export function describeApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'presend', version, description },
      components: {
        securitySchemes: {
          signature: { type: 'http', scheme: 'signature', description: 'HTTP Message Signatures (RFC 9421)' },
        },
      },
    },
    transform({ schema, url, route }) {
      // Pages and their assets are not part of the API.
      if (schema?.summary === undefined) return { schema: { ...schema, hide: true }, url };
      const who = route.config?.access ?? 'machine';
      const signed = who !== 'machine' && !who.includes('nobody');
      return {
        schema: {
          ...schema,
          description: who === 'machine' ? 'For local requests only.' : `For: ${signed ? who.join(', ') : 'everyone'}.`,
          ...(signed ? { security: [{ signature: [] }] } : {}),
        },
        url,
      };
    },
  });
}

const style = new Html(`
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
section { border-top: 1px solid #8884; padding: 0.5rem 0; }
h2 { font-size: 1rem; margin: 0.5rem 0; }
p { margin: 0.25rem 0; }
pre { overflow-x: auto; background: #8881; padding: 0.5rem; font-size: 0.8rem; }
`);

/** Renders the document as a page. */
export const apiPage = ({ info, paths }: ApiDocument): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}</title>
<style>${style}</style>
</head>
<body>
<h1>${info.title} ${info.version}</h1>
<p>${info.description}</p>
<p>The same description as a document: <a href="/openapi.json">openapi.json</a>.</p>
${Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, each]) => section(method, path, each)),
)}
</body>
</html>
`.text;

const section = (method: string, path: string, operation: Operation): Html => html`<section>
<h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${operation.summary}. ${operation.description}</p>
${(operation.parameters ?? []).map((each) =>
  details(`${each.in} ${each.name}${each.required ? '' : ' (optional)'}`, each.schema),
)}
${contents('body', operation.requestBody?.content)}
${Object.entries(operation.responses).flatMap(([status, { content }]) => contents(status, content))}
</section>
`;

const contents = (what: string, content: Content = {}): Html[] =>
  Object.entries(content).map(([type, { schema }]) => details(`${what}: ${type}`, schema));

const details = (title: string, schema: object): Html =>
  html`<details><summary>${title}</summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`;
