import { generateIceParameters } from '../ice/ice-parameters';
import type { IceParametersData } from '../thread/messages';

/** Credentials for a session of ICE. */
export function newIceParameters(): IceParametersData {
  const { usernameFragment, password } = generateIceParameters((bytes) => host.getRandomValues(bytes));
  return { usernameFragment, password, lite: false };
}
