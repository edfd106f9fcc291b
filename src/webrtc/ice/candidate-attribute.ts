import { canonicalIpAddress } from '../stun/TransportAddress';
import type { CandidateProtocol, CandidateType, IceCandidate, TcpType } from './candidate';

/** Why a candidate-attribute is no candidate: it breaks the grammar, or it is of a kind that an agent has to pass over. */
export interface CandidateFault {
  readonly fault: 'syntax' | 'unsupported';
}

export function isCandidateFault(value: IceCandidate | CandidateFault): value is CandidateFault {
  return 'fault' in value;
}

const iceCharacters = /^[A-Za-z\d+/]{1,32}$/;
const token = /^[!#$%&'*+\-.^_`{|}~A-Za-z\d]+$/;
/** An address or name; what a name may be made of is the resolver's matter. */
const connectionAddress = /^[A-Za-z\d.:%_-]{1,253}$/;
/** Of extensions nobody needs more. */
const mostCharacters = 4096;

const types: readonly string[] = ['host', 'srflx', 'prflx', 'relay'] satisfies CandidateType[];
const protocols: readonly string[] = ['udp', 'tcp'] satisfies CandidateProtocol[];
const tcpTypes: readonly string[] = ['active', 'passive', 'so'] satisfies TcpType[];

const syntaxFault: CandidateFault = { fault: 'syntax' };

/**
 * Reads the candidate-attribute grammar, with or without `a=` before it: `candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host`.
 * https://www.rfc-editor.org/rfc/rfc8839#section-5.1, https://www.rfc-editor.org/rfc/rfc6544#section-4.5
 */
export function parseCandidateAttribute(text: string): IceCandidate | CandidateFault {
  if (text.length > mostCharacters) return syntaxFault;
  const match = /^(?:a=)?candidate:(.*)$/s.exec(text);
  if (!match) return syntaxFault;
  const fields = match[1].trimEnd().split(' ');
  const [foundation, componentText, transport, priorityText, address, portText, typ, type] = fields;
  if (fields.length < 8 || !iceCharacters.test(foundation) || !token.test(transport) || !connectionAddress.test(address)) return syntaxFault;
  const component = integer(componentText, 3, 1, 256);
  const priority = integer(priorityText, 10, 0, 0xffffffff);
  const port = integer(portText, 5, 0, 0xffff);
  if (component === undefined || priority === undefined || port === undefined || typ !== 'typ' || !token.test(type)) return syntaxFault;
  const rest = parseRest(fields.slice(8));
  if (!rest) return syntaxFault;
  const protocol = transport.toLowerCase();
  if (!protocols.includes(protocol) || !types.includes(type)) return { fault: 'unsupported' };
  return {
    foundation,
    component,
    protocol: protocol as CandidateProtocol,
    priority,
    address: canonicalIpAddress(address) ?? address,
    port,
    type: type as CandidateType,
    ...rest,
  };
}

type Rest = Pick<IceCandidate, 'tcpType' | 'relatedAddress' | 'relatedPort' | 'usernameFragment' | 'extensions'>;

/**
 * `[raddr …] [rport …] *(name value)`
 *
 * Deviation: the grammar lets a value be empty; nobody writes such a one, and written last it could not be told from a missing one.
 */
function parseRest(fields: readonly string[]): Rest | undefined {
  let tcpType: TcpType | null = null;
  let relatedAddress: string | null = null;
  let relatedPort: number | null = null;
  let usernameFragment: string | null = null;
  const extensions: [string, string][] = [];
  if (fields.length % 2 !== 0) return undefined;
  for (let index = 0; index < fields.length; index += 2) {
    const [name, value] = [fields[index], fields[index + 1]];
    if (!/^[!-~]+$/.test(name) || !/^[!-~]+$/.test(value)) return undefined;
    if (name === 'raddr') {
      if (!connectionAddress.test(value)) return undefined;
      relatedAddress = value;
    } else if (name === 'rport') {
      relatedPort = integer(value, 5, 0, 0xffff) ?? null;
      if (relatedPort === null) return undefined;
    } else if (name === 'tcptype' && tcpTypes.includes(value)) {
      tcpType = value as TcpType;
    } else if (name === 'ufrag') {
      usernameFragment = value;
    } else {
      extensions.push([name, value]);
    }
  }
  return { tcpType, relatedAddress, relatedPort, usernameFragment, extensions };
}

function integer(text: string, mostDigits: number, least: number, most: number): number | undefined {
  if (!/^\d+$/.test(text) || text.length > mostDigits) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** The attribute's text from `candidate:` on, as RTCIceCandidate's `candidate` has it. */
export function serialiseCandidateAttribute(candidate: IceCandidate): string {
  const { foundation, component, protocol, priority, address, port, type, extensions } = candidate;
  const fields = [foundation, component, protocol, priority, address, port, 'typ', type];
  if (candidate.relatedAddress !== null) fields.push('raddr', candidate.relatedAddress);
  if (candidate.relatedPort !== null) fields.push('rport', candidate.relatedPort);
  if (candidate.tcpType !== null) fields.push('tcptype', candidate.tcpType);
  for (const [name, value] of extensions) fields.push(name, value);
  if (candidate.usernameFragment !== null) fields.push('ufrag', candidate.usernameFragment);
  return `candidate:${fields.join(' ')}`;
}
