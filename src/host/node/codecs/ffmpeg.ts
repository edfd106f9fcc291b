import type { AVError, AVLogLevel, AVMediaType } from 'node-av/constants';

/** Numbers of FFmpeg's interface that are the same on every platform. */
export const endOfFile = -541478725 as AVError;
export const audioMedia = 1 as AVMediaType;
export const logQuiet = -8 as AVLogLevel;
export const skipManually = 0x20000000; // AV_CODEC_FLAG2_SKIP_MANUAL
