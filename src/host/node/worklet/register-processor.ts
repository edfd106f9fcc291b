import type { WorkletParameter } from '../../Host';
import { construct, dictionary, fround, isFinite, LanguageTypeError, PlatformError } from './intrinsics';

export type ProcessorConstructor = new (options: unknown) => object;

const mostNegativeSingleFloat = -3.4028234663852886e38;
const mostPositiveSingleFloat = 3.4028234663852886e38;

/** https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-registerprocessor, steps 3 to 7: the parameters. */
export function parametersOf(processorCtor: unknown): readonly WorkletParameter[] {
  // Step 3
  if (!isConstructor(processorCtor)) throw new LanguageTypeError(failed('parameter 2 is not a constructor.'));
  // Steps 4 and 5
  const { prototype } = processorCtor as { prototype: unknown };
  if (typeof prototype !== 'function' && (typeof prototype !== 'object' || prototype === null)) {
    throw new LanguageTypeError(failed("the 'prototype' of the class is not an object."));
  }
  // Step 6
  const { parameterDescriptors } = processorCtor as { parameterDescriptors?: unknown };
  if (parameterDescriptors === undefined) return [];
  // Step 7
  const parameters: WorkletParameter[] = [];
  const names = dictionary<true>();
  for (const value of sequence(parameterDescriptors)) {
    const descriptor = toDescriptor(value);
    if (descriptor.name in names) {
      throw new PlatformError(failed(`there are two parameters '${descriptor.name}'.`), 'NotSupportedError');
    }
    names[descriptor.name] = true;
    const { defaultValue, minValue, maxValue } = descriptor;
    if (!(minValue <= defaultValue && defaultValue <= maxValue)) {
      throw new PlatformError(
        failed(`the default value (${defaultValue}) of '${descriptor.name}' is outside the range [${minValue}, ${maxValue}].`),
        'InvalidStateError',
      );
    }
    parameters[parameters.length] = descriptor;
  }
  return parameters;
}

class Probe {}

/** https://tc39.es/ecma262/#sec-isconstructor, without running it. */
function isConstructor(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  try {
    construct(Probe, [], value);
    return true;
  } catch {
    return false;
  }
}

function* sequence(value: unknown): Iterable<unknown> {
  const method = typeof value === 'object' && value !== null || typeof value === 'function' ? (value as Iterable<unknown>)[Symbol.iterator] : undefined;
  if (typeof method !== 'function') throw new LanguageTypeError(failed("'parameterDescriptors' is not iterable."));
  yield* value as Iterable<unknown>;
}

/** https://webaudio.github.io/web-audio-api/#dictdef-audioparamdescriptor; members in lexicographical order. */
function toDescriptor(value: unknown): WorkletParameter {
  if (value !== undefined && value !== null && typeof value !== 'object' && typeof value !== 'function') {
    throw new LanguageTypeError(failed('a parameter descriptor is not an object.'));
  }
  const source = (value ?? {}) as Record<string, unknown>;
  const rate = source['automationRate'];
  const automationRate = rate === undefined ? 'a-rate' : toDOMString(rate);
  if (automationRate !== 'a-rate' && automationRate !== 'k-rate') {
    throw new LanguageTypeError(failed(`'${automationRate}' is not an AutomationRate.`));
  }
  const defaultValue = toFloat(source['defaultValue'], 0, 'defaultValue');
  const maxValue = toFloat(source['maxValue'], mostPositiveSingleFloat, 'maxValue');
  const minValue = toFloat(source['minValue'], mostNegativeSingleFloat, 'minValue');
  const name = source['name'];
  if (name === undefined) throw new LanguageTypeError(failed("required member 'name' of a parameter descriptor is undefined."));
  return { name: toDOMString(name), defaultValue, minValue, maxValue, automationRate };
}

function toFloat(value: unknown, otherwise: number, member: string): number {
  if (value === undefined) return otherwise;
  const number = fround(+(value as number));
  if (!isFinite(number)) throw new LanguageTypeError(failed(`the '${member}' of a parameter descriptor is not a finite number.`));
  return number;
}

export function toDOMString(value: unknown): string {
  if (typeof value === 'symbol') throw new LanguageTypeError('Cannot convert a Symbol value to a string');
  return `${value as string}`;
}

export function failed(detail: string): string {
  return `Failed to execute 'registerProcessor' on 'AudioWorkletGlobalScope': ${detail}`;
}
