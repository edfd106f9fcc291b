import type { DisplayMediaStreamOptions, MediaTrackConstraints } from '../../generated/mediastream-types';
import { executing, notFullyActive } from '../../webidl/exceptions';
import { newPromise } from '../../webidl/promise';
import { constraintsOf } from '../constraints/constraint';
import { MediaStream } from '../MediaStream';
import { MediaStreamTrack } from '../MediaStreamTrack';
import { OverconstrainedError } from '../OverconstrainedError';
import type { DeviceList } from './DeviceList';

const message = (detail: string): string => executing('getDisplayMedia', 'MediaDevices', detail);

/** https://w3c.github.io/mediacapture-screen-share/#dfn-floor-value */
const floorValues: Readonly<Record<string, number>> = { width: 320, height: 180, frameRate: 1 };

/**
 * https://w3c.github.io/mediacapture-screen-share/#dom-mediadevices-getdisplaymedia
 *
 * Audio is never captured, as the specification permits.
 */
export function getDisplayMedia(devices: DeviceList, options: DisplayMediaStreamOptions): Promise<MediaStream> {
  const p = newPromise<MediaStream>();
  // Steps 2 and 3: not applicable, there is no CaptureController.
  // Step 4. Deviation: nothing here knows whether there is transient activation; there always is.
  // Steps 7 to 10
  const problem = checkOptions(options) ?? notFullyActive(message);
  if (problem !== null) {
    p.reject(problem);
    return p.promise;
  }
  // Step 12
  host.queueTask(() => {
    // Step 12.1.1
    const source = devices.createDisplaySource();
    if (source === null) {
      p.reject(new DOMException(message('there is no display.'), 'NotFoundError'));
      return;
    }
    requestPermission((granted) => {
      if (!granted) {
        p.reject(new DOMException(message('permission denied.'), 'NotAllowedError'));
        return;
      }
      // Steps 12.4 and 12.5
      const track = new MediaStreamTrack(source);
      devices.tie(source);
      // Step 12.6
      const failedConstraint = options.video === true ? null : track._applyConstraints(options.video as MediaTrackConstraints);
      if (failedConstraint === null) {
        // Step 12.9
        p.resolve(new MediaStream([track]));
        return;
      }
      track.stop();
      p.reject(new OverconstrainedError(failedConstraint, message(`'${failedConstraint}' can't be satisfied.`)));
    });
  });
  // Step 13
  return p.promise;
}

function checkOptions({ audio, video }: DisplayMediaStreamOptions): TypeError | OverconstrainedError | null {
  // Step 7
  if (video === false) return new TypeError(message('video must be requested.'));
  // Step 8
  for (const constraints of [audio, video]) {
    if (typeof constraints === 'boolean') continue;
    // Step 8.1
    if (constraints.advanced !== undefined) return new TypeError(message('advanced constraints are not supported.'));
    for (const [name, { min, max, exact }] of constraintsOf(constraints, 'ideal')) {
      // Step 8.2
      if (min !== undefined || exact !== undefined) return new TypeError(message(`min and exact constraints are not supported, as of '${name}'.`));
      // Step 8.3
      if (max !== undefined && max < (floorValues[name] ?? 0)) return new OverconstrainedError(name, message(`'${name}' can't be that small.`));
    }
  }
  return null;
}

/** Steps 12.1.2 to 12.3. The permission is never stored: whoever decides is asked each time. */
function requestPermission(done: (granted: boolean) => void): void {
  const state = host.devices!.permissionState('display-capture');
  if (state === 'prompt') host.devices!.requestPermissions(['display-capture'], done);
  else done(state === 'granted');
}
