import { Console } from 'node:console';
import process from 'node:process';
import { apply } from './intrinsics';

/** https://console.spec.whatwg.org/#console-namespace */
const operations = [
  'assert', 'clear', 'debug', 'error', 'info', 'log', 'table', 'trace', 'warn', 'dir', 'dirxml',
  'count', 'countReset', 'group', 'groupCollapsed', 'groupEnd', 'time', 'timeLog', 'timeEnd',
] as const;

/**
 * The `console` namespace. Node's own object carries its streams, and hands its means of inspection to what it prints: neither is
 * for a worklet's script.
 */
export function createConsole(): Console {
  const console = new Console({ stdout: process.stdout, stderr: process.stderr, inspectOptions: { customInspect: false } });
  const namespace = Object.create({}) as Record<string, unknown>;
  for (const name of operations) {
    const operation = console[name] as (...data: unknown[]) => void;
    namespace[name] = { [name]: (...data: unknown[]) => apply(operation, console, data) }[name];
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'console', configurable: true });
  return namespace as unknown as Console;
}
