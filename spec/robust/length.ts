/** `ROBUST=short`: all of these specs in two minutes or three, one of them the soak. */
export const isShort = process.env.ROBUST === 'short';

/** How often a property is tried; ten times as often in the long form. */
export const runs = (short: number): { numRuns: number } => ({ numRuns: isShort ? short : 10 * short });

/** Milliseconds that something goes on for; the variable, in seconds, overrides both forms. */
export const lasting = (variable: string, { short, long }: { short: number; long: number }): number =>
  1000 * Number(process.env[variable] ?? (isShort ? short : long));
