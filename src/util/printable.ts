/** Text of strangers as a terminal may see it. */

/**
 * A stranger's text without control characters, which could break the line or steer the terminal, and without format characters, which turn
 * the writing around or hide.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');

/** The same for text of several lines; tabs stay. */
export const printableLines = (text: string): string => text.replaceAll(/[^\n\t]+/g, (part) => printable(part));
