/** A standard stream as node:child_process takes it. */
export type Stream = 'inherit' | 'ignore' | number;

export interface RunOptions {
  /** Where migrations and target files are looked for; this process's own folder without it. */
  cwd?: string;
  /** All of its environment; this process's own without it. */
  env?: Record<string, string | undefined>;
  /** Ends the run as Ctrl-C does: what is in flight is rolled back, and there is a report. */
  signal?: {
    readonly aborted: boolean;
    addEventListener(type: 'abort', listener: () => void): void;
    removeEventListener(type: 'abort', listener: () => void): void;
  };
  /** Where progress and errors go: 'inherit' without it. */
  stderr?: Stream;
}

export interface Result<R extends Report = Report> {
  /** 0 where all is well; the others are told by `pgmarch help`. null where a signal has killed it. */
  code: number | null;
  /** The signal that has killed it. */
  signal: string | null;
  /** null where nothing was printed: it could not be started, or was killed. */
  report: R | null;
}

/**
 * Runs `pgmarch ARGS --format json`. Rejects where there is no such program on this machine at all, and where what
 * was printed is no JSON; a run that failed is no rejection.
 *
 *     const {code, report} = await run<RunReport>(['up', '--targets', 'targets.conf', '--yes']);
 */
export function run<R extends Report = Report>(args: readonly string[], options?: RunOptions): Promise<Result<R>>;

/** Where the command lies that `run` runs. */
export const program: string;

