/**
 * The environment variables that Mediant reads, all of them in one table, which docs/environment.md shows. One that is empty counts as
 * not set. One that is not what it may be is warned of once (`process.emitWarning`, code MEDIANT), and something else is used.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { canonicalIpAddress } from '../../webrtc/stun/TransportAddress';

interface Variable<T> {
  /** What it may be, as in `… is not …`. */
  readonly accepts: string;
  readonly does: string;
  /** Undefined: that is not what it may be. */
  read(text: string): T | undefined;
  /** Where it is not set. */
  readonly unset: T;
  /** What is used in place of a value that is not acceptable, in words; and the value, if not `unset`. */
  readonly instead: string;
  salvage?(text: string): T;
}

const audioBackends = ['pulse', 'alsa', 'silent'];

const instructionSets = ['portable', 'sse4', 'avx2', 'avx512', 'neon'];

const flag = (does: string, instead: string): Variable<boolean> => ({
  accepts: '1 or 0', does, instead, unset: false, read: (text) => (text === '1' ? true : text === '0' ? false : undefined),
});

const wholeNumber = (text: string, lowest: number, highest: number): number | undefined => {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : NaN;
  return value >= lowest && value <= highest ? value : undefined;
};

const ipAddresses = (text: string) => text.split(',').map((item) => canonicalIpAddress(item.trim()));

const row = <T>(variable: Variable<T>): Variable<T> => variable;

export const variables = {
  MEDIANT_AUDIO: row<string>({
    accepts: 'pulse, alsa or silent',
    does: 'leaves no other choice of audio output',
    instead: 'the choice is left to the machine',
    unset: '',
    read: (text) => (audioBackends.includes(text) ? text : undefined),
  }),
  MEDIANT_ICE_ADDRESSES: row<readonly string[] | null>({
    accepts: 'a list of IP addresses with commas between',
    does: 'takes the place of the addresses of the machine\'s interfaces in host candidates',
    instead: 'what is an address in it is used, and nothing else',
    unset: null,
    read: (text) => (ipAddresses(text).includes(undefined) ? undefined : ipAddresses(text) as string[]),
    salvage: (text) => ipAddresses(text).filter((address) => address !== undefined),
  }),
  MEDIANT_ICE_MDNS: flag('gives host candidates names below `local`, so that script is told no address of the machine', 'host candidates have addresses'),
  MEDIANT_ICE_PORT: row<number>({
    accepts: 'a whole number from 1 to 65535',
    does: 'is the one port for all connections',
    instead: 'each transport has a port of its own',
    unset: 0,
    read: (text) => wholeNumber(text, 1, 65_535),
  }),
  MEDIANT_ICE_TCP_PASSIVE: flag('makes transports listen for TCP connections', 'no transport listens for TCP connections'),
  MEDIANT_MAX_DATAGRAM_BYTES: row<number>({
    accepts: 'a whole number above 0',
    does: 'is the length of the longest UDP datagrams that are tried; 1200 bytes always are',
    instead: 'the path alone limits their length',
    unset: Infinity,
    read: (text) => wholeNumber(text, 1, Infinity),
  }),
  MEDIANT_ADDON: row<string>({
    accepts: 'the path of a file',
    does: 'is the native addon, and no other is looked for',
    instead: '', // A file that is no addon is an error of its own.
    unset: '',
    read: (text) => text,
  }),
  // The addon reads it by itself; one of another architecture sets no bound.
  MEDIANT_ISA: row<string>({
    accepts: 'portable, sse4, avx2, avx512 or neon',
    does: 'is the best instruction set that the render engine may use',
    instead: 'the best one that the processor has is used',
    unset: '',
    read: (text) => (instructionSets.includes(text) ? text : undefined),
  }),
};

type Variables = typeof variables;

/** What the environment says now, or what is used where it says nothing or nothing acceptable. */
export function environment<Name extends keyof Variables>(name: Name): Variables[Name]['unset'] {
  const variable: Variable<unknown> = variables[name];
  const text = process.env[name];
  if (!text) return variable.unset as Variables[Name]['unset'];
  let value = variable.read(text);
  if (value === undefined) {
    warnOnce(name, `${name}=${text} is not ${variable.accepts}; ${variable.instead}.`);
    value = variable.salvage ? variable.salvage(text) : variable.unset;
  }
  return value as Variables[Name]['unset'];
}

const warnedOf = 'mediant: variables that were warned of';

/** Once a process, but for Workers that ran before. */
function warnOnce(name: string, message: string): void {
  const names = getEnvironmentData(warnedOf) as string[] | undefined ?? [];
  if (names.includes(name)) return;
  setEnvironmentData(warnedOf, [...names, name]);
  process.emitWarning(message, { code: 'MEDIANT' });
}
