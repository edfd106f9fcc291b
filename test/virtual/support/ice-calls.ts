import type { IceAgentOptions } from '../../../src/webrtc/ice/IceAgent';
import type { IceTransportState } from '../../../src/webrtc/ice/IceContext';
import type { IceParameters } from '../../../src/webrtc/ice/ice-parameters';
import { Attribute, MessageClass, Method } from '../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../src/webrtc/stun/StunWriter';
import type { TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import { utf8Encode } from '../../../src/text/utf8';
import { stunCrypto } from '../../support/stun-crypto';
import { endCandidates, IcePeer, signal } from './IcePeer';
import type { Conditions, VirtualNetwork } from './VirtualNetwork';
import { VirtualNetwork as Network } from './VirtualNetwork';

export interface Call {
  readonly network: VirtualNetwork;
  readonly caller: IcePeer;
  readonly callee: IcePeer;
  run(milliseconds: number): void;
}

export interface CallOptions {
  readonly seed?: number;
  readonly conditions?: Conditions;
  readonly caller?: Partial<IceAgentOptions>;
  readonly callee?: Partial<IceAgentOptions>;
  readonly callerAddresses?: readonly string[];
  readonly calleeAddresses?: readonly string[];
}

/** Two peers with host candidates that know one another's, and that there are no others; nothing has been sent yet. */
export function makeCall(options: CallOptions = {}): Call {
  const { seed = 1, conditions = { delay: 10 }, callerAddresses = ['192.0.2.1'], calleeAddresses = ['192.0.2.2'] } = options;
  const network = new Network(seed, conditions);
  const caller = new IcePeer(network, options.caller);
  const callee = new IcePeer(network, options.callee);
  callerAddresses.forEach((address, index) => caller.addHost(address, null, 65_535 - index));
  calleeAddresses.forEach((address, index) => callee.addHost(address, null, 65_535 - index));
  signal(caller, callee);
  endCandidates(caller, callee);
  return { network, caller, callee, run: (milliseconds) => network.queue.runUntil(network.queue.now + milliseconds) };
}

/** The same, connected, and past the checks of other pairs. */
export function makeConnectedCall(options: CallOptions = {}): Call {
  const call = makeCall(options);
  call.run(3500);
  return call;
}

export const statesOf = (peer: IcePeer): IceTransportState[] => peer.events.flatMap((event) => (event.type === 'state' ? [event.state] : []));

/** A check as an agent with these parameters would send it. */
export function checkRequest(from: IceParameters, to: IceParameters, options: {
  readonly role?: 'controlling' | 'controlled';
  readonly tieBreaker?: number;
  readonly usesCandidate?: boolean;
  readonly transactionId?: Uint8Array;
  readonly password?: string;
  readonly write?: (writer: StunWriter) => void;
} = {}): Uint8Array {
  const { role = 'controlled', tieBreaker = 0, usesCandidate = false, transactionId = new Uint8Array(12), password = to.password } = options;
  const writer = new StunWriter(MessageClass.request, Method.binding, transactionId)
    .text(Attribute.username, `${to.usernameFragment}:${from.usernameFragment}`)
    .uint32(Attribute.priority, 1853824767)
    .bytes(role === 'controlling' ? Attribute.iceControlling : Attribute.iceControlled, new Uint8Array(8).fill(tieBreaker));
  if (usesCandidate) writer.flag(Attribute.useCandidate);
  options.write?.(writer);
  return writer.messageIntegrity(utf8Encode(password), stunCrypto).fingerprint().finish();
}

/** The success response of an agent with this password. */
export function checkResponse(request: Uint8Array, password: string, mapped: TransportAddress): Uint8Array {
  return new StunWriter(MessageClass.success, Method.binding, StunMessage.decode(request)!.transactionId)
    .xorAddress(Attribute.xorMappedAddress, mapped).messageIntegrity(utf8Encode(password), stunCrypto).fingerprint().finish();
}
