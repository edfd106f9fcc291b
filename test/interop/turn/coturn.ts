import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.mjs';

export const hasCoturn = spawnSync('turnserver', ['--version'], { stdio: 'ignore' }).error === undefined;
export const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).error === undefined;

/** coturn, on loopback where nothing else is said, with one user: `user`, `pass`. */
export class Coturn {
  readonly port: number;
  readonly tlsPort: number;
  /** PEM, for clients to trust. */
  readonly certificate: string | undefined;
  readonly #process: ChildProcess;
  readonly #folder: string;

  /** The file of it, as NODE_EXTRA_CA_CERTS wants one. */
  get certificatePath(): string {
    return join(this.#folder, 'certificate.pem');
  }

  private constructor(port: number, tlsPort: number, certificate: string | undefined, process: ChildProcess, folder: string) {
    this.port = port;
    this.tlsPort = tlsPort;
    this.certificate = certificate;
    this.#process = process;
    this.#folder = folder;
  }

  /** `within` is a command that runs it, with arguments. */
  static async start(options: readonly string[] = [], { address = '127.0.0.1', within = [] as readonly string[] } = {}): Promise<Coturn> {
    const [port, tlsPort] = [await freePort(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), 'coturn-'));
    const certificate = hasOpenssl ? makeCertificate(folder) : undefined;
    const tls = certificate ? [`--cert=${join(folder, 'certificate.pem')}`, `--pkey=${join(folder, 'key.pem')}`] : ['--no-tls', '--no-dtls'];
    const [command, ...args] = [...within, 'turnserver',
      '-n', '--no-cli', `--listening-ip=${address}`, `--relay-ip=${address}`, '--relay-ip=::1', `--listening-port=${port}`, `--tls-listening-port=${tlsPort}`,
      '--allow-loopback-peers', '--lt-cred-mech', '--user=user:pass', '--realm=example.org', '--fingerprint', '--log-file=stdout',
      `--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'turndb')}`, ...tls, ...options,
    ];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      let output = '';
      child.once('exit', () => reject(new Error(`coturn ended: ${output.slice(-500)}`)));
      child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        // The last thread that it starts; listeners are open by then.
        if (output.includes('admin thread')) resolve();
      });
    });
    return new Coturn(port, tlsPort, certificate, child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

function makeCertificate(folder: string): string {
  const path = join(folder, 'certificate.pem');
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', path,
  ], { stdio: 'ignore' });
  return execFileSync('cat', [path], { encoding: 'utf8' });
}
