import type { MediaStreamConstraints, MediaTrackConstraints, MediaTrackConstraintSet } from '../../generated/mediastream-types';
import type { MediaInputDevice } from '../../host/Host';
import { executing, notFullyActive } from '../../webidl/exceptions';
import { newPromise } from '../../webidl/promise';
import { constraintsOf, isRequired } from '../constraints/constraint';
import { fitnessDistance } from '../constraints/fitnessDistance';
import { isAllowedForSelection, isDefinedFor } from '../constraints/properties';
import type { PropertyName } from '../constraints/properties';
import { selectSettings } from '../constraints/selectSettings';
import { MediaStream } from '../MediaStream';
import { MediaStreamTrack } from '../MediaStreamTrack';
import { OverconstrainedError } from '../OverconstrainedError';
import { permissionNames } from './DeviceList';
import type { DeviceList, MediaType } from './DeviceList';

/** A *candidate*: a device that can satisfy the constraints. */
interface Candidate {
  readonly device: MediaInputDevice;
  readonly distance: number;
}

/** The *finalSet* of a kind, the best candidate first, and the constraints to apply to it. */
interface Selection {
  readonly type: MediaType;
  readonly constraints: MediaTrackConstraints;
  readonly candidates: readonly Candidate[];
}

const message = (detail: string): string => executing('getUserMedia', 'MediaDevices', detail);

/** https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
export function getUserMedia(devices: DeviceList, constraints: MediaStreamConstraints): Promise<MediaStream> {
  const p = newPromise<MediaStream>();
  // Step 2
  const requestedMediaTypes = (['audio', 'video'] as const).filter((type) => constraints[type] !== false);
  // Step 3
  if (requestedMediaTypes.length === 0) {
    p.reject(new TypeError(message('at least one of audio and video must be requested.')));
    return p.promise;
  }
  // Step 5
  const inactive = notFullyActive(message);
  if (inactive !== null) {
    p.reject(inactive);
    return p.promise;
  }
  // Steps 6 and 7: not applicable, the host's permissions stand for a permissions policy too.
  // Step 9: a document is always in view here.
  // Step 11
  host.queueTask(() => {
    const selections: Selection[] = [];
    for (const type of requestedMediaTypes) {
      const selection = select(devices, type, constraints[type] as true | MediaTrackConstraints, requestedMediaTypes);
      if (!('candidates' in selection)) {
        p.reject(selection);
        return;
      }
      selections.push(selection);
    }
    // Step 11.5
    requestPermission(requestedMediaTypes, (granted) => {
      // Steps 11.6 and 11.7: not applicable, nothing here has focus.
      if (granted) p.resolve(createStream(devices, selections));
      else p.reject(permissionFailure());
    });
  });
  // Step 12
  return p.promise;
}

/** Step 11.3: the candidates of a kind, or why there is none. */
function select(
  devices: DeviceList,
  type: MediaType,
  wanted: true | MediaTrackConstraints,
  requestedMediaTypes: readonly MediaType[],
): Selection | DOMException | OverconstrainedError | TypeError {
  // Step 11.3.1
  const inputs = devices.inputs(type);
  if (inputs.length === 0) {
    // NotFound Failure
    if (!isSpecificFailureAllowed(requestedMediaTypes)) return permissionFailure();
    return new DOMException(message(`there is no ${permissionNames[type]}.`), 'NotFoundError');
  }
  // Steps 11.3.2 and 11.3.3
  const constraints = wanted === true ? {} : definedFor(type, wanted);
  // Step 11.3.4
  const basic = constraintsOf(constraints, 'ideal');
  const notAllowed = basic.find(([name, constraint]) => isRequired(constraint) && !isAllowedForSelection(name));
  if (notAllowed !== undefined) return new TypeError(message(`'${notAllowed[0]}' may not be required for the selection of a device.`));
  // Step 11.3.5
  const selected = inputs.map((device) => ({ device, settings: selectSettings(devices.createSource(device).possibleSettings(constraints), constraints) }));
  const candidates = selected.flatMap(({ device, settings }) =>
    typeof settings === 'string' ? [] : [{ device, distance: fitnessDistance(settings, basic) }]);
  if (candidates.length === 0) {
    // Constraint Failure: a constraint that no device satisfies, if there is one.
    if (!isSpecificFailureAllowed(requestedMediaTypes)) return permissionFailure();
    const failures = selected.map(({ settings }) => settings as string);
    const failedConstraint = failures.find((name) => name !== '') ?? '';
    // Deviation: the name tells what devices can't do, which the specification hides from those who were never permitted to use
    // them. Who has the permission may know.
    const isExposed = devices.canExposeInformation || host.devices!.permissionState(permissionNames[type]) === 'granted';
    return new OverconstrainedError(isExposed ? failedConstraint : '', message('the constraints can\'t be satisfied.'));
  }
  // Step 11.3.6
  if (host.devices!.permissionState(permissionNames[type]) === 'denied') return permissionFailure();
  // Step 11.3.8
  return { type, constraints, candidates: candidates.sort((a, b) => a.distance - b.distance) };
}

/** The constraints on properties that tracks of this kind have; others are ignored. */
function definedFor(type: MediaType, { advanced, ...basic }: MediaTrackConstraints): MediaTrackConstraints {
  const keep = (set: MediaTrackConstraintSet): MediaTrackConstraintSet =>
    Object.fromEntries(Object.entries(set).filter(([name]) => isDefinedFor(type, name as PropertyName)));
  return { ...keep(basic), ...(advanced === undefined ? {} : { advanced: advanced.map(keep) }) };
}

/** https://w3c.github.io/mediacapture-main/#getUserMedia-specific-failure-is-allowed */
function isSpecificFailureAllowed(requestedMediaTypes: readonly MediaType[]): boolean {
  return requestedMediaTypes.every((type) => host.devices?.permissionState(permissionNames[type]) !== 'denied');
}

function permissionFailure(): DOMException {
  return new DOMException(message('permission denied.'), 'NotAllowedError');
}

function requestPermission(requestedMediaTypes: readonly MediaType[], done: (granted: boolean) => void): void {
  const names = requestedMediaTypes.map((type) => permissionNames[type]).filter((name) => host.devices!.permissionState(name) === 'prompt');
  if (names.length === 0) done(true);
  else host.devices!.requestPermissions(names, done);
}

/** Steps 11.8 to 11.12 */
function createStream(devices: DeviceList, selections: readonly Selection[]): MediaStream {
  // Step 11.8
  devices.setInformationExposure(selections.map(({ type }) => type));
  // Step 11.9: the best candidate. A device is opened when somebody reads the track, so access to it can't fail yet.
  const tracks = selections.map(({ candidates, constraints }) => {
    const source = devices.createSource(candidates[0]!.device);
    const track = new MediaStreamTrack(source);
    // Step 11.10: they can be satisfied, as they could in step 11.3.5.
    track._applyConstraints(constraints);
    // Step 11.11
    devices.tie(source);
    return track;
  });
  // Step 11.12
  return new MediaStream(tracks);
}
