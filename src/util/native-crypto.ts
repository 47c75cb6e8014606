/**
 * Node's own cryptography, or undefined outside Node: native code, several times as fast as JavaScript and WebAssembly. It is asked for at
 * run time and not imported, so that the same modules run in a page. Both ways must give the same bytes (test/crypto/native-crypto.test.ts).
 */
export const nativeCrypto = globalThis.process?.getBuiltinModule?.('node:crypto');
