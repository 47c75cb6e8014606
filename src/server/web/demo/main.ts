/** The live demo. */
export {};
