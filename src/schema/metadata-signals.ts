/** The strategy S12 by its name: it scans no message, so that it is none of src/strategy. */

/** In the words of the other strategies; see src/strategy/strategy.ts. */
export const metadataSignals = {
  id: 'S12',
  name: 'metadata-signals',
  summary:
    'end-to-end encryption with what remains: pictures and names that everybody sees, reports by users, and metadata decide on accounts',
  reference: 'WhatsApp’s description of how it finds abuse without reading messages',
  simplified:
    'accounts are made up, and its messages are sealed as those of S1; it is measured by runs of the kind metadata',
} as const;
