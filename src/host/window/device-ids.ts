import { randomUUID } from 'node:crypto';

/**
 * Device identifiers as windows see them: the same in all windows of an origin for as long as the process lives, unguessable in those of
 * others. https://w3c.github.io/mediacapture-main/#def-mediadeviceinfo-deviceId
 */
export class DeviceIds {
  readonly #exposed = new Map<string, string>();
  readonly #hidden = new Map<string, string>();

  /** The identifier that script sees of the host's. */
  expose(id: string): string {
    const known = this.#exposed.get(id);
    if (known !== undefined) return known;
    const exposed = randomUUID().replaceAll('-', '');
    this.#exposed.set(id, exposed);
    this.#hidden.set(exposed, id);
    return exposed;
  }

  /** The host's identifier of what script has; any other string is left as it is. */
  resolve(exposed: string): string {
    return this.#hidden.get(exposed) ?? exposed;
  }
}

const byOrigin = new Map<string, DeviceIds>();

/** An opaque origin is like no other. */
export function deviceIdsOf(origin: string): DeviceIds {
  if (origin === 'null') return new DeviceIds();
  const ids = byOrigin.get(origin) ?? new DeviceIds();
  byOrigin.set(origin, ids);
  return ids;
}
