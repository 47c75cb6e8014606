/** What auditors of a list are assumed to do. */

/** Share of a readable list whose originals an auditor checks: an assumption, said wherever the number is shown. */
export const auditedShare = 0.1;
