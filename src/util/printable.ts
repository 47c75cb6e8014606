/** Makes untrusted text safe for a terminal. */

/**
 * Text without control characters, which could break the line or control the terminal, and without format characters, which change the
 * writing direction or hide.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');

/** The same for text of several lines; tabs are preserved. */
export const printableLines = (text: string): string => text.replaceAll(/[^\n\t]+/g, (part) => printable(part));
