import type { AVLogLevel } from 'node-av/constants';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodecFailure } from './failure';

const logQuiet = -8 as AVLogLevel;

export type NodeAv = typeof import('node-av/lib');

let loading: Promise<NodeAv> | undefined;

/**
 * Loads the backend, from where this package is installed or else from the program's directory. Its low-level half only: the
 * other half needs Node 22.
 */
export function loadNodeAv(): Promise<NodeAv> {
  return (loading ??= load());
}

async function load(): Promise<NodeAv> {
  const av = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node-av/lib').catch((reason: unknown) => loadFromProgram(reason));
  av.Log.setLevel(logQuiet); // FFmpeg would write to stderr about every oddity of a file.
  process.env['SVT_LOG'] ??= '0'; // So would its AV1 encoder, which has no other switch.
  return av;
}

async function loadFromProgram(reason: unknown): Promise<NodeAv> {
  let path: string;
  try {
    path = createRequire(join(process.cwd(), 'index.js')).resolve('node-av/lib');
  } catch {
    throw noBackend(reason);
  }
  return import(/* webpackIgnore: true */ /* @vite-ignore */ pathToFileURL(path).href).catch((error: unknown) => {
    throw noBackend(error);
  }) as Promise<NodeAv>;
}

function noBackend(reason: unknown): CodecFailure {
  const { code, message } = reason as { code?: string; message?: string };
  if (code === 'ERR_MODULE_NOT_FOUND' && message?.includes("'node-av'")) {
    return new CodecFailure('no-backend', 'Without a codec backend only WAV, MP3, FLAC, Opus and Vorbis can be decoded, and only PCM and G.711 encoded. Install one with: npm i node-av');
  }
  const cause = String(message ?? reason).split('\n')[0];
  return new CodecFailure('no-backend', `The codec backend node-av is installed but can't be loaded (${cause}). Reinstall it with: npm i node-av`);
}
