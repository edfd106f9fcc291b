import type { MediaTrackConstraints, MediaTrackSettings } from '../../generated/mediastream-types';
import { constraintsOf } from './constraint';
import { fitnessDistance } from './fitnessDistance';
import type { NamedConstraint } from './fitnessDistance';

/**
 * The *SelectSettings algorithm*: https://w3c.github.io/mediacapture-main/#dfn-selectsettings
 *
 * `candidates` are the possible settings dictionaries, the user agent's defaults first. Returns the one to use, or, where the
 * specification returns undefined, the *failedConstraint*.
 */
export function selectSettings(candidates: readonly MediaTrackSettings[], newConstraints: MediaTrackConstraints): MediaTrackSettings | string {
  // Step 3
  const basic = constraintsOf(newConstraints, 'ideal');
  const distances = new Map(candidates.map((settings) => [settings, fitnessDistance(settings, basic)]));
  let remaining = candidates.filter((settings) => distances.get(settings)! < Infinity);
  // Step 4
  if (remaining.length === 0) return failedConstraint(candidates, basic);
  // Step 5
  for (const constraintSet of newConstraints.advanced ?? []) {
    const advanced = constraintsOf(constraintSet, 'exact');
    const satisfying = remaining.filter((settings) => fitnessDistance(settings, advanced) < Infinity);
    if (satisfying.length > 0) remaining = satisfying;
  }
  // Step 6: of those at the smallest distance, the first.
  return remaining.reduce((best, settings) => (distances.get(settings)! < distances.get(best)! ? settings : best));
}

/** Decided first where constraints exclude each other: what kind of settings these are, before how much of something. */
const first: readonly string[] = ['deviceId', 'groupId', 'facingMode', 'resizeMode'];

/** A required constraint that no candidate satisfies, or else none of those that satisfy the others before it. */
function failedConstraint(candidates: readonly MediaTrackSettings[], constraints: readonly NamedConstraint[]): string {
  const satisfying = (settings: readonly MediaTrackSettings[], constraint: NamedConstraint): MediaTrackSettings[] =>
    settings.filter((each) => fitnessDistance(each, [constraint]) < Infinity);
  const alone = constraints.find((constraint) => satisfying(candidates, constraint).length === 0);
  if (alone !== undefined) return alone[0];
  let remaining = candidates;
  const ordered = [...constraints].sort(([a], [b]) => Number(first.includes(b)) - Number(first.includes(a)));
  const together = ordered.find((constraint) => (remaining = satisfying(remaining, constraint)).length === 0);
  return together?.[0] ?? '';
}
