import { configureGlobal } from 'fast-check';

/** A failure prints the seed, and the path to the smallest input that fails. */
configureGlobal({ seed: Number(process.env.ROBUST_SEED) });
