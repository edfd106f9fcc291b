import type { HostError } from '../../../Host';
import type { NodeAv } from '../node-av';

/** Numbers of FFmpeg's interface that are the same everywhere but for EAGAIN. */
export const endOfFile = -541478725;

export function tryAgain(av: NodeAv): number {
  return av.FFmpegError.AVERROR(av.PosixError.EAGAIN);
}

export function isTryAgain(av: NodeAv, status: number): boolean {
  return status === tryAgain(av);
}

export function codingError(av: NodeAv, what: string, status: number): HostError {
  return { code: 'encoding', message: `${what}: ${new av.FFmpegError(status).message}.` };
}

export function notSupported(what: string): HostError {
  return { code: 'not-supported', message: what };
}
