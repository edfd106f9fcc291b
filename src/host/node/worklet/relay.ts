import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { RealmMessagePort } from '../../Host';

/**
 * Passes messages between a port of another realm's making and one of Node's: `far` goes to the Worker in place of `port`.
 * Ports within messages don't get across, as the other realm's are not Node's.
 */
export function relay(port: RealmMessagePort): { near: MessagePort; far: MessagePort } {
  const { port1: near, port2: far } = new MessageChannel();
  port.onmessage = ({ data }: { data: unknown }) => {
    try {
      near.postMessage(data);
    } catch {
      // What this realm could clone and Node can't is lost, as a message that fails to be deserialized.
    }
  };
  near.on('message', (data) => port.postMessage(data));
  near.on('close', () => port.close());
  near.unref();
  return { near, far };
}
