import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port that nobody has, over TCP or UDP, and that the system gives to no socket that asks for any: those are from 32768 on. One of these
 * would be somebody else's, now and then, by the time it is used.
 */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const sockets = [createServer().listen(port), createSocket('udp4').bind(port)];
    const opened = await Promise.all(sockets.map((socket) => once(socket, 'listening').then(() => true, () => false)));
    const isFree = opened.every(Boolean);
    await Promise.all(sockets.map((socket, index) => opened[index] && new Promise((resolve) => socket.close(resolve))));
    if (isFree) return port;
  }
}
