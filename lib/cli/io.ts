/** What a command has of the process that runs it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What to tell beside a result, on standard error: a failure is one line. */
  readonly notes: string[];
  /** Standard input, to its end; undefined where it is a terminal, which shows what is typed. */
  readonly readInput: () => Promise<string | undefined>;
  /** Resolves when the process is told to end. */
  readonly endAsked: () => Promise<void>;
}
