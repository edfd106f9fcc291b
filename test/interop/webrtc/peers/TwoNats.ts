import { spawnSync } from 'node:child_process';

/** Whether a socket of a host has one public port, which the checks of both sides open, or another one for each destination, so that only a relay helps. */
export type Mapping = 'endpoint-independent' | 'address-and-port-dependent';

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: ${error?.message ?? stderr.trim()}`);
}

const sides = ['a', 'b'] as const;
type Side = (typeof sides)[number];

/** Two hosts, each behind a router that translates addresses and lets nothing in unasked, and a public network between these; of network namespaces. */
export class TwoNats {
  /** Of whoever is in the public network. */
  static readonly publicAddress = '203.0.113.1';
  readonly #prefix = `mediant-${process.pid}-`;
  readonly #namespaces: string[] = [];

  /** Undefined where the machine allows it, else what it says. */
  static whyNot(): string | undefined {
    const network = new TwoNats();
    try {
      network.build('endpoint-independent');
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      network.remove();
    }
  }

  build(mapping: Mapping): void {
    for (const name of ['public', 'router-a', 'router-b', 'host-a', 'host-b']) this.#addNamespace(name);
    this.#ip('public', 'link', 'add', 'bridge0', 'type', 'bridge');
    this.#ip('public', 'link', 'set', 'bridge0', 'up');
    this.#ip('public', 'address', 'add', `${TwoNats.publicAddress}/24`, 'dev', 'bridge0');
    // As on the Internet, what goes to a private address gets lost: where a send fails, coturn ends the allocation.
    this.#ip('public', 'neighbour', 'add', '203.0.113.254', 'lladdr', '02:00:00:00:00:01', 'dev', 'bridge0', 'nud', 'permanent');
    this.#ip('public', 'route', 'add', 'default', 'via', '203.0.113.254');
    for (const side of sides) this.#addSide(side, mapping);
  }

  /** What runs a command at `name`: `public`, `host-a`, `host-b`. */
  at(name: string): [command: string, ...args: string[]] {
    return ['ip', 'netns', 'exec', this.#prefix + name];
  }

  remove(): void {
    for (const name of this.#namespaces.splice(0)) spawnSync('ip', ['netns', 'delete', name]);
  }

  #addSide(side: Side, mapping: Mapping): void {
    const [router, host, number] = [`router-${side}`, `host-${side}`, side === 'a' ? 10 : 20];
    this.#ip('public', 'link', 'add', `port-${side}`, 'type', 'veth', 'peer', 'name', 'wan', 'netns', this.#prefix + router);
    this.#ip('public', 'link', 'set', `port-${side}`, 'master', 'bridge0', 'up');
    this.#ip(router, 'address', 'add', `203.0.113.${number}/24`, 'dev', 'wan');
    this.#ip(router, 'link', 'set', 'wan', 'up');
    this.#ip(router, 'link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.#prefix + host);
    this.#ip(router, 'address', 'add', `192.168.${number}.1/24`, 'dev', 'lan');
    this.#ip(router, 'link', 'set', 'lan', 'up');
    this.#ip(host, 'address', 'add', `192.168.${number}.2/24`, 'dev', 'eth0');
    this.#ip(host, 'link', 'set', 'eth0', 'up');
    this.#ip(host, 'route', 'add', 'default', 'via', `192.168.${number}.1`);
    const inRouter = (...command: string[]) => run('ip', 'netns', 'exec', this.#prefix + router, ...command);
    inRouter('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    inRouter('nft', 'add table ip nat');
    inRouter('nft', 'add chain ip nat out { type nat hook postrouting priority 100 ; }');
    inRouter('nft', `add rule ip nat out oifname wan masquerade${mapping === 'address-and-port-dependent' ? ' fully-random' : ''}`);
    // What comes unasked would otherwise take the port that the host's next packet is to be translated to.
    inRouter('nft', 'add chain ip nat in { type filter hook input priority 0 ; }');
    inRouter('nft', 'add rule ip nat in iifname wan udp dport 1024-65535 drop');
  }

  #addNamespace(name: string): void {
    run('ip', 'netns', 'add', this.#prefix + name);
    this.#namespaces.push(this.#prefix + name);
    this.#ip(name, 'link', 'set', 'lo', 'up');
  }

  #ip(namespace: string, ...args: string[]): void {
    run('ip', '-n', this.#prefix + namespace, ...args);
  }
}
