import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * A network between two ends, A and B, that loses packets: each end is told a port of this link in place of the other's own. One
 * candidate over UDP an end, of IPv4.
 */
export class LossyLink {
  #loss;
  #random;
  /** What stands for A and for B; and their own addresses, by the same indices. */
  #ports = [createSocket('udp4'), createSocket('udp4')];
  #addresses = [];
  packets = 0;
  lost = 0;

  /** Of all packets, `loss` are lost, by what `random` says. */
  constructor(loss, random = Math.random) {
    this.#loss = loss;
    this.#random = random;
    this.#ports.forEach((port, end) => port.on('message', (packet) => this.#pass(packet, end, 1 - end)));
  }

  async open() {
    for (const port of this.#ports) {
      port.bind(0, '127.0.0.1');
      await once(port, 'listening');
    }
    return this;
  }

  /** The candidate that the other end is told, where `candidate` is that of end 0 or 1; null for one that is not of UDP. */
  carry({ candidate, sdpMid, sdpMLineIndex, usernameFragment }, end) {
    const fields = candidate.split(' ');
    if (fields[2].toLowerCase() !== 'udp') return null;
    this.#addresses[end] = { address: fields[4], port: Number(fields[5]) };
    const { address, port } = this.#ports[end].address();
    return { candidate: fields.with(4, address).with(5, String(port)).join(' '), sdpMid, sdpMLineIndex, usernameFragment };
  }

  /** A packet to what stands for end `to`, from the other. */
  #pass(packet, to, from) {
    this.packets++;
    if (this.#random() < this.#loss) this.lost++;
    else if (this.#addresses[to]) this.#ports[from].send(packet, this.#addresses[to].port, this.#addresses[to].address);
  }

  close() {
    for (const port of this.#ports) port.close();
  }
}
