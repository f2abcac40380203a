/** The flag of everything that has chance in it. */
export const seed = { seed: { type: 'string' } } as const;
