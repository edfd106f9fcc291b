import type { CodecRequest } from '../host/CodecBackend';
import { executing } from '../webidl/exceptions';
import { newPromise } from '../webidl/promise';
import { checkSupport } from './backends';
import { cloneConfig } from './configs';

export function checkConfig(interfaceName: string, problem: string | null): void {
  if (problem !== null) throw new TypeError(executing('configure', interfaceName, `${problem}.`));
}

/** https://w3c.github.io/webcodecs/#dom-videodecoder-isconfigsupported and its likes */
export function answerSupport<Config extends object>(
  interfaceName: string, config: Config, problem: string | null, requestOf: (config: Config) => CodecRequest | null,
): Promise<{ supported: boolean; config: Config }> {
  const p = newPromise<{ supported: boolean; config: Config }>();
  // Step 1
  if (problem !== null) {
    p.reject(new TypeError(executing('isConfigSupported', interfaceName, `${problem}.`)));
    return p.promise;
  }
  // Steps 2 to 5
  const clone = cloneConfig(config);
  checkSupport(requestOf(config), (supported) => p.resolve({ supported, config: clone }));
  return p.promise;
}
