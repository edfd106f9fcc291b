export interface NullSink {
  readonly name: string;
  readonly rate: number;
  readonly channels: number;
}

export interface Recording {
  /** Resolves once samples arrive. */
  readonly started: Promise<void>;
  frames(): number;
  /** Interleaved. */
  stop(): Promise<Float32Array>;
}

export interface PulseServer {
  /** The environment in which programs find the server. */
  readonly env: NodeJS.ProcessEnv;
  pactl(...args: string[]): { readonly status: number | null; readonly stdout: string };
  record(sink?: NullSink): Recording;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export function pulseMissing(): string | undefined;
export function startPulse(sinks?: readonly NullSink[]): Promise<PulseServer>;
