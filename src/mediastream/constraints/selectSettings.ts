import type { MediaTrackConstraints, MediaTrackSettings } from '../../generated/mediastream-types';
import { constraintsOf } from './constraint';
import { fitnessDistance } from './fitnessDistance';

/**
 * The *SelectSettings algorithm*: https://w3c.github.io/mediacapture-main/#dfn-selectsettings
 *
 * `candidates` are the possible settings dictionaries, the user agent's defaults first. Returns the one to use, or, where the
 * specification returns undefined, the *failedConstraint*: a required one that none of them satisfies, or ''.
 */
export function selectSettings(candidates: readonly MediaTrackSettings[], newConstraints: MediaTrackConstraints): MediaTrackSettings | string {
  // Step 3
  const basic = constraintsOf(newConstraints, 'ideal');
  const distances = new Map(candidates.map((settings) => [settings, fitnessDistance(settings, basic)]));
  let remaining = candidates.filter((settings) => distances.get(settings)! < Infinity);
  // Step 4
  if (remaining.length === 0) {
    const failed = basic.find((constraint) => candidates.every((settings) => fitnessDistance(settings, [constraint]) === Infinity));
    return failed?.[0] ?? '';
  }
  // Step 5
  for (const constraintSet of newConstraints.advanced ?? []) {
    const advanced = constraintsOf(constraintSet, 'exact');
    const satisfying = remaining.filter((settings) => fitnessDistance(settings, advanced) < Infinity);
    if (satisfying.length > 0) remaining = satisfying;
  }
  // Step 6: of those at the smallest distance, the first.
  return remaining.reduce((best, settings) => (distances.get(settings)! < distances.get(best)! ? settings : best));
}
